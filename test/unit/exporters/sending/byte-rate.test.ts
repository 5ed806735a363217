import { describe, expect, it } from "vitest";
import { ByteRate } from "../../../../src/exporters/sending/byte-rate.ts";

describe("ByteRate", () => {
  it("lets everything through without a limit", () => {
    const rate = new ByteRate(0, 0);
    rate.spend(1e12, 0);

    expect(rate.waitMs(0)).toBe(0);
  });

  it("lets a request larger than a second's allowance pass, and makes the next ones wait for it", () => {
    const rate = new ByteRate(100, 0);
    expect(rate.waitMs(0)).toBe(0);
    rate.spend(350, 0);

    expect(rate.waitMs(0)).toBe(2510);
    expect(rate.waitMs(2000)).toBe(510);
    expect(rate.waitMs(2510)).toBe(0);
  });

  it("saves up one second's allowance, not more", () => {
    const rate = new ByteRate(100, 0);
    rate.spend(100, 3_600_000);

    expect(rate.waitMs(3_600_000)).toBe(10);
  });
});
