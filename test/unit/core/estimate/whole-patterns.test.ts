import { describe, expect, it } from "vitest";
import { CountEstimate } from "../../../../src/core/estimate/count-estimate.ts";
import { TotalEstimate } from "../../../../src/core/estimate/total-estimate.ts";

const KEPT = 20;
const P = 0.1;

/** The count of lines without a trace, of so many patterns in turn. */
function count(wholePatterns: boolean, patterns: number): TotalEstimate {
  const estimate = new TotalEstimate({ wholePatterns });
  for (let i = 0; i < KEPT; i++) estimate.add(P, 1, "", `p${i % patterns}`);
  return estimate;
}

describe("estimates of whole patterns", () => {
  it("have the same value as those of other slices, and a much smaller variance", () => {
    const whole = count(true, 1);
    expect(whole.estimate).toBeCloseTo(KEPT / P, 8);
    expect(whole.variance).toBeLessThan(count(false, 1).variance / 20);
    const { low, high } = whole.interval();
    expect(high - low).toBeLessThan(50);
  });

  it("add the variances of several patterns", () => {
    expect(count(true, 2).variance).toBeGreaterThan(1.3 * count(true, 1).variance);
  });

  it("have the same interval as other slices for lines of traces", () => {
    const whole = new CountEstimate({ wholePatterns: true });
    const slice = new CountEstimate();
    for (let i = 0; i < KEPT; i++) {
      whole.add(P, `t${i}`);
      slice.add(P, `t${i}`);
    }
    expect(whole.interval()).toEqual(slice.interval());
  });

  it("have the kept lines as their lower end, and an upper end once a line is kept", () => {
    const whole = new CountEstimate({ wholePatterns: true });
    whole.add(0.5, "");
    whole.add(1, "");
    const { low, high } = whole.interval();
    expect(low).toBe(2);
    expect(high).toBeLessThan(6);
    expect(new CountEstimate({ wholePatterns: true }).interval().high).toBe(Number.POSITIVE_INFINITY);
  });
});
