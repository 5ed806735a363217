import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shareOut } from "../../../src/core/math/water-filling.ts";
import type { RigPattern } from "../../kit/sampling/water-filling.ts";
import { allocate } from "../../kit/sampling/water-filling.ts";

const pattern: fc.Arbitrary<RigPattern> = fc.record({
  group: fc.integer({ min: 0, max: 3 }),
  lambda: fc.double({ min: 1e-4, max: 1e5, noNaN: true }),
  bytes: fc.integer({ min: 75, max: 100_000 }),
  value: fc.constantFrom(0.5, 1, 2, 4, 30, 120),
});
const patterns = fc.array(pattern, { minLength: 1, maxLength: 60 });
const budgets = fc.array(fc.double({ min: 1, max: 1e8, noNaN: true }), { minLength: 4, maxLength: 4 });

/** Lines a second of each pattern by bisection over τ, two hundred halvings: slow and plain. */
function reference(all: readonly RigPattern[], budget: readonly number[]): number[] {
  const keptAt = ({ lambda, bytes, value }: RigPattern, tau: number): number =>
    Math.min(lambda, (tau * value * Math.sqrt(lambda)) / Math.sqrt(bytes));
  const taus = budget.map((total, group) => {
    const members = all.filter((one) => one.group === group);
    const spent = (tau: number): number => members.reduce((sum, one) => sum + one.bytes * keptAt(one, tau), 0);
    let low = 0;
    let high = 1e12;
    for (let round = 0; round < 200; round++) {
      const middle = (low + high) / 2;
      if (spent(middle) > total) high = middle;
      else low = middle;
    }
    return low;
  });
  return all.map((one) => keptAt(one, taus[one.group] ?? 0));
}

describe("water-filling", () => {
  test("finds what plain bisection finds, for every service, within a hundredth of its budget", () => {
    fc.assert(
      fc.property(patterns, budgets, (all, budget) => {
        const kept = allocate(all, budget);
        const wanted = reference(all, budget);
        for (const [group, total] of budget.entries()) {
          const bytesOf = (lines: readonly number[]): number =>
            all.reduce((sum, one, i) => sum + (one.group === group ? one.bytes * (lines[i] ?? 0) : 0), 0);
          expect(bytesOf(kept)).toBeLessThanOrEqual(1.01 * total);
          expect(Math.abs(bytesOf(kept) - bytesOf(wanted))).toBeLessThanOrEqual(0.01 * total);
        }
        for (const [i, one] of all.entries()) {
          expect(kept[i]).toBeGreaterThanOrEqual(0);
          expect(kept[i]).toBeLessThanOrEqual(one.lambda);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("keeps all of whatever can be paid, exactly", () => {
    fc.assert(
      fc.property(patterns, (all) => {
        const budget = [0, 1, 2, 3].map((group) =>
          all.reduce((sum, one) => sum + (one.group === group ? one.bytes * one.lambda : 0), 0),
        );
        expect(allocate(all, budget)).toEqual(all.map((one) => one.lambda));
      }),
      { numRuns: 200 },
    );
  });
});

describe("shares of services", () => {
  const services = fc.array(
    fc.record({
      weight: fc.double({ min: 0.01, max: 1000, noNaN: true }),
      demand: fc.oneof(fc.constant(0), fc.double({ min: 0.1, max: 1e9, noNaN: true })),
    }),
    { maxLength: 40 },
  );

  test("add up to the total or to all demands, exceed no demand, and nobody below another's level is cut", () => {
    fc.assert(
      fc.property(services, fc.oneof(fc.constant(0), fc.double({ min: 1, max: 1e9, noNaN: true })), (all, total) => {
        const share = new Float64Array(all.length);
        const demand = Float64Array.from(all, (one) => one.demand);
        shareOut(
          total,
          all.length,
          Float64Array.from(all, (one) => one.weight),
          demand,
          share,
        );
        const wanted = Math.min(
          total,
          all.reduce((sum, one) => sum + one.demand, 0),
        );
        const sum = share.reduce((a, b) => a + b, 0);
        expect(Math.abs(sum - wanted)).toBeLessThanOrEqual(1e-6 * wanted + 1e-9);
        const levels = all.map((one, i) => (share[i] ?? 0) / one.weight);
        const highest = Math.max(0, ...levels);
        for (const [i, one] of all.entries()) {
          expect(share[i]).toBeLessThanOrEqual(one.demand * (1 + 1e-9));
          // Max-min fair: who has less than his demand has, by weight, as much as anybody.
          const isCut = (share[i] ?? 0) < one.demand * (1 - 1e-9);
          if (isCut) expect(levels[i]).toBeGreaterThanOrEqual(highest * (1 - 1e-6));
        }
      }),
      { numRuns: 400 },
    );
  });
});
