import { describe, expect, it } from "vitest";
import { shareOut } from "../../../../src/core/math/water-filling.ts";
import { allocate } from "../../../kit/sampling/water-filling.ts";

function shares(total: number, weights: readonly number[], demands: readonly number[]): number[] {
  const share = new Float64Array(weights.length);
  shareOut(total, weights.length, Float64Array.from(weights), Float64Array.from(demands), share);
  return [...share];
}

describe("shares of services", () => {
  it("are equal for equal weights, and what a small one does not need goes to the others", () => {
    expect(shares(300, [1, 1, 1], [1000, 1000, 1000])).toEqual([100, 100, 100]);
    expect(shares(300, [1, 1, 1], [20, 1000, 1000])).toEqual([20, 140, 140]);
    expect(shares(300, [1, 1, 1], [20, 130, 1000])).toEqual([20, 130, 150]);
  });

  it("go by weight: one that suddenly sends a hundred times as much gets no more for it", () => {
    expect(shares(300, [2, 1], [1e6, 1e6])).toEqual([200, 100]);
    expect(shares(300, [2, 1], [1e8, 1e6])).toEqual([200, 100]);
  });

  it("are whole demands when all of them fit", () => {
    expect(shares(300, [1, 5, 1], [10, 20, 30])).toEqual([10, 20, 30]);
    expect(shares(300, [1, 1], [0, 50])).toEqual([0, 50]);
    expect(shares(0, [1, 1], [10, 50])).toEqual([0, 0]);
    expect(shares(100, [], [])).toEqual([]);
  });
});

describe("lines a second of patterns", () => {
  const line = { group: 0, bytes: 100, value: 1 };

  it("fit the budget", () => {
    const patterns = [1, 10, 100, 1000].map((lambda) => ({ ...line, lambda }));
    const kept = allocate(patterns, [2000]);
    expect(kept.reduce((sum, k) => sum + 100 * k, 0)).toBeCloseTo(2000, -1);
  });

  it("grow with the root of the rate: loud patterns pay for quiet ones", () => {
    const [quiet = 0, loud = 0] = allocate(
      [1, 100].map((lambda) => ({ ...line, lambda: lambda * 100 })),
      [1000],
    );
    expect(loud / quiet).toBeCloseTo(10, 1);
  });

  it("are weighed by value and by the root of what a line costs", () => {
    const [plain = 0, valued = 0, large = 0] = allocate(
      [
        { ...line, lambda: 1000 },
        { ...line, lambda: 1000, value: 4 },
        { ...line, lambda: 1000, bytes: 400 },
      ],
      [20_000],
    );
    expect(valued / plain).toBeCloseTo(4, 1);
    expect(plain / large).toBeCloseTo(2, 1);
  });

  it("are never more than arrive: a pattern that is kept whole leaves the rest to the others", () => {
    const [rare = 0, loud = 0] = allocate(
      [
        { ...line, lambda: 0.1 },
        { ...line, lambda: 1000 },
      ],
      [5010],
    );
    expect(rare).toBe(0.1);
    expect(loud).toBeCloseTo(50, 0);
  });

  it("are all of them when the budget is enough, and next to none when it is nothing", () => {
    const patterns = [3, 30, 300].map((lambda) => ({ ...line, lambda }));
    expect(allocate(patterns, [33_300])).toEqual([3, 30, 300]);
    expect(allocate(patterns, [1e12])).toEqual([3, 30, 300]);
    for (const kept of allocate(patterns, [0])) expect(kept).toBeLessThan(1e-3);
  });
});
