import { describe, expect, it } from "vitest";
import { CountEstimate } from "../../../../src/core/estimate/count-estimate.ts";

const KEPT = 20;
const P = 0.1;

/** Lines by themselves, of so many patterns in turn. */
function count(wholePatterns: boolean, patterns: number): CountEstimate {
  const estimate = new CountEstimate({ wholePatterns });
  for (let i = 0; i < KEPT; i++) estimate.add(P, "", `p${i % patterns}`);
  return estimate;
}

describe("counts of whole patterns", () => {
  it("are the same as of other slices, and several times closer", () => {
    const whole = count(true, 1);
    expect(whole.estimate).toBeCloseTo(KEPT / P, 8);
    expect(whole.variance).toBeLessThan(count(false, 1).variance / 20);
    const { low, high } = whole.interval();
    expect(high - low).toBeLessThan(50);
  });

  it("tell lines of one pattern from those of another", () => {
    expect(count(true, 2).variance).toBeGreaterThan(1.3 * count(true, 1).variance);
  });

  it("take lines of traces as other slices do", () => {
    const whole = new CountEstimate({ wholePatterns: true });
    const slice = new CountEstimate();
    for (let i = 0; i < KEPT; i++) {
      whole.add(P, `t${i}`);
      slice.add(P, `t${i}`);
    }
    expect(whole.interval()).toEqual(slice.interval());
  });

  it("are no fewer than were kept, and never without an upper end once one was", () => {
    const whole = new CountEstimate({ wholePatterns: true });
    whole.add(0.5, "");
    whole.add(1, "");
    const { low, high } = whole.interval();
    expect(low).toBe(2);
    expect(high).toBeLessThan(6);
    expect(new CountEstimate({ wholePatterns: true }).interval().high).toBe(Number.POSITIVE_INFINITY);
  });
});
