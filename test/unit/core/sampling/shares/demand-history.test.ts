import { describe, expect, it } from "vitest";
import { DemandHistory } from "../../../../../src/core/sampling/shares/demand-history.ts";

function learned(samples: readonly (readonly [number, number])[]): number {
  const appetite = new DemandHistory(2);
  for (const [seconds, asked] of samples) for (let s = 0; s < seconds; s++) appetite.learn(1, asked, 1);
  return appetite.usual[1] ?? Number.NaN;
}

describe("a service's appetite", () => {
  it("is the mean of its first ten active minutes", () => {
    expect(learned([[300, 100]])).toBeCloseTo(100, 6);
    expect(
      learned([
        [100, 100],
        [100, 300],
      ]),
    ).toBeCloseTo(200, 6);
  });

  it("then follows with a half-life of an hour", () => {
    expect(
      learned([
        [600, 100],
        [3600, 200],
      ]),
    ).toBeCloseTo(150, 0);
  });

  it("grows by a burst of any size no faster than by one to three times the usual", () => {
    const burst = learned([
      [600, 100],
      [300, 1e9],
    ]);
    expect(burst).toBeLessThan(115);
    expect(burst).toBeGreaterThan(100);
  });

  it("learns nothing from silence", () => {
    expect(
      learned([
        [600, 100],
        [3600, 0],
      ]),
    ).toBeCloseTo(100, 6);
  });
});
