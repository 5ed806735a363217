/** The bound of the Count-Min sketch: never too low, and above by more than ε · Σ rates for at most δ of the patterns. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { TailCounts } from "../../../src/core/math/count-min.ts";
import { SeededRandom } from "../../../tools/loadgen/world/seeded-random.ts";

const PATTERNS = 120_000;
const EPSILON = 1e-4;
const DELTA = 1e-3;
const MIB = 2 ** 20;
const HALF_LIFE_SECONDS = 300;

test("a remembered rate is never estimated too low, and too high by more than the bound for fewer than δ", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.constantFrom(0.5, 1, 3), (seed, exponent) => {
      const random = new SeededRandom(seed, "hashes");
      const tail = new TailCounts(HALF_LIFE_SECONDS);
      const patterns = Array.from({ length: PATTERNS }, (_, rank) => ({
        first: random.uint32() | 0,
        second: random.uint32() | 0,
        rate: 100 / (rank + 1) ** exponent,
      }));
      for (const { first, second, rate } of patterns) tail.remember(first, second, rate);
      const sum = patterns.reduce((total, { rate }) => total + rate, 0);
      let beyond = 0;
      for (const { first, second, rate } of patterns) {
        const estimate = tail.rateOf(first, second);
        if (estimate < rate) throw new Error(`${estimate} for a rate of ${rate}`);
        if (estimate > rate + EPSILON * sum) beyond++;
      }
      expect(beyond / PATTERNS).toBeLessThan(DELTA);
    }),
    { numRuns: 6 },
  );
});

test("rates fade by half in five minutes of active time, however long that goes on, and stand still without", () => {
  const tail = new TailCounts(HALF_LIFE_SECONDS);
  tail.remember(7, 9, 64);
  tail.advance(0);
  expect(tail.rateOf(7, 9)).toBeCloseTo(64, 3);
  for (let second = 0; second < 900; second++) tail.advance(1);
  expect(tail.rateOf(7, 9)).toBeCloseTo(8, 3);
  for (let hour = 0; hour < 100; hour++) tail.advance(3600);
  expect(tail.rateOf(7, 9)).toBeLessThan(1e-9);
  tail.remember(7, 9, 5);
  expect(tail.rateOf(7, 9)).toBeCloseTo(5, 3);
});

test("a pattern that comes and goes is not counted twice, and memory does not grow", () => {
  const tail = new TailCounts(HALF_LIFE_SECONDS);
  const { bytes } = tail;
  for (let turn = 0; turn < 50; turn++) tail.remember(3, 4, Math.max(2, tail.rateOf(3, 4)));
  expect(tail.rateOf(3, 4)).toBeLessThan(2.001);
  expect(tail.bytes).toBe(bytes);
  expect(bytes).toBeLessThan(MIB);
});
