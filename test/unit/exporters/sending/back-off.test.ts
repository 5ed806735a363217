import { describe, expect, it } from "vitest";
import {
  BACK_OFF_MAX_MS,
  BACK_OFF_MIN_MS,
  backOffMs,
  RETRY_AFTER_MAX_MS,
  requestedPauseMs,
} from "../../../../src/exporters/sending/back-off.ts";

describe("backOffMs", () => {
  it("draws from all of [100 ms, 1 s · 2^n), which stops growing at a minute", () => {
    const almostOne = 1 - Number.EPSILON;
    const ceilings = [1, 2, 3, 6, 7, 8, 1000].map((failures) => Math.round(backOffMs(failures, almostOne)));

    expect(ceilings).toEqual([1000, 2000, 4000, 32_000, BACK_OFF_MAX_MS, BACK_OFF_MAX_MS, BACK_OFF_MAX_MS]);
    expect([1, 7, 1000].map((failures) => backOffMs(failures, 0))).toEqual(new Array(3).fill(BACK_OFF_MIN_MS));
  });
});

describe("requestedPauseMs", () => {
  it("waits what was asked and up to a fifth more, clamped to fifteen minutes", () => {
    expect(requestedPauseMs(2000, 0)).toBe(2000);
    expect(requestedPauseMs(2000, 0.5)).toBe(2200);
    expect(requestedPauseMs(86_400_000, 0)).toBe(RETRY_AFTER_MAX_MS);
    expect(requestedPauseMs(-5, 0.9)).toBe(0);
  });
});
