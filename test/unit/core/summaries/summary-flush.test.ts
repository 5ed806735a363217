import { describe, expect, it } from "vitest";
import { SummaryAccumulator } from "../../../../src/core/summaries/summary-accumulator.ts";
import type { SummaryFlushSettings, SummaryRow } from "../../../../src/core/summaries/summary-flush.ts";
import { SummaryFlush } from "../../../../src/core/summaries/summary-flush.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = 1_700_000_000_000 - (1_700_000_000_000 % HOUR);

/** A flush over its accumulator; the clock starts at noon. */
class Rig {
  readonly accumulator: SummaryAccumulator;
  readonly flush: SummaryFlush;
  nowMs: number = NOON;
  granted = 0;
  readonly names: string[];

  constructor(rows = 100, settings: Partial<SummaryFlushSettings> = {}, services = 1) {
    this.accumulator = new SummaryAccumulator(rows);
    this.names = Array.from({ length: rows }, (_, row) => `pattern-${row}`);
    this.flush = new SummaryFlush(
      { intervalMs: MINUTE, maxBudgetShare: 0.05, origin: "host-1", ...settings },
      this.accumulator,
      {
        id: (row) => this.names[row] ?? "",
        service: (row) => `service-${row % services}`,
        template: (row) => `template of ${this.names[row] ?? ""}`,
      },
    );
    this.rows(0);
  }

  lose(row: number, records = 1): void {
    for (let i = 0; i < records; i++) this.accumulator.add(row, this.nowMs, 100, 0, 1);
  }

  /** Rows that are due after `ms`. @param granted bytes granted on the way */
  rows(ms: number, granted = 0, leftover?: number): SummaryRow[] {
    this.nowMs += ms;
    this.granted += granted;
    return this.flush.flush(this.nowMs, this.granted, leftover);
  }
}

const countOf = (rows: readonly SummaryRow[]): number => rows.reduce((sum, { count }) => sum + count, 0);

describe("SummaryFlush", () => {
  it("sends rows once an interval, and none in between", () => {
    const rig = new Rig();
    rig.lose(1, 3);
    expect(rig.rows(30_000, 1e6)).toEqual([]);
    const rows = rig.rows(30_000, 1e6);
    expect(rows).toMatchObject([{ pattern: "pattern-1", service: "service-0", count: 3, bucketMs: NOON }]);
    rig.lose(1);
    expect(rig.rows(59_000, 1e6)).toEqual([]);
    expect(rig.rows(1000, 1e6)).toHaveLength(1);
  });

  it("uses no id twice, also when rows come back", () => {
    const rig = new Rig();
    const ids: string[] = [];
    for (let minute = 0; minute < 50; minute++) {
      for (let row = 0; row < 40; row++) rig.lose(row);
      const rows = rig.rows(MINUTE, 1e6);
      ids.push(...rows.map(({ id }) => id));
      if (minute % 5 === 0) rig.flush.requeue(rows);
    }
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id.startsWith("host-1-"))).toBe(true);
  });

  it("sends a template the first time in an hour, and does not count one whose row was folded", () => {
    const rig = new Rig();
    const templates: (string | undefined)[] = [];
    for (let minute = 0; minute < 61; minute++) {
      rig.lose(1);
      templates.push(rig.rows(MINUTE, 1e6)[0]?.template);
    }
    expect(templates[0]).toBe("template of pattern-1");
    expect(templates.slice(1, 60)).toEqual(new Array(59).fill(undefined));
    expect(templates[60]).toBe("template of pattern-1");

    const poor = new Rig();
    poor.lose(1, 5);
    for (let row = 2; row < 60; row++) poor.lose(row);
    expect(poor.rows(2 * HOUR, 30_000).length).toBeLessThan(10);
    poor.lose(50, 99);
    expect(poor.rows(MINUTE, 1e6)[0]?.template).toBe("template of pattern-50");
  });
});

describe("SummaryFlush within its share of the budget", () => {
  it("makes rows wait in wider buckets until they are paid, and folds the tail after an hour", () => {
    const rig = new Rig(2000);
    const sent: SummaryRow[] = [];
    let truth = 0;
    let granted = 0;
    for (let minute = 0; minute < 240; minute++) {
      for (let row = 0; row < 1000; row++) rig.lose(row, row < 5 ? 50 : 1);
      truth += 995 + 250;
      granted += 60_000;
      sent.push(...rig.rows(MINUTE, 60_000));
    }
    const bytes = sent.reduce((sum, row) => sum + 330 + (row.template?.length ?? 0), 0);
    expect(bytes).toBeLessThanOrEqual(0.05 * granted * 1.1);
    expect(rig.accumulator.bucketWidthMs).toBeGreaterThan(MINUTE);
    // What is left goes out at the end; nothing was lost by folding.
    const rest = rig.rows(MINUTE, 0, 1e9);
    expect(countOf(sent) + countOf(rest)).toBe(truth);
    expect(sent.some(({ pattern }) => pattern === "other")).toBe(true);
    expect(sent.filter(({ pattern }) => pattern === "pattern-0").length).toBeGreaterThan(0);
  });

  it("narrows the buckets again when there is room", () => {
    const rig = new Rig(2000);
    for (let minute = 0; minute < 60; minute++) {
      for (let row = 0; row < 1000; row++) rig.lose(row);
      rig.rows(MINUTE, 20_000);
    }
    expect(rig.accumulator.bucketWidthMs).toBeGreaterThan(MINUTE);
    for (let minute = 0; minute < 200; minute++) {
      rig.lose(1);
      rig.rows(MINUTE, 1e6);
    }
    expect(rig.accumulator.bucketWidthMs).toBe(MINUTE);
  });

  it("does not count patterns that were kept whole among the rows to pay for", () => {
    const rig = new Rig(2000);
    for (let row = 1; row < 1000; row++) rig.accumulator.add(row, rig.nowMs, 100, 1, 1);
    rig.lose(0);
    expect(rig.rows(MINUTE, 20_000)).toHaveLength(1);
  });

  it("sends every row at once where there is no budget", () => {
    const rig = new Rig(2000);
    for (let row = 0; row < 2000; row++) rig.lose(row);
    rig.nowMs += MINUTE;
    expect(rig.flush.flush(rig.nowMs, Number.POSITIVE_INFINITY, undefined)).toHaveLength(2000);
  });

  it("spends the rest of the budget at shutdown, and folds the rows beyond that", () => {
    const rich = new Rig();
    const poor = new Rig();
    for (const rig of [rich, poor]) for (let row = 0; row < 100; row++) rig.lose(row);
    expect(rich.rows(10, 0, 1e6)).toHaveLength(100);
    const folded = poor.rows(10, 0, 2000);
    expect(folded.length).toBeLessThan(10);
    expect(countOf(folded)).toBe(100);
  });

  it("folds to one row a service and day at most, and waits until these are paid", () => {
    const rig = new Rig(2000, {}, 20);
    for (let minute = 0; minute < 60; minute++) {
      for (let row = 0; row < 2000; row++) rig.lose(row);
      rig.nowMs += MINUTE;
    }
    expect(rig.rows(MINUTE, 1000)).toEqual([]);
    expect(rig.rows(MINUTE, 20 * 340 * 20)).toEqual([]);
    const rows = rig.rows(10 * MINUTE, 0);
    expect(rows.length).toBeLessThanOrEqual(20);
    expect(new Set(rows.map(({ service }) => service)).size).toBe(20);
    expect(countOf(rows)).toBe(60 * 2000);
  });

  it("sends a large flush in portions as its share comes in, and the rest at shutdown", () => {
    const rig = new Rig(1000);
    for (let row = 0; row < 1000; row++) rig.lose(row);
    const portions = [rig.rows(MINUTE, 1e7)];
    expect(portions[0]?.length).toBeGreaterThan(1000 - 1);
    for (let row = 0; row < 1000; row++) rig.lose(row);
    // A second's grant of 340 kB brings 34 kB for them, twice their share: a hundred rows.
    rig.granted += 1e7;
    rig.flush.flush(rig.nowMs, rig.granted, undefined);
    const later = [rig.rows(MINUTE, 0)];
    while (later.length < 4) later.push(rig.rows(1000, 340_000));
    for (const portion of later) expect(portion.length).toBeLessThan(130);
    expect(later.every(({ length }) => length >= 64)).toBe(true);
    later.push(rig.rows(1000, 0, 0));
    expect(countOf(later.flat())).toBe(1000);
    expect(new Set(later.flat().map(({ id }) => id)).size).toBe(1000);
  });

  it("sends unpaid rows after a day, folded to one a service", () => {
    const rig = new Rig(200, {}, 20);
    for (let row = 0; row < 200; row++) rig.lose(row);
    expect(rig.rows(23 * HOUR, 0)).toEqual([]);
    const rows = rig.rows(2 * HOUR, 0);
    expect(rows).toHaveLength(20);
    expect(countOf(rows)).toBe(200);
  });
});

describe("SummaryFlush with rows outside the accumulator", () => {
  it("sends evicted patterns under their own names, one row a pattern and minute", () => {
    const rig = new Rig();
    rig.lose(7, 2);
    rig.flush.evict(7);
    rig.names[7] = "newcomer";
    rig.lose(7, 5);
    rig.flush.evict(7);
    rig.names[7] = "pattern-7";
    rig.lose(7, 4);
    const rows = rig.rows(MINUTE, 1e6);
    expect(rows.map(({ pattern, count }) => [pattern, count])).toEqual([
      ["pattern-7", 6],
      ["newcomer", 5],
    ]);
  });

  it("sends rows that were given back with the next flush, merged with newer counts and paid once", () => {
    const rig = new Rig();
    rig.lose(1, 3);
    const rows = rig.rows(MINUTE, 15_000);
    rig.flush.requeue(rows);
    rig.accumulator.add(1, NOON, 100, 0, 1);
    const again = rig.rows(MINUTE, 0);
    expect(again).toMatchObject([{ pattern: "pattern-1", count: 4, template: "template of pattern-1" }]);
  });

  it("holds a bounded number of rows while the queue stays full", () => {
    const rig = new Rig(400);
    let truth = 0;
    for (let minute = 0; minute < 60; minute++) {
      for (let row = 0; row < 400; row++) rig.lose(row);
      truth += 400;
      rig.flush.requeue(rig.rows(MINUTE, 1e7));
    }
    const rows = rig.rows(MINUTE, 1e9, 0);
    // Those that wait, and a flush that is on its way out.
    expect(rows.length).toBeLessThan(2 * (10_000 + 400 + 30));
    expect(countOf(rows)).toBe(truth);
  });

  it("folds a flood of evicted patterns into few rows", () => {
    const rig = new Rig(10, {}, 5);
    for (let i = 0; i < 60_000; i++) {
      rig.names[i % 10] = `one-off-${i}`;
      rig.lose(i % 10);
      rig.flush.evict(i % 10);
    }
    const rows = rig.rows(MINUTE, 1e9);
    expect(rows.length).toBeLessThan(10_100);
    expect(countOf(rows)).toBe(60_000);
  });
});
