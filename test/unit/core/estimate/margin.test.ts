import { describe, expect, it } from "vitest";
import { KeptLines } from "../../../../src/core/estimate/kept-lines.ts";
import type { CountCorrection, LinePlace } from "../../../../src/core/estimate/margin.ts";
import { CELL_DRAWS_MIN, NO_CELL, patternMargin } from "../../../../src/core/estimate/margin.ts";
import { RakedLines } from "../../../../src/core/estimate/raking.ts";

const MINUTE_MS = 60_000;

/** Lines of p = 0.5, `count` of each pattern; a trace each, or all of one. */
function linesOf(counts: Readonly<Record<string, number>>, trace = "") {
  const lines = new KeptLines();
  const places: LinePlace[] = [];
  for (const [pattern, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i++) {
      lines.add(0.5, trace);
      places.push({ service: "pay", pattern, timeMs: 10 });
    }
  }
  return { lines, places };
}

function row(pattern: string, count: number, weightSum: number): CountCorrection {
  return { service: "pay", pattern, bucketMs: 0, count, weightSum };
}

describe("patternMargin", () => {
  it("corrects the sum of weights of a cell by all rows of its bucket", () => {
    const { lines, places } = linesOf({ a: 20 });
    const rows = [row("a", 30, 36), row("a", 3, 4), { ...row("a", 9, 0), bucketMs: MINUTE_MS }];
    const { cellOf, totals } = patternMargin(lines, places, rows, MINUTE_MS);
    expect([...totals]).toEqual([40 - 6 - 1]);
    expect(new Set(cellOf)).toEqual(new Set([0]));
  });

  it("leaves the weights of lines without a summary as they are", () => {
    const { lines, places } = linesOf({ a: 20, b: 20 });
    const { cellOf } = patternMargin(lines, places, [row("a", 30, 40)], MINUTE_MS);
    expect([cellOf[0], cellOf[39]]).toEqual([0, NO_CELL]);
    const raked = new RakedLines(lines, { cellOf, totals: Float64Array.of(30) });
    const plain = new RakedLines(lines);
    const isOfB = (line: number): boolean => line >= 20;
    expect(raked.slice((line) => !isOfB(line)).estimate).toBe(30);
    expect(raked.slice(isOfB)).toEqual(plain.slice(isOfB));
  });

  it("puts the patterns without a row into one cell with the folded tail", () => {
    const { lines, places } = linesOf({ a: 20, b: 15, c: 10 });
    const { cellOf, totals } = patternMargin(lines, places, [row("a", 44, 40), row("other", 60, 50)], MINUTE_MS);
    expect([...totals]).toEqual([44, 60]);
    expect([cellOf[0], cellOf[20], cellOf[44]]).toEqual([0, 1, 1]);
  });

  it("puts patterns with few draws into the tail, and counts the lines of one trace as one draw", () => {
    const few = linesOf({ a: 20, b: CELL_DRAWS_MIN - 1 });
    const rows = [row("a", 44, 40), row("b", 20, 2 * (CELL_DRAWS_MIN - 1))];
    const apart = patternMargin(few.lines, few.places, rows, MINUTE_MS);
    expect([...apart.totals]).toEqual([44, 20]);
    const traced = linesOf({ a: 20, b: 20 }, "t");
    const together = patternMargin(traced.lines, traced.places, [row("a", 44, 40), row("b", 50, 40)], MINUTE_MS);
    expect([...together.totals]).toEqual([94]);
  });
});

describe("RakedLines", () => {
  it("gives an empty slice an upper end, and its complement the matching lower end", () => {
    const { lines, places } = linesOf({ a: 20 });
    const raked = new RakedLines(lines, patternMargin(lines, places, [row("a", 60, 40)], MINUTE_MS));
    const none = raked.slice(() => false);
    const all = raked.slice(() => true);
    expect(none).toMatchObject({ estimate: 0, low: 0 });
    expect(none.high).toBeGreaterThan(6);
    expect(none.high).toBeLessThan(12);
    expect(all).toMatchObject({ estimate: 60, high: 60 });
    expect(all.low).toBeCloseTo(60 - none.high, 9);
  });
});
