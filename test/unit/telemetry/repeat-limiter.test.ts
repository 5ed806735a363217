import { describe, expect, it } from "vitest";
import { RepeatLimiter } from "../../../src/telemetry/repeat-limiter.ts";

describe("RepeatLimiter", () => {
  it("passes the first, holds back the rest of the minute, and then says how many", () => {
    const limiter = new RepeatLimiter();

    const passes = [0, 1, 59_999, 60_000, 60_001, 120_000].map((monoMs) => limiter.pass("queue full", monoMs));

    expect(passes).toEqual([0, undefined, undefined, 2, undefined, 1]);
  });

  it("keeps keys apart", () => {
    const limiter = new RepeatLimiter(1000);

    expect(limiter.pass("a", 0)).toBe(0);
    expect(limiter.pass("b", 0)).toBe(0);
    expect(limiter.pass("a", 0)).toBeUndefined();
  });
});
