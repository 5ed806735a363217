import { describe, expect, it } from "vitest";
import { FleetShare } from "../../../../../src/core/sampling/budget/fleet-share.ts";

describe("a share of the fleet's budget", () => {
  it("is approached, not jumped to, and reached", () => {
    const share = new FleetShare(1);
    share.set(0.2);
    expect(share.value).toBe(1);
    let before = 1;
    for (let second = 0; second < 120; second++) {
      share.tick(1);
      expect(before - share.value).toBeLessThan(0.15);
      before = share.value;
    }
    expect(share.value).toBe(0.2);
  });

  it("adds up with those of others on the way, when they add up at both ends", () => {
    const shares = [0.7, 0.2, 0.1].map((share) => new FleetShare(share));
    for (const [i, share] of [0.1, 0.3, 0.6].entries()) shares[i]?.set(share);
    for (let second = 0; second < 60; second++) {
      for (const share of shares) share.tick(1);
      expect(shares.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(1, 5);
    }
  });

  it.each([0, -0.1, 1.01, Number.NaN])("of %s is nobody's", (share) => {
    expect(() => new FleetShare(1).set(share)).toThrow("wanted above 0 and at most 1");
  });
});
