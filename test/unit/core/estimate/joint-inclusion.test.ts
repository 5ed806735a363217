import { describe, expect, it } from "vitest";
import { LoneDraws, TraceDraws } from "../../../../src/core/estimate/joint-inclusion.ts";

/** Σ over pairs y_i y_j (1 - p_i p_j / p_ij), word for word. */
function byPairs(lines: readonly (readonly [number, number])[], together: (p: number, q: number) => number): number {
  let variance = 0;
  for (const [i, [p, y]] of lines.entries()) {
    for (const [j, [q, z]] of lines.entries()) variance += y * z * (1 - (p * q) / (i === j ? p : together(p, q)));
  }
  return variance;
}

const LINES = [
  [0.5, 2],
  [0.1, -10],
  [0.1, 7],
  [0.9, 1.5],
  [0.3, 3],
] as const;

describe("the variance of lines drawn", () => {
  it("by themselves has no pairs", () => {
    const lone = new LoneDraws();
    for (const [p, y] of LINES) lone.add(p, y);
    expect(lone.variance).toBeCloseTo(
      byPairs(LINES, (p, q) => p * q),
      10,
    );
  });

  it("by one trace has those of nested thresholds", () => {
    const trace = new TraceDraws();
    for (const [p, y] of LINES) trace.add(p, y);
    expect(trace.variance).toBeCloseTo(byPairs(LINES, Math.min), 10);
    expect(trace.sum).toBe(3.5);
  });
});
