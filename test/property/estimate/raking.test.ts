import { describe, expect, test } from "vitest";
import { CountEstimate } from "../../../src/core/estimate/count-estimate.ts";
import { patternMargin } from "../../../src/core/estimate/margin.ts";
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
  return new RakedLines(lines, patternMargin(lines, kept, summariesOf(all, kept, folded), widthMs));
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

describe("RakedLines", () => {
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
      const raked = new RakedLines(lines, margin);
      for (const [cell, total] of margin.totals.entries()) {
        const { estimate } = raked.slice((i) => margin.cellOf[i] === cell);
        expect(Math.abs(estimate / total - 1), `seed ${seed}, cell ${cell}`).toBeLessThan(1e-9);
      }
      const sure = raked.slice((i) => !lines.isDrawn(i));
      expect(sure.estimate, `seed ${seed}`).toBe(kept.filter((_, i) => !lines.isDrawn(i)).length);
      expect(raked.slice(() => true).estimate / all.length, `seed ${seed}`).toBeCloseTo(1, 9);
    }
  });

  test.each([
    ["busy patterns by the minute", BUSY, false, 60_000],
    ["busy patterns by the minute, traced", BUSY, true, 60_000],
    ["quiet patterns by the hour", QUIET, false, HOUR_MS],
    ["quiet patterns by the minute, traced", QUIET, true, 60_000],
  ] as const)(
    "estimates slices with less error, no bias and intervals that cover the truth: %s",
    (_, rates, isTraced, widthMs) => {
      const seed = rates.length;
      for (const [at, { raked, plain }] of judgeCustomers(
        rakingWorld(seed, rates, isTraced),
        widthMs,
        seed,
      ).entries()) {
        const customer = CUSTOMERS[at];
        const message = `${customer}, seed ${seed}`;
        // Raking reduces the error of a small slice little, and adds the noise of the ratio; that of most of a cell it halves.
        expect(raked.meanSquare / plain.meanSquare, message).toBeLessThan(customer === "most" ? 0.5 : 1.05);
        expect(Math.abs(raked.bias - 1), message).toBeLessThan(0.02);
        expect(raked.coverage, message).toBeGreaterThanOrEqual(0.93);
        expect(raked.coverage, message).toBeLessThanOrEqual(0.98);
      }
    },
  );
});
