import { describe, expect, it } from "vitest";
import { thresholdText } from "../../../../../src/core/otlp/encode/stamps.ts";
import {
  passes,
  probabilityOf,
  THRESHOLD_RANGE,
  thresholdOf,
} from "../../../../../src/core/sampling/decide/threshold.ts";

describe("a threshold", () => {
  it.each([
    [1, 0],
    [2, 0],
    [0.5, THRESHOLD_RANGE / 2],
    [0.25, 0xc0000],
    [0, THRESHOLD_RANGE - 1],
    [1e-12, THRESHOLD_RANGE - 1],
  ])("of probability %d is %d", (probability, threshold) => {
    expect(thresholdOf(probability)).toBe(threshold);
  });

  it("keeps exactly its probability of all R", () => {
    for (const threshold of [0, 1, 0x80000, 0xc0000, THRESHOLD_RANGE - 1]) {
      let kept = 0;
      for (let top = 0; top < THRESHOLD_RANGE; top += 64) kept += passes(top * 4096 + 4095, threshold) ? 1 : 0;
      expect(kept / (THRESHOLD_RANGE / 64)).toBeCloseTo(probabilityOf(threshold), 3);
    }
  });

  it("equals T of OpenTelemetry's attribute: 56 bits, at most five hex digits", () => {
    for (const p of [1, 0.5, 0.25, 0.1, 1 / 3, 0.001, 2 ** -20]) {
      const threshold = thresholdOf(p);
      const text = thresholdText(probabilityOf(threshold));
      expect(text.length).toBeLessThanOrEqual(5);
      expect(Number.parseInt(text.padEnd(5, "0"), 16)).toBe(threshold);
    }
  });
});
