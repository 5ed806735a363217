import { describe, expect, test } from "vitest";
import { CountEstimate } from "../../../src/core/estimate/count-estimate.ts";
import { patternMargin, serviceMargin } from "../../../src/core/estimate/margin.ts";
import { RakedLines } from "../../../src/core/estimate/raking.ts";
import { runSeedOr } from "../../kit/run-seed.ts";
import type { Judgement } from "../../kit/sampling/drawn-lines.ts";
import { drawLines, judgeRuns, uniform } from "../../kit/sampling/drawn-lines.ts";
import type { WorldLine } from "../../kit/sampling/raking-world.ts";
import { keptOf, rakingWorld, summariesOf } from "../../kit/sampling/raking-world.ts";

const FIRST_SEED = runSeedOr(1);
const RUNS = 800;
const BUSY = [4, 10, 30, 100, 400];
const QUIET = [3, 6, 8, 10, 15, 20, 25, 30, 40];
const HOUR_MS = 3_600_000;

function rake(all: readonly WorldLine[], kept: readonly WorldLine[], widthMs: number, folded?: readonly string[]) {
  const lines = keptOf(kept);
  return new RakedLines(lines, [patternMargin(lines, kept, summariesOf(all, kept, folded), widthMs)]);
}

const CUSTOMERS = ["small", "middle", "most"] as const;

interface Judged {
  readonly raked: Judgement;
  readonly plain: Judgement;
}

/** Judges every customer's slice over many draws of the same lines. */
function judgeCustomers(all: readonly WorldLine[], widthMs: number, seed: number): Judged[] {
  const runs = Array.from({ length: RUNS }, (_, run) => {
    const kept = drawLines(all, uniform(seed * 1_000_003 + run));
    const raked = rake(all, kept, widthMs);
    return CUSTOMERS.map((customer) => {
      const plain = new CountEstimate();
      for (const line of kept) if (line.customer === customer) plain.add(line.p, line.trace);
      return { raked: raked.slice((i) => kept[i]?.customer === customer), plain: plain.interval() };
    });
  });
  return CUSTOMERS.map((customer, at) => {
    const truth = all.filter((line) => line.customer === customer).length;
    const of = (kind: "raked" | "plain") =>
      judgeRuns(
        runs.flatMap((run) => run[at]?.[kind] ?? []),
        truth,
      );
    return { raked: of("raked"), plain: of("plain") };
  });
}

describe("raking", () => {
  test.each([
    ["by the minute", 60_000, []],
    ["by the hour", HOUR_MS, []],
    ["with a folded tail", 60_000, ["pattern-0", "pattern-1", "pattern-3"]],
  ])("meets every count exactly, %s", (_, widthMs, folded) => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + 40; seed++) {
      const all = rakingWorld(seed, seed % 2 === 0 ? BUSY : QUIET, seed % 4 < 2);
      const kept = drawLines(all, uniform(seed));
      const lines = keptOf(kept);
      const margin = patternMargin(lines, kept, summariesOf(all, kept, folded), widthMs);
      const raked = new RakedLines(lines, [margin]);
      expect(raked.worst, `seed ${seed}`).toBeLessThan(1e-9);
      const sums = new Float64Array(margin.totals.length);
      for (let i = 0; i < lines.count; i++) {
        const cell = margin.cellOf[i] ?? -1;
        if (cell >= 0) sums[cell] = (sums[cell] ?? 0) + raked.weight(i);
        if (!lines.isDrawn(i)) expect(raked.weight(i)).toBe(1);
      }
      for (const [cell, total] of margin.totals.entries()) {
        expect(Math.abs((sums[cell] ?? 0) / total - 1), `seed ${seed}, cell ${cell}`).toBeLessThan(1e-9);
      }
      const whole = raked.total(() => 1);
      expect(whole.estimate / all.length, `seed ${seed}`).toBeCloseTo(1, 9);
      expect(whole.high - whole.low, `seed ${seed}`).toBeLessThan(1e-6 * all.length);
    }
  });

  test("meets two margins at once", () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + 20; seed++) {
      const all = rakingWorld(seed, BUSY, seed % 2 === 0);
      const kept = drawLines(all, uniform(seed));
      const lines = keptOf(kept);
      const rows = summariesOf(all, kept);
      const margins = [patternMargin(lines, kept, rows, HOUR_MS), serviceMargin(lines, kept, rows, 60_000)];
      const raked = new RakedLines(lines, margins);
      for (const { cellOf, totals } of margins) {
        const sums = new Float64Array(totals.length);
        for (let i = 0; i < lines.count; i++) {
          const cell = cellOf[i] ?? -1;
          sums[cell] = (sums[cell] ?? 0) + raked.weight(i);
        }
        for (const [cell, total] of totals.entries()) {
          expect(Math.abs((sums[cell] ?? 0) / total - 1), `seed ${seed}`).toBeLessThan(1e-6);
        }
      }
    }
  });

  test.each([
    ["busy patterns by the minute", BUSY, false, 60_000],
    ["busy patterns by the minute, traced", BUSY, true, 60_000],
    ["quiet patterns by the hour", QUIET, false, HOUR_MS],
    ["quiet patterns by the minute, traced", QUIET, true, 60_000],
  ] as const)("of a slice: less error, no bias, intervals that hold: %s", (_, rates, isTraced, widthMs) => {
    const seed = rates.length;
    for (const [at, { raked, plain }] of judgeCustomers(rakingWorld(seed, rates, isTraced), widthMs, seed).entries()) {
      const customer = CUSTOMERS[at];
      const message = `${customer}, seed ${seed}`;
      // Of a small slice raking takes little off, and the ratio's own noise comes on top; of most of a cell it takes most off.
      expect(raked.meanSquare / plain.meanSquare, message).toBeLessThan(customer === "most" ? 0.5 : 1.05);
      expect(Math.abs(raked.bias - 1), message).toBeLessThan(0.02);
      expect(raked.coverage, message).toBeGreaterThanOrEqual(0.93);
      expect(raked.coverage, message).toBeLessThanOrEqual(0.98);
    }
  });
});
