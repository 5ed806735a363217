import { describe, expect, it } from "vitest";
import { EvenDraws, keptVariance } from "../../../../src/core/estimate/even-draws.ts";
import { RUN_LINES } from "../../../../src/core/math/weyl-sequence.ts";

function varianceOf(probabilities: readonly number[]): number {
  const draws = new EvenDraws();
  for (const p of probabilities) draws.add(p, 1 / p);
  return draws.variance;
}

function times(count: number, p: number): number[] {
  return Array.from({ length: count }, () => p);
}

describe("the variance of lines drawn evenly", () => {
  it("is 0 without any", () => {
    expect(new EvenDraws().variance).toBe(0);
  });

  it("of a stretch is that of the number kept, in as many runs as it may lie in", () => {
    const runs = 1 + 200 / RUN_LINES;
    expect(varianceOf(times(20, 0.1))).toBeCloseTo(runs * keptVariance(20 / runs) * 100, 6);
  });

  it("is never more than that of independent draws", () => {
    expect(varianceOf([0.9])).toBeCloseTo((1 / 0.9 ** 2) * 0.1, 10);
  });

  it("grows with the runs, not with the lines", () => {
    const one = varianceOf(times(RUN_LINES / 4, 0.25));
    expect(varianceOf(times(10 * (RUN_LINES / 4), 0.25))).toBeCloseTo(10 * one, 6);
    expect(one).toBeCloseTo(keptVariance(RUN_LINES / 4) * 16, 6);
  });

  it("counts a stretch anew where the weight has moved a line's worth", () => {
    const before = varianceOf(times(20, 0.1));
    const after = varianceOf(times(20, 0.3));
    expect(varianceOf([...times(20, 0.1), ...times(20, 0.3)])).toBeCloseTo(before + after, 6);
  });

  it("of values that differ is that of which were kept as well", () => {
    const draws = new EvenDraws();
    for (let i = 0; i < 100; i++) draws.add(0.1, i % 2 === 0 ? 0 : 20);
    const ofCounts = varianceOf(times(100, 0.1));
    expect(draws.variance).toBeCloseTo(ofCounts + 100 * 100 * 0.9, 6);
  });
});
