import { describe, expect, it } from "vitest";
import { isStep, spreadSeconds } from "../../../../src/core/patterns/rate-step.ts";

describe("a step of a rate", () => {
  it("is a change by the factor and beyond chance, up or down", () => {
    expect(isStep(400, 100)).toBe(true);
    expect(isStep(100, 400)).toBe(true);
    expect(isStep(100, 100)).toBe(false);
  });

  it("is not a change that a Poisson count explains, whatever its factor", () => {
    expect(isStep(4, 1)).toBe(false);
    expect(isStep(0, 0)).toBe(false);
  });

  it("is not a smaller change, however sure", () => {
    expect(isStep(160_000, 100_000)).toBe(false);
  });
});

describe("the seconds that arrivals are spread over", () => {
  it("are those of the tick and of the silence before, which may be the interval of a batch", () => {
    expect(spreadSeconds(1, 0)).toBe(1);
    expect(spreadSeconds(1, 60)).toBe(61);
  });

  it("are those of the tick alone after a longer silence, which is a pause", () => {
    expect(spreadSeconds(1, 61)).toBe(1);
  });
});
