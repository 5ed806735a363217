import { describe, expect, it } from "vitest";
import { InputScale } from "../../../../../src/core/sampling/budget/input-scale.ts";

describe("input bytes for a byte of record cost", () => {
  it("are one before the first record", () => {
    expect(new InputScale().observe(0, 0, 1)).toBe(1);
  });

  it("follow the traffic with a half-life of a minute, and stand still in pauses", () => {
    const scale = new InputScale();
    for (let second = 0; second < 600; second++) scale.observe(300, 200, 1);
    expect(scale.observe(0, 0, 3600)).toBeCloseTo(1.5, 6);
    for (let second = 0; second < 60; second++) scale.observe(200, 200, 1);
    expect(scale.observe(200, 200, 1)).toBeCloseTo(1.25, 2);
  });
});
