import { describe, expect, it } from "vitest";
import { SummaryAccumulator } from "../../../../src/core/summaries/summary-accumulator.ts";
import type { SummaryRow } from "../../../../src/core/summaries/summary-flush.ts";
import { SummaryFlush } from "../../../../src/core/summaries/summary-flush.ts";
import type { HistoryRow, SummaryHistory } from "../../../../src/model/ports/history.ts";
import { HISTORY_BATCH_ROWS } from "../../../../src/model/ports/history.ts";
import { runSeedOr } from "../../../kit/run-seed.ts";
import { SeededRandom } from "../../../kit/sampling/sampling-rig.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = 1_700_000_000_000 - (1_700_000_000_000 % HOUR);
const ROWS = 2000;
const SEED = runSeedOr(29);

class RecordingHistory implements SummaryHistory {
  readonly rows: HistoryRow[] = [];
  readonly batches: number[] = [];
  /** Of every batch, so many at most. */
  taking = Number.POSITIVE_INFINITY;

  offer(rows: readonly HistoryRow[]): number {
    this.batches.push(rows.length);
    const taken = rows.slice(0, this.taking);
    this.rows.push(...taken);
    return taken.length;
  }
}

class Rig {
  readonly accumulator = new SummaryAccumulator(ROWS);
  readonly history = new RecordingHistory();
  readonly flush: SummaryFlush;
  /** Count, bytes, kept lines and weights by pattern and minute. */
  readonly truth = new Map<string, number[]>();
  readonly exported: SummaryRow[] = [];
  nowMs = NOON;

  constructor(hasHistory = true) {
    this.flush = new SummaryFlush(
      { intervalMs: MINUTE, maxBudgetShare: 0.05, origin: "host-1" },
      this.accumulator,
      { id: (row) => `pattern-${row}`, service: (row) => `service-${row % 3}`, template: (row) => `template ${row}` },
      hasHistory ? this.history : undefined,
    );
    this.second(0);
  }

  add(row: number, eventMs: number, kept: number, weight: number): void {
    this.accumulator.add(row, eventMs, 100 + row, weight, 1);
    addTo(this.truth, `pattern-${row} ${eventMs - (eventMs % MINUTE)}`, [1, 100 + row, kept, weight]);
  }

  /** A second passes. @param granted bytes granted since start */
  second(granted: number): void {
    this.nowMs += 1000;
    this.exported.push(...this.flush.flush(this.nowMs, granted, undefined));
  }

  end(): void {
    this.exported.push(...this.flush.flush(this.nowMs, 0, 0));
  }
}

function addTo(sums: Map<string, number[]>, key: string, values: readonly number[]): void {
  const sum = sums.get(key) ?? values.map(() => 0);
  sums.set(
    key,
    values.map((value, i) => value + (sum[i] ?? 0)),
  );
}

function sumsOf(rows: readonly HistoryRow[]): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (const { pattern, minuteMs, count, bytes, kept, weightSum } of rows) {
    addTo(sums, `${pattern} ${minuteMs}`, [count, bytes, kept, weightSum]);
  }
  return sums;
}

/** Twenty minutes of 300 patterns, some late by up to a quarter of an hour, half of them kept whole. */
function drive(rig: Rig, bytesPerSecond: number): void {
  const random = new SeededRandom(SEED);
  for (let second = 0; second < 1200; second++) {
    for (let i = 0; i < 50; i++) {
      const row = random.below(300);
      const late = random.below(10) === 0 ? random.below(15) * MINUTE : 0;
      const kept = row % 2 === 0 || random.below(8) === 0 ? 1 : 0;
      rig.add(row, rig.nowMs - late, kept, row % 2 === 0 ? 1 : 8 * kept);
    }
    rig.second(second * bytesPerSecond);
    if (second % 100 === 0) rig.flush.evict(random.below(300));
  }
  rig.end();
}

describe(`the history of summaries (seed ${SEED})`, () => {
  it("has the truth of every pattern and minute, also where the export had to fold and widen", () => {
    const rig = new Rig();
    drive(rig, 400);

    expect(rig.exported.some(({ pattern }) => pattern === "other")).toBe(true);
    expect(rig.exported.length).toBeLessThan(200);
    expect(sumsOf(rig.history.rows)).toEqual(rig.truth);
    expect(rig.flush.historyDropped).toBe(0);
  });

  it("leaves the sums of the export what they are", () => {
    const [withIt, without] = [new Rig(), new Rig(false)];
    for (const rig of [withIt, without]) drive(rig, 1e6);
    const total = ({ exported }: Rig): Map<string, number[]> => {
      const sums = new Map<string, number[]>();
      for (const { pattern, count, kept, weightSum } of exported) {
        // Even patterns lost nothing; a row of theirs would only say so.
        if (Number(pattern.split("-")[1]) % 2 === 1) addTo(sums, pattern, [count - weightSum, count - kept]);
      }
      return sums;
    };
    expect(total(withIt)).toEqual(total(without));
    expect(withIt.exported.every(({ pattern }) => Number(pattern.split("-")[1]) % 2 === 1)).toBe(true);
  });

  it("gets rows by the minute of a clock of its own, in batches that are bounded, under ids that are never used twice", () => {
    const rig = new Rig();
    for (let row = 0; row < ROWS; row++) rig.add(row, NOON, 0, 0);
    for (let second = 0; second < 58; second++) rig.second(0);
    expect(rig.history.rows).toEqual([]);
    rig.second(0);
    rig.second(0);
    expect(rig.history.batches).toEqual([HISTORY_BATCH_ROWS, HISTORY_BATCH_ROWS]);
    rig.add(1, NOON, 0, 0);
    rig.end();
    const ids = [...rig.history.rows, ...rig.exported].map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(ROWS);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("counts what the history does not take", () => {
    const rig = new Rig();
    rig.history.taking = 300;
    for (let row = 0; row < ROWS; row++) rig.add(row, NOON, 0, 0);
    rig.end();
    expect(rig.flush.historyDropped).toBe(ROWS - 600);
    expect(rig.history.rows).toHaveLength(600);
  });
});
