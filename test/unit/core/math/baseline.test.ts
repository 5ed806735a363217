import { describe, expect, it } from "vitest";
import { Baseline, baselineStep } from "../../../../src/core/math/baseline.ts";

describe("a step of a baseline", () => {
  it("counts a sample as at most three times the baseline", () => {
    expect(baselineStep(10, 20, 0.5)).toBe(15);
    expect(baselineStep(10, 30, 0.5)).toBe(20);
    expect(baselineStep(10, 1e9, 0.5)).toBe(20);
  });

  it("follows a fall without a limit", () => {
    expect(baselineStep(10, 0, 0.5)).toBe(5);
  });
});

describe("a baseline", () => {
  it("is the mean of its samples by their seconds while it is young", () => {
    const baseline = new Baseline(3600, 0);
    baseline.learnYoung(100, 1);
    expect(baseline.value).toBe(100);
    baseline.learnYoung(200, 3);
    expect(baseline.value).toBe(175);
  });

  it("follows with its half-life later, and a storm moves it as three times itself would", () => {
    const baseline = new Baseline(3600, 100);
    baseline.learn(200, 3600);
    expect(baseline.value).toBe(150);
    baseline.learn(1e9, 3600);
    expect(baseline.value).toBe(300);
  });
});
