import { describe, expect, it } from "vitest";
import { TotalEstimate } from "../../../../src/core/estimate/total-estimate.ts";
import { drawLines, judgeRuns, uniform } from "../../../kit/sampling/drawn-lines.ts";

const RUNS = 1000;
const bytes = uniform(5);
/** Three lines a trace, every fifth known exactly, bytes spread over a factor of twenty. */
const LINES = Array.from({ length: 1500 }, (_, i) => ({
  p: i % 5 === 0 ? 1 : 0.05 + 0.1 * (i % 3),
  trace: i % 2 === 0 ? `t${Math.floor(i / 6)}` : "",
  bytes: Math.round(100 * 20 ** bytes()),
}));
const TOTAL = LINES.reduce((sum, line) => sum + line.bytes, 0);

describe("TotalEstimate", () => {
  it("is unbiased, and its interval covers the truth in 93 to 97 % of the draws", () => {
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

  it("has a symmetric interval where values have both signs", () => {
    const total = new TotalEstimate();
    for (const value of [5, -7, 3, -4]) total.add(0.25, value, "");
    const { estimate, low, high } = total.interval();
    expect(estimate).toBe(-12);
    expect(estimate - low).toBeCloseTo(high - estimate, 9);
    expect(high - estimate).toBeCloseTo(1.959964 * Math.sqrt(0.75 * (20 ** 2 + 28 ** 2 + 12 ** 2 + 16 ** 2)), 3);
  });
});
