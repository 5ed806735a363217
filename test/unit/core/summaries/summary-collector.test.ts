import { describe, expect, it } from "vitest";
import { SentTemplates } from "../../../../src/core/summaries/sent-templates.ts";
import { SummaryAccumulator } from "../../../../src/core/summaries/summary-accumulator.ts";
import { SummaryCollector } from "../../../../src/core/summaries/summary-collector.ts";
import type { HistoryRow } from "../../../../src/model/ports/history.ts";

const MINUTE = 60_000;
const NOON = 1_700_000_000_000 - (1_700_000_000_000 % (60 * MINUTE));

/** A collector over its accumulator, with a history where one is given. */
class Rig {
  readonly accumulator = new SummaryAccumulator(20);
  readonly templates = new SentTemplates();
  readonly fed: HistoryRow[] = [];
  readonly names: string[] = Array.from({ length: 20 }, (_, row) => `pattern-${row}`);
  readonly collector: SummaryCollector;

  constructor(hasHistory: boolean, accepted = Number.POSITIVE_INFINITY) {
    const offer = (rows: readonly HistoryRow[]): number => {
      this.fed.push(...rows);
      return Math.min(accepted, rows.length);
    };
    const history = hasHistory ? { offer } : undefined;
    this.collector = new SummaryCollector({
      accumulator: this.accumulator,
      directory: {
        id: (row) => this.names[row] ?? "",
        service: (row) => `service-${row}`,
        template: (row) => `template of ${this.names[row] ?? ""}`,
      },
      templates: this.templates,
      history,
      origin: "host-1",
    });
  }

  lose(row: number, eventMs = NOON): void {
    this.accumulator.add(row, eventMs, 100, 0, 1);
  }

  keep(row: number): void {
    this.accumulator.add(row, NOON, 100, 1, 1);
  }
}

describe("SummaryCollector", () => {
  it("names the rows that it takes from the accumulator", () => {
    const rig = new Rig(false);
    rig.lose(3);
    expect(rig.collector.collect()).toEqual([
      {
        pattern: "pattern-3",
        template: "template of pattern-3",
        service: "service-3",
        bucketMs: NOON,
        count: 1,
        bytes: 100,
        kept: 0,
        weightSum: 0,
        context: 0,
      },
    ]);
    expect(rig.collector.collect()).toEqual([]);
  });

  it("leaves out templates that were sent already", () => {
    const rig = new Rig(false);
    rig.templates.claim({ pattern: "pattern-3", template: "template of pattern-3" }, 0);
    rig.lose(3);
    expect(rig.collector.collect()[0]?.template).toBeUndefined();
  });

  it("counts the rows that wait in the accumulator and beside it", () => {
    const rig = new Rig(false);
    rig.lose(1);
    rig.lose(2);
    rig.keep(3);
    rig.collector.evict(2);
    expect(rig.collector.waiting).toBe(2);
    expect(rig.collector.collect()).toHaveLength(2);
    expect(rig.collector.waiting).toBe(0);
  });

  it("takes the counts of an evicted pattern under the name that it had", () => {
    const rig = new Rig(false);
    rig.lose(7);
    rig.collector.evict(7);
    rig.names[7] = "newcomer";
    rig.lose(7);
    expect(rig.collector.collect().map(({ pattern }) => pattern)).toEqual(["pattern-7", "newcomer"]);
  });

  it("merges rows that are put back with those of the same pattern and bucket", () => {
    const rig = new Rig(false);
    rig.lose(1);
    rig.collector.putBack(rig.collector.collect());
    rig.lose(1);
    expect(rig.collector.collect()).toMatchObject([{ pattern: "pattern-1", count: 2 }]);
  });

  it("sets the width of the accumulator's buckets where there is no history", () => {
    const rig = new Rig(false);
    rig.collector.setBucketWidth(5 * MINUTE);
    expect(rig.accumulator.bucketWidthMs).toBe(5 * MINUTE);
  });

  it("widens the rows for export, but not those of a history", () => {
    const rig = new Rig(true);
    rig.collector.setBucketWidth(5 * MINUTE);
    rig.lose(1, NOON + MINUTE);
    rig.lose(1, NOON + 2 * MINUTE);
    expect(rig.collector.collect()).toMatchObject([{ bucketMs: NOON, count: 2 }]);
    expect(rig.accumulator.bucketWidthMs).toBe(MINUTE);
    expect(rig.fed.map(({ minuteMs }) => minuteMs - NOON).sort((a, b) => a - b)).toEqual([MINUTE, 2 * MINUTE]);
  });

  it("feeds a history once a minute with every pattern, and keeps only those for export that lost lines", () => {
    const rig = new Rig(true);
    rig.collector.feedHistoryIfDue(0);
    rig.lose(1);
    rig.keep(2);
    rig.collector.feedHistoryIfDue(MINUTE - 1);
    expect(rig.fed).toEqual([]);
    rig.collector.feedHistoryIfDue(MINUTE);
    expect(rig.fed.map(({ pattern }) => pattern)).toEqual(["pattern-1", "pattern-2"]);
    expect(rig.collector.waiting).toBe(1);
  });

  it("counts the rows that a history refuses", () => {
    const rig = new Rig(true, 1);
    for (let row = 0; row < 4; row++) rig.lose(row);
    rig.collector.collect();
    expect(rig.collector.historyDropped).toBe(3);
    expect(new Rig(false).collector.historyDropped).toBe(0);
  });
});
