import { describe, expect, it } from "vitest";
import { REMEMBERED, SkeletonBuckets } from "../../../../../src/core/signature/learn/skeleton-buckets.ts";

/** All in one set: sets are chosen by the low bits of the first lane. */
const inOneSet = (number: number): number => number << 16;

describe("skeleton buckets", () => {
  it("count shapes and remember the last of them, rows of 16 bits and beyond", () => {
    for (const rows of [60_000, 900_000]) {
      const buckets = new SkeletonBuckets(64, rows);
      let entry = -1;
      for (let row = 0; row < REMEMBERED + 2; row++) entry = buckets.add(7, 8, rows - 1 - row, 0.25);
      expect(buckets.count(entry)).toBe(REMEMBERED + 2);
      expect(buckets.weight(entry)).toBeCloseTo(0.25 * (REMEMBERED + 2));
      expect(buckets.member(entry, 0)).toBe(rows - 1 - REMEMBERED);
      expect(buckets.member(entry, 2)).toBe(rows - 3);
    }
  });

  it("give up the one of a set that was used least lately", () => {
    const buckets = new SkeletonBuckets(64, 100);
    for (const number of [1, 2, 3, 4]) buckets.add(inOneSet(number), number, number, 1);
    buckets.add(inOneSet(1), 1, 9, 1);
    buckets.add(inOneSet(5), 5, 5, 1);
    expect(buckets.find(inOneSet(2), 2)).toBe(-1);
    for (const number of [1, 3, 4, 5]) expect(buckets.find(inOneSet(number), number)).toBeGreaterThanOrEqual(0);
    expect(buckets.count(buckets.find(inOneSet(1), 1))).toBe(2);
    expect(buckets.count(buckets.find(inOneSet(5), 5))).toBe(1);
  });
});
