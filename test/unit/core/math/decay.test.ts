import { describe, expect, it } from "vitest";
import { decayOf, ewmaStep, ewmaWeight } from "../../../../src/core/math/decay.ts";

describe("decay by half-life", () => {
  it("leaves all of a value at once, half of it after a half-life, a quarter after two", () => {
    expect(decayOf(0, 35)).toBe(1);
    expect(decayOf(35, 35)).toBe(0.5);
    expect(decayOf(70, 35)).toBe(0.25);
  });

  it("does not depend on how the time is divided", () => {
    expect(decayOf(1, 7) ** 10).toBeCloseTo(decayOf(10, 7), 12);
  });

  it("gives a sample the weight that the mean loses", () => {
    expect(ewmaWeight(0, 60)).toBe(0);
    expect(ewmaWeight(60, 60)).toBe(0.5);
    expect(ewmaWeight(13, 60) + decayOf(13, 60)).toBeCloseTo(1, 15);
  });
});

describe("a step of an EWMA", () => {
  it("moves the mean by the weight of the sample", () => {
    expect(ewmaStep(10, 30, 0)).toBe(10);
    expect(ewmaStep(10, 30, 0.25)).toBe(15);
    expect(ewmaStep(10, 30, 1)).toBe(30);
  });
});
