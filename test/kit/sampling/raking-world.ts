/**
 * Patterns of many rates over ten minutes, as the sampler draws them: the first line of a minute for sure, the rest with a
 * probability by rate that falls along a burst. Every line is of one customer; summaries tell each pattern and minute exactly.
 */
import { KeptLines } from "../../../src/core/estimate/kept-lines.ts";
import type { CountCorrection, LinePlace } from "../../../src/core/estimate/margin.ts";
import type { DrawnLine } from "./drawn-lines.ts";
import { uniform } from "./drawn-lines.ts";

const MINUTES = 10;
const MINUTE_MS = 60_000;

export interface WorldLine extends DrawnLine, LinePlace {
  readonly customer: "rare" | "small" | "middle" | "most";
}

export function rakingWorld(seed: number, rates: readonly number[], isTraced: boolean): WorldLine[] {
  const random = uniform(seed);
  const lines: WorldLine[] = [];
  for (const [at, rate] of rates.entries()) {
    for (let i = 0; i < MINUTES * rate; i++) {
      const minute = Math.floor(i / rate);
      const index = i % rate;
      const planned = Math.min(1, 2 / Math.sqrt(rate));
      lines.push({
        p: index === 0 ? 1 : Math.min(planned, 40 / (index + 1)),
        trace: isTraced ? `${minute}-${Math.floor(index / 2)}` : "",
        service: "shop front",
        pattern: `pattern-${at}`,
        timeMs: minute * MINUTE_MS + index,
        customer: customerAt(random()),
      });
    }
  }
  return lines;
}

function customerAt(random: number): WorldLine["customer"] {
  if (random < 0.02) return "rare";
  if (random < 0.1) return "small";
  return random < 0.3 ? "middle" : "most";
}

/** Kept lines in the kit's form. */
export function keptOf(kept: readonly WorldLine[]): KeptLines {
  const lines = new KeptLines();
  for (const { p, trace } of kept) lines.add(p, trace);
  return lines;
}

/** A row a pattern and minute, the patterns named folded into `other`. */
export function summariesOf(
  all: readonly WorldLine[],
  kept: readonly WorldLine[],
  folded: readonly string[] = [],
): CountCorrection[] {
  const rows = new Map<string, { count: number; weightSum: number } & Omit<CountCorrection, "count" | "weightSum">>();
  const rowOf = ({ service, pattern, timeMs }: WorldLine) => {
    const name = folded.includes(pattern) ? "other" : pattern;
    const bucketMs = timeMs - (timeMs % MINUTE_MS);
    const key = `${bucketMs} ${name}`;
    const row = rows.get(key) ?? { service, pattern: name, bucketMs, count: 0, weightSum: 0 };
    rows.set(key, row);
    return row;
  };
  for (const line of all) rowOf(line).count++;
  for (const line of kept) rowOf(line).weightSum += 1 / line.p;
  return [...rows.values()];
}
