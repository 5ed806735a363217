import { describe, expect, it } from "vitest";
import type { SummaryDelta } from "../../../../src/core/summaries/summary-accumulator.ts";
import { SummaryAccumulator } from "../../../../src/core/summaries/summary-accumulator.ts";
import { SamplingRig, SeededRandom, times } from "../../../kit/sampling/sampling-rig.ts";

const MINUTE = 60_000;
const NOON = 1_700_000_000_000 - (1_700_000_000_000 % 3_600_000);

function lose(accumulator: SummaryAccumulator, row: number, eventMs: number, records = 1): void {
  for (let i = 0; i < records; i++) accumulator.add(row, eventMs, 100, 0, 1);
}

/** Σ of the deltas by pattern and minute: [count, bytes, kept, weightSum]. */
function totals(deltas: readonly SummaryDelta[]): Record<string, number[]> {
  const sums: Record<string, number[]> = {};
  for (const { pattern, bucketMs, count, bytes, kept, weightSum } of deltas) {
    const key = `${pattern}@${(bucketMs - NOON) / MINUTE}`;
    const before = sums[key] ?? [0, 0, 0, 0];
    sums[key] = [count, bytes, kept, weightSum].map((value, i) => value + (before[i] ?? 0));
  }
  return sums;
}

describe("deltas", () => {
  it("count records, bytes, kept lines and weights by pattern and minute of the event", () => {
    const accumulator = new SummaryAccumulator(8);
    lose(accumulator, 3, NOON + 10_000, 2);
    accumulator.add(3, NOON + 20_000, 250, 4, 1);
    lose(accumulator, 3, NOON + 61_000);
    lose(accumulator, 5, NOON);
    expect(totals(accumulator.drain())).toEqual({
      "3@0": [3, 450, 1, 4],
      "3@1": [1, 100, 0, 0],
      "5@0": [1, 100, 0, 0],
    });
    expect(accumulator.drain()).toEqual([]);
  });

  it("are told only of patterns whose kept lines do not tell it all themselves", () => {
    const accumulator = new SummaryAccumulator(8);
    accumulator.add(1, NOON, 100, 1, 1);
    lose(accumulator, 2, NOON);
    accumulator.add(3, NOON, 100, 2, 1);
    expect(accumulator.countDue()).toBe(2);
    expect(accumulator.drain().map(({ pattern }) => pattern)).toEqual([2, 3]);
  });

  it("do not call rounding of weights a difference", () => {
    const accumulator = new SummaryAccumulator(8);
    for (let i = 0; i < 10; i++) accumulator.add(1, NOON, 1, 1 / 0.1 / 10, 1);
    expect(accumulator.drain()).toEqual([]);
  });

  it("split by drains add up to the whole, whatever was late, early, undone or evicted in between", () => {
    const random = new SeededRandom(3);
    const accumulator = new SummaryAccumulator(10);
    const truth: Record<string, number[]> = {};
    const told: SummaryDelta[] = [];
    const undone: (() => void)[] = [];
    for (let step = 0; step < 5000; step++) {
      const row = random.below(10);
      const minute = random.below(5) === 0 ? random.below(2000) - 1000 : Math.floor(step / 500);
      const kept = random.below(3) === 0 ? 1 : 0;
      const weight = kept * (1 + random.below(4));
      const add = (sign: number): void => {
        accumulator.add(row, NOON + minute * MINUTE + 7, 100, weight, sign);
        const before = truth[`${row}@${minute}`] ?? [0, 0, 0, 0];
        const change = [1, 100, kept, weight];
        truth[`${row}@${minute}`] = before.map((value, i) => value + sign * (change[i] ?? 0));
      };
      add(1);
      if (random.below(6) === 0) undone.push(() => add(-1));
      if (random.below(20) === 0) undone.shift()?.();
      if (random.below(400) === 0) told.push(...accumulator.drain());
      if (random.below(100) === 0) told.push(...accumulator.drainPattern(random.below(10)));
    }
    for (const undo of undone) undo();
    told.push(...accumulator.drain());
    const sums = totals(told);
    // Where the truth has no correction left to tell, rows may be missing.
    for (const [key, [count = 0, , , weight = 0]] of Object.entries(truth)) {
      const [toldCount = 0, , , toldWeight = 0] = sums[key] ?? [];
      expect(toldCount - toldWeight).toBeCloseTo(count - weight, 6);
    }
  });

  it("keep counts true when there are more old minutes than places: only the minute is off", () => {
    const accumulator = new SummaryAccumulator(2);
    for (let minute = 0; minute < 30_000; minute++) lose(accumulator, 1, NOON + minute * MINUTE);
    expect(accumulator.drain().reduce((sum, { count }) => sum + count, 0)).toBe(30_000);
  });

  it("of a wider bucket begin where it begins", () => {
    const accumulator = new SummaryAccumulator(2);
    accumulator.bucketWidthMs = 5 * MINUTE;
    lose(accumulator, 1, NOON + 6 * MINUTE);
    lose(accumulator, 1, NOON + 9 * MINUTE);
    expect(totals(accumulator.drain())).toEqual({ "1@5": [2, 200, 0, 0] });
  });

  it("tell context that was released, also of a pattern without other news", () => {
    const accumulator = new SummaryAccumulator(4);
    accumulator.addContext(1, NOON + 5, 3);
    expect(accumulator.drain()).toMatchObject([{ pattern: 1, bucketMs: NOON, count: 0, context: 3 }]);
  });
});

describe("counts of a whole sampler", () => {
  /** Σ weights of kept lines + Σ (count - weightSum) of summaries. */
  function exactCount(rig: SamplingRig, weights: number): number {
    return rig.sampler.summaries.drain().reduce((sum, { count, weightSum }) => sum + count - weightSum, weights);
  }

  it("are exact whatever was drawn, kept as a first line, muted or floored", () => {
    for (const keepRatio of [0.02, 0.3, 0.8]) {
      const rig = new SamplingRig({ keepRatio, rules: [{ id: "m", kind: "mute", match: { body_contains: "x" } }] });
      const random = new SeededRandom(7);
      let weights = 0;
      let truth = 0;
      rig.run(
        120,
        () =>
          Array.from({ length: random.below(80) }, () => ({
            pattern: random.below(30),
            trace: random.below(40),
            body: random.below(9) === 0 ? "x" : "y",
            timeMs: rig.nowMs - random.below(2 * 86_400_000),
          })),
        ({ batch, decisions }) => {
          truth += batch.recordCount;
          for (let i = 0; i < batch.recordCount; i++) weights += decisions.weight[i] ?? 0;
        },
      );
      expect(exactCount(rig, weights)).toBeCloseTo(truth, 4);
    }
  });

  it("are exact after requests whose commit failed, before and after a flush", () => {
    const rig = new SamplingRig({ keepRatio: 0.3 });
    let weights = 0;
    let truth = 0;
    let told = 0;
    let second = 0;
    rig.run(
      60,
      () => times(40, { pattern: second % 7 }),
      (decided) => {
        const { decisions } = decided;
        const corrections = rig.sampler.summaries;
        if (second % 10 === 9)
          told += corrections.drain().reduce((sum, delta) => sum + delta.count - delta.weightSum, 0);
        if (second++ % 3 === 0) {
          rig.undo(decided);
          return;
        }
        truth += 40;
        for (let i = 0; i < 40; i++) weights += decisions.weight[i] ?? 0;
      },
    );
    expect(exactCount(rig, weights) + told).toBeCloseTo(truth, 4);
  });

  it("count events a day old at the most, and five minutes ahead", () => {
    const rig = new SamplingRig({ keepRatio: 0.01 });
    rig.send(times(50, { pattern: 1, timeMs: 5 }));
    rig.send(times(50, { pattern: 2, timeMs: rig.nowMs + 10 * 86_400_000 }));
    rig.send(times(50, { pattern: 3, timeMs: 0 }));
    const buckets = new Map(rig.sampler.summaries.drain().map(({ pattern, bucketMs }) => [pattern, bucketMs]));
    const minuteOf = (ms: number): number => ms - (ms % MINUTE);
    expect(buckets.get(1)).toBe(minuteOf(rig.nowMs - 86_400_000));
    expect(buckets.get(2)).toBe(minuteOf(rig.nowMs + 5 * MINUTE));
    expect(buckets.get(3)).toBe(minuteOf(rig.nowMs));
  });
});
