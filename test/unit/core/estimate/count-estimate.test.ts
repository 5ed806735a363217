import { describe, expect, it } from "vitest";
import { CountEstimate } from "../../../../src/core/estimate/count-estimate.ts";
import { TotalEstimate } from "../../../../src/core/estimate/total-estimate.ts";
import type { DrawnLine } from "../../../kit/sampling/drawn-lines.ts";
import { drawLines, judgeRuns, uniform } from "../../../kit/sampling/drawn-lines.ts";

/** Draws the same lines many times. @returns the judgement, and the mean estimated variance over the true one */
function judge(lines: readonly DrawnLine[], runs: number) {
  const estimates = Array.from({ length: runs }, (_, run) => {
    const count = new CountEstimate();
    const total = new TotalEstimate();
    for (const { p, trace } of drawLines(lines, uniform(run * 7919 + 17))) {
      count.add(p, trace);
      total.add(p, 1, trace);
    }
    return { ...count.interval(), variance: total.variance };
  });
  const judgement = judgeRuns(estimates, lines.length);
  const told = estimates.reduce((sum, { variance }) => sum + variance, 0) / runs;
  return { ...judgement, variance: told / judgement.meanSquare };
}

function lines(count: number, of: (i: number) => DrawnLine): DrawnLine[] {
  return Array.from({ length: count }, (_, i) => of(i));
}

const RUNS = 2000;

describe("CountEstimate", () => {
  it.each<[string, DrawnLine[]]>([
    ["equal probabilities, many kept", lines(2000, () => ({ p: 0.1, trace: "" }))],
    ["probabilities that fall with a burst", lines(4000, (i) => ({ p: Math.min(0.2, 60 / (i + 1)), trace: "" }))],
    ["probabilities that change by the second", lines(3000, (i) => ({ p: [0.05, 0.1, 0.4][i % 3] ?? 0.1, trace: "" }))],
    ["lines known exactly among those drawn", lines(2000, (i) => ({ p: i % 4 === 0 ? 1 : 0.08, trace: "" }))],
    ["lines of traces that live or die together", lines(2000, (i) => ({ p: 0.2, trace: `t${Math.floor(i / 5)}` }))],
    [
      "traces whose lines have different probabilities",
      lines(2000, (i) => ({ p: 0.1 + 0.1 * (i % 4), trace: `t${Math.floor(i / 4)}` })),
    ],
  ])("covers the truth in 93 to 97 % of the draws: %s", (_, all) => {
    const { coverage, bias, variance } = judge(all, RUNS);
    expect(coverage).toBeGreaterThanOrEqual(0.93);
    expect(coverage).toBeLessThanOrEqual(0.97);
    expect(Math.abs(bias - 1)).toBeLessThan(0.02);
    expect(variance).toBeGreaterThan(0.85);
    expect(variance).toBeLessThan(1.15);
  });

  it("covers the truth in 93 % of the draws or more when few lines are kept", () => {
    expect(
      judge(
        lines(300, () => ({ p: 0.05, trace: "" })),
        RUNS,
      ).coverage,
    ).toBeGreaterThanOrEqual(0.93);
  });

  it("has no width when every line was kept for sure", () => {
    const estimate = new CountEstimate();
    for (let i = 0; i < 40; i++) estimate.add(1, i % 2 === 0 ? "t" : "");
    expect(estimate.interval(1)).toEqual({ estimate: 40, low: 40, high: 40 });
    expect(estimate.kept).toBe(40);
  });

  it("has no upper end when nothing was drawn and the weight of a missing line is unknown", () => {
    expect(new CountEstimate().interval()).toEqual({ estimate: 0, low: 0, high: Number.POSITIVE_INFINITY });
    const exact = new CountEstimate();
    for (let i = 0; i < 3; i++) exact.add(1, "");
    expect(exact.interval()).toEqual({ estimate: 3, low: 3, high: Number.POSITIVE_INFINITY });
  });

  it("ends at 3.69 times the largest weight that may be missing when nothing was drawn", () => {
    const estimate = new CountEstimate();
    estimate.add(1, "");
    const { low, high } = estimate.interval(0.001);
    expect(low).toBe(1);
    // Poisson: nothing seen has a probability of 2.5 % at 3.689; the draw is binomial with p = 0.001.
    expect(high).toBeGreaterThan(1 + 3685);
    expect(high).toBeLessThan(1 + 3690);
  });

  it("widens its upper end by the largest weight that may be missing, if it exceeds those of kept lines", () => {
    const estimate = new CountEstimate();
    for (let i = 0; i < 20; i++) estimate.add(0.5, "");
    expect(estimate.interval(0.01).high).toBeGreaterThan(estimate.interval(0.1).high);
    expect(estimate.interval(0.9).high).toBe(estimate.interval().high);
    expect(estimate.interval(0.01).low).toBe(estimate.interval().low);
  });

  it("is wider when the lines are of one trace, because they are one draw", () => {
    const alone = new TotalEstimate();
    const together = new TotalEstimate();
    for (let i = 0; i < 20; i++) {
      alone.add(0.25, 1, "");
      together.add(0.25, 1, "t");
    }
    expect(together.estimate).toBe(alone.estimate);
    expect(together.variance).toBeCloseTo(20 * alone.variance, 6);
    expect(together.interval().high - together.interval().low).toBeGreaterThan(
      3 * (alone.interval().high - alone.interval().low),
    );
  });
});
