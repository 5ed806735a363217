import { describe, expect, it } from "vitest";
import { KeptLines } from "../../../../src/core/estimate/kept-lines.ts";
import type { CountCorrection, LinePlace } from "../../../../src/core/estimate/margin.ts";
import { CELL_DRAWS_MIN, NO_CELL, patternMargin, serviceMargin } from "../../../../src/core/estimate/margin.ts";
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

describe("cells from summaries", () => {
  it("correct the sum of weights by what the rows of their bucket tell, however many", () => {
    const { lines, places } = linesOf({ a: 20 });
    const rows = [row("a", 30, 36), row("a", 3, 4), { ...row("a", 9, 0), bucketMs: MINUTE_MS }];
    const { cellOf, totals } = patternMargin(lines, places, rows, MINUTE_MS);
    expect([...totals]).toEqual([40 - 6 - 1]);
    expect(new Set(cellOf)).toEqual(new Set([0]));
  });

  it("leave lines without a summary as they are", () => {
    const { lines, places } = linesOf({ a: 20, b: 20 });
    const { cellOf } = patternMargin(lines, places, [row("a", 30, 40)], MINUTE_MS);
    expect([cellOf[0], cellOf[39]]).toEqual([0, NO_CELL]);
    const raked = new RakedLines(lines, [{ cellOf, totals: Float64Array.of(30) }]);
    expect([raked.weight(0), raked.weight(39)]).toEqual([1.5, 2]);
    // What is not calibrated has all of its variance.
    const half = 1.959964 * Math.sqrt(20 * 2);
    const whole = raked.total(() => 1);
    expect(whole.high - whole.estimate).toBeCloseTo(half, 4);
  });

  it("share the folded tail out over the patterns that have no row", () => {
    const { lines, places } = linesOf({ a: 20, b: 15, c: 10 });
    const { cellOf, totals } = patternMargin(lines, places, [row("a", 44, 40), row("other", 60, 50)], MINUTE_MS);
    expect([...totals]).toEqual([44, 60]);
    expect([cellOf[0], cellOf[20], cellOf[44]]).toEqual([0, 1, 1]);
  });

  it("join the tail while their draws are few: twenty lines of one trace are one", () => {
    const few = linesOf({ a: 20, b: CELL_DRAWS_MIN - 1 });
    const rows = [row("a", 44, 40), row("b", 20, 2 * (CELL_DRAWS_MIN - 1))];
    const apart = patternMargin(few.lines, few.places, rows, MINUTE_MS);
    expect([...apart.totals]).toEqual([44, 20]);
    const traced = linesOf({ a: 20, b: 20 }, "t");
    const together = patternMargin(traced.lines, traced.places, [row("a", 44, 40), row("b", 50, 40)], MINUTE_MS);
    expect([...together.totals]).toEqual([94]);
  });

  it("of services are exact whatever was folded", () => {
    const { lines, places } = linesOf({ a: 20, b: 2 });
    const { totals } = serviceMargin(lines, places, [row("a", 44, 40), row("other", 9, 4)], MINUTE_MS);
    expect([...totals]).toEqual([44 + 4 + 5]);
  });
});

describe("a raked slice", () => {
  it("of nothing kept ends where something may be missing, of everything where something else may be", () => {
    const { lines, places } = linesOf({ a: 20 });
    const raked = new RakedLines(lines, [patternMargin(lines, places, [row("a", 60, 40)], MINUTE_MS)]);
    const none = raked.slice(() => false);
    const all = raked.slice(() => true);
    expect(none).toMatchObject({ estimate: 0, low: 0 });
    expect(none.high).toBeGreaterThan(6);
    expect(none.high).toBeLessThan(12);
    expect(all).toMatchObject({ estimate: 60, high: 60 });
    expect(all.low).toBeCloseTo(60 - none.high, 9);
  });

  it("told of margins that contradict each other says so", () => {
    const { lines } = linesOf({ a: 20 });
    const cellOf = new Int32Array(20);
    const raked = new RakedLines(lines, [
      { cellOf, totals: Float64Array.of(60) },
      { cellOf, totals: Float64Array.of(90) },
    ]);
    expect(raked.worst).toBeCloseTo(0.5, 9);
  });
});
