import { describe, expect, it } from "vitest";
import { CandidateCounts, REMEMBERED } from "../../../../../src/core/signature/learn/candidate-counts.ts";

/** First lanes of one set: the low bits choose the set. */
const inOneSet = (number: number): number => number << 16;

describe("CandidateCounts", () => {
  it("counts shapes and remembers the last of them, for row numbers of 16 bits and more", () => {
    for (const rows of [60_000, 900_000]) {
      const counts = new CandidateCounts(64, rows);
      let entry = -1;
      for (let row = 0; row < REMEMBERED + 2; row++) entry = counts.add(7, 8, rows - 1 - row, 0.25);
      expect(counts.count(entry)).toBe(REMEMBERED + 2);
      expect(counts.weight(entry)).toBeCloseTo(0.25 * (REMEMBERED + 2));
      expect(counts.member(entry, 0)).toBe(rows - 1 - REMEMBERED);
      expect(counts.member(entry, 2)).toBe(rows - 3);
    }
  });

  it("drops the least recently used candidate of a full set", () => {
    const counts = new CandidateCounts(64, 100);
    for (const number of [1, 2, 3, 4]) counts.add(inOneSet(number), number, number, 1);
    counts.add(inOneSet(1), 1, 9, 1);
    counts.add(inOneSet(5), 5, 5, 1);
    expect(counts.find(inOneSet(2), 2)).toBe(-1);
    for (const number of [1, 3, 4, 5]) expect(counts.find(inOneSet(number), number)).toBeGreaterThanOrEqual(0);
    expect(counts.count(counts.find(inOneSet(1), 1))).toBe(2);
    expect(counts.count(counts.find(inOneSet(5), 5))).toBe(1);
  });
});
