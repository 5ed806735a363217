import { describe, expect, it } from "vitest";
import { reasonsOf, SamplingRig, seasonedRig, times } from "../../../../kit/sampling/sampling-rig.ts";

/** Pattern 9 is an ERROR; the others are INFO. */
const severityOf = (pattern: number): number => (pattern === 9 ? 17 : 9);

describe("floors", () => {
  it("keep a line a minute of every live pattern, by arrival and with weight 1", () => {
    const rig = seasonedRig({ severityOf });
    const minutes = new Map<number, number>();
    let second = 0;
    rig.run(
      600,
      () => [...times(300, { pattern: 1 }), { pattern: 60 }],
      (decided) => {
        const reason = reasonsOf(decided)[300];
        if (reason === "floor") minutes.set(Math.floor(second / 60), decided.decisions.weight[300] ?? 0);
        second++;
      },
    );
    expect(minutes.size).toBeGreaterThanOrEqual(9);
    expect(new Set(minutes.values())).toEqual(new Set([1]));
  });

  it("of all patterns together take at most a quarter of the budget by longer intervals", () => {
    const rig = new SamplingRig({ keepRatio: 0.01, patterns: 8192 });
    let floors = 0;
    let second = 0;
    rig.run(
      900,
      () => Array.from({ length: 200 }, (_, i) => ({ pattern: (second * 200 + i) % 4000 })),
      (decided) => {
        if (second++ > 300) floors += reasonsOf(decided).filter((reason) => reason === "floor").length;
      },
    );
    expect(rig.pattern(0).floorPerMinute).toBeLessThan(0.1);
    expect((floors * 274) / 600).toBeLessThan(0.3 * 0.01 * 200 * 204);
  });
});

describe("a burst", () => {
  it("of 100,000 lines of one pattern is kept to K(1 + ln(N/K)) lines with unbiased weights", () => {
    const totals: number[] = [];
    const kept: number[] = [];
    for (let seed = 1; seed <= 12; seed++) {
      const rig = new SamplingRig({ keepRatio: 0.05, seed });
      rig.run(
        300,
        () => [...times(100, { pattern: 1 }), { pattern: 2 }],
        () => undefined,
      );
      const k = rig.pattern(2).burstLines;
      const { decisions, counts } = rig.send(times(100_000, { pattern: 2 }));
      totals.push([...decisions.weight].reduce((sum, weight) => sum + weight, 0));
      kept.push(counts.keptRecords / (k * (1 + Math.log(100_000 / k))));
    }
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(kept)).toBeLessThan(1.2);
    expect(mean(totals) / 100_000).toBeGreaterThan(0.8);
    expect(mean(totals) / 100_000).toBeLessThan(1.2);
  });

  it("starts every window with the probability of the plan", () => {
    const rig = seasonedRig({ severityOf });
    const planned = rig.pattern(1).probability ?? 0;
    rig.wait(10_000);
    const { decisions } = rig.send(times(2000, { pattern: 1 }));
    expect(decisions.probability[1]).toBeCloseTo(planned, 3);
    expect(decisions.probability[1999]).toBeLessThan(planned / 2);
    for (let window = 0; window < 3; window++) {
      rig.wait(10_000);
      const again = rig.send(times(2000, { pattern: 1 })).decisions.probability;
      expect(again[1]).toBeCloseTo(rig.pattern(1).probability ?? 0, 3);
      expect(again[1]).toBeGreaterThanOrEqual(again[1999] ?? 1);
    }
  });
});
