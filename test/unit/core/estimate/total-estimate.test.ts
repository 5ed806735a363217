import { describe, expect, it } from "vitest";
import { CountEstimate } from "../../../../src/core/estimate/count-estimate.ts";
import { differenceInterval } from "../../../../src/core/estimate/interval.ts";
import { RatioEstimate } from "../../../../src/core/estimate/ratio-estimate.ts";
import { TotalEstimate } from "../../../../src/core/estimate/total-estimate.ts";
import { drawLines, judgeRuns, uniform } from "../../../kit/sampling/drawn-lines.ts";

const RUNS = 1000;
const bytes = uniform(5);
/** Three lines a trace, every fifth known exactly, bytes spread over a factor of twenty. */
const LINES = Array.from({ length: 1500 }, (_, i) => ({
  p: i % 5 === 0 ? 1 : 0.05 + 0.1 * (i % 3),
  trace: i % 2 === 0 ? `t${Math.floor(i / 6)}` : "",
  bytes: Math.round(100 * 20 ** bytes()),
  isSlow: i % 7 === 0,
}));
const TOTAL = LINES.reduce((sum, line) => sum + line.bytes, 0);

describe("estimates of bytes", () => {
  it("total: unbiased, and its interval holds the truth 93 to 97 times in 100", () => {
    const runs = Array.from({ length: RUNS }, (_, run) => {
      const total = new TotalEstimate();
      for (const line of drawLines(LINES, uniform(run))) total.add(line.p, line.bytes, line.trace);
      return total.interval();
    });
    const { coverage, z } = judgeRuns(runs, TOTAL);
    expect(Math.abs(z)).toBeLessThan(3);
    expect(coverage).toBeGreaterThanOrEqual(0.93);
    expect(coverage).toBeLessThanOrEqual(0.97);
  });

  it("mean and ratio: their intervals hold the truth 93 to 97 times in 100", () => {
    const slow = LINES.filter(({ isSlow }) => isSlow).length;
    const runs = Array.from({ length: RUNS }, (_, run) => {
      const mean = new RatioEstimate();
      const share = new RatioEstimate();
      for (const { p, bytes, isSlow, trace } of drawLines(LINES, uniform(run + RUNS))) {
        mean.add(p, bytes, 1, trace);
        share.add(p, isSlow ? 1 : 0, 1, trace);
      }
      return { mean: mean.interval(), share: share.interval() };
    });
    const ofMean = judgeRuns(
      runs.map(({ mean }) => mean),
      TOTAL / LINES.length,
    );
    const ofShare = judgeRuns(
      runs.map(({ share }) => share),
      slow / LINES.length,
    );
    for (const { coverage, bias } of [ofMean, ofShare]) {
      expect(coverage).toBeGreaterThanOrEqual(0.93);
      expect(coverage).toBeLessThanOrEqual(0.97);
      expect(Math.abs(bias - 1)).toBeLessThan(0.02);
    }
  });

  it("difference of two slices: its interval holds the truth 93 to 98 times in 100", () => {
    const lines = LINES.map((line) => ({ ...line, trace: "" }));
    const first = lines.slice(0, 1000).length;
    const runs = Array.from({ length: RUNS }, (_, run) => {
      const parts = [new CountEstimate(), new CountEstimate()] as const;
      const random = uniform(run + 2 * RUNS);
      for (const { p, trace } of drawLines(lines.slice(0, first), random)) parts[0].add(p, trace);
      for (const { p, trace } of drawLines(lines.slice(first), random)) parts[1].add(p, trace);
      return differenceInterval(parts[0].interval(), parts[1].interval());
    });
    const { coverage } = judgeRuns(runs, first - (lines.length - first));
    expect(coverage).toBeGreaterThanOrEqual(0.93);
    expect(coverage).toBeLessThanOrEqual(0.98);
  });

  it("are symmetric where values have both signs", () => {
    const total = new TotalEstimate();
    for (const value of [5, -7, 3, -4]) total.add(0.25, value, "");
    const { estimate, low, high } = total.interval();
    expect(estimate).toBe(-12);
    expect(estimate - low).toBeCloseTo(high - estimate, 9);
    expect(high - estimate).toBeCloseTo(1.959964 * Math.sqrt(0.75 * (20 ** 2 + 28 ** 2 + 12 ** 2 + 16 ** 2)), 3);
  });
});
