import { describe, expect, it } from "vitest";
import { KEEP_REASONS } from "../../../../../src/model/decision.ts";
import type { RigRecord } from "../../../../kit/sampling/sampling-rig.ts";
import { keptBytes, SamplingRig, SeededRandom, times } from "../../../../kit/sampling/sampling-rig.ts";

/** Fourteen patterns, the first the loudest; `perSecond` lines a second, `every` seconds together. */
function shop(perSecond: number, every = 1): (second: number) => RigRecord[] {
  const random = new SeededRandom(11);
  return (second) =>
    second % every === 0
      ? Array.from({ length: perSecond * every }, () => ({ pattern: Math.floor(14 * random.next() ** 2) }))
      : [];
}

/** Kept over input bytes of what `seconds` of traffic became. */
function keptShare(rig: SamplingRig, seconds: number, recordsOf: (second: number) => readonly RigRecord[]): number {
  let kept = 0;
  let input = 0;
  rig.run(seconds, recordsOf, ({ batch, decisions }) => {
    kept += keptBytes({ batch, decisions });
    input += batch.length;
  });
  return kept / input;
}

function settle(rig: SamplingRig, seconds: number, recordsOf: (second: number) => readonly RigRecord[]): SamplingRig {
  rig.run(seconds, recordsOf, () => undefined);
  return rig;
}

const planOf = (rig: SamplingRig, pattern: number): number => rig.pattern(pattern).probability ?? Number.NaN;

describe("a plan", () => {
  it("keeps the ratio of steady traffic, and p stands still", () => {
    const rig = settle(new SamplingRig({ keepRatio: 0.1 }), 900, shop(100));
    const plans: number[] = [];
    let share = 0;
    for (let minute = 0; minute < 10; minute++) {
      share += keptShare(rig, 60, shop(100)) / 10;
      plans.push(planOf(rig, 0));
    }
    expect(share).toBeGreaterThan(0.09);
    expect(share).toBeLessThan(0.11);
    expect(Math.max(...plans) / Math.min(...plans)).toBeLessThan(1.25);
  });

  it("is the same for a sender that batches ten seconds as for one that does not", () => {
    const steady = settle(new SamplingRig({ keepRatio: 0.1 }), 1800, shop(100));
    const batched = settle(new SamplingRig({ keepRatio: 0.1 }), 1800, shop(100, 10));
    for (const pattern of [0, 5, 13]) {
      expect(planOf(batched, pattern) / planOf(steady, pattern)).toBeGreaterThan(0.7);
      expect(planOf(batched, pattern) / planOf(steady, pattern)).toBeLessThan(1.4);
    }
    expect(keptShare(batched, 600, shop(100, 10))).toBeGreaterThan(0.085);
  });

  it("is the same after a pause as before it, of a minute or of an hour", () => {
    for (const pauseMs of [65_000, 600_000, 3_600_000]) {
      const rig = settle(new SamplingRig({ keepRatio: 0.1 }), 900, shop(100));
      const before = planOf(rig, 0);
      rig.wait(pauseMs);
      settle(rig, 5, shop(100));
      expect(planOf(rig, 0) / before).toBeGreaterThan(0.7);
      expect(planOf(rig, 0) / before).toBeLessThan(1.5);
    }
  });

  it("follows a step of the load, up and down, within seconds: the share kept hardly moves", () => {
    const rig = settle(new SamplingRig({ keepRatio: 0.1 }), 300, shop(100));
    const up = keptShare(rig, 10, shop(400));
    settle(rig, 60, shop(400));
    const down = keptShare(rig, 10, shop(100));
    expect(up).toBeGreaterThan(0.05);
    expect(up).toBeLessThan(0.15);
    expect(down).toBeGreaterThan(0.05);
    expect(down).toBeLessThan(0.15);
  });

  it("of a storm keeps what twice the ordinary input would have been allowed", () => {
    const rig = settle(new SamplingRig({ keepRatio: 0.1 }), 1200, shop(50));
    settle(rig, 120, shop(1000));
    const share = keptShare(rig, 120, shop(1000));
    expect(share * 20).toBeGreaterThan(0.15);
    expect(share * 20).toBeLessThan(0.25);
    expect(rig.view.states().storm).toBe(true);
  });

  it("raises p after a storm step by step, and is back within a minute and a half", () => {
    const rig = settle(new SamplingRig({ keepRatio: 0.1 }), 1200, shop(50));
    const before = planOf(rig, 0);
    settle(rig, 120, shop(1000));
    expect(planOf(rig, 0)).toBeLessThan(before / 5);
    const rises: number[] = [];
    for (let second = 0; second < 90; second++) {
      const last = planOf(rig, 0);
      settle(rig, 1, shop(50));
      rises.push(planOf(rig, 0) / Math.max(last, 0.01));
    }
    expect(Math.max(...rises)).toBeLessThan(1.51);
    expect(keptShare(rig, 60, shop(50))).toBeGreaterThan(0.04);
  });

  it("keeps rare patterns whole and pays for them with loud ones", () => {
    const random = new SeededRandom(5);
    const records = (): RigRecord[] => [
      ...times(200, { pattern: 0 }),
      ...Array.from({ length: 2 }, () => ({ pattern: 1 + random.below(40) })),
    ];
    const rig = settle(new SamplingRig({ keepRatio: 0.1 }), 1200, records);
    expect(planOf(rig, 0)).toBeLessThan(0.1);
    for (const pattern of [1, 20, 40]) expect(planOf(rig, pattern)).toBeGreaterThan(0.4);
  });

  it("is fair between services first: one that floods takes nothing from the others", () => {
    const serviceOf = (pattern: number): string => (pattern < 7 ? "quiet" : "loud");
    const mixed = (loud: number): (() => RigRecord[]) => {
      const random = new SeededRandom(2);
      return () => [
        ...Array.from({ length: 50 }, () => ({ pattern: random.below(7) })),
        ...Array.from({ length: loud }, () => ({ pattern: 7 + random.below(7) })),
      ];
    };
    const rig = settle(new SamplingRig({ keepRatio: 0.1, serviceOf }), 1200, mixed(50));
    const before = planOf(rig, 3);
    settle(rig, 120, mixed(2000));
    expect(planOf(rig, 3)).toBeGreaterThan(0.5 * before);
    expect(planOf(rig, 10)).toBeLessThan(0.3 * before);
  });
});

describe("the value of a line", () => {
  it("grows with severity and with what the policy says, and is high while a pattern is young", () => {
    const severityOf = (pattern: number): number => [9, 5, 13, 9][pattern] ?? 9;
    const rig = new SamplingRig({ keepRatio: 0.1, severityOf });
    rig.sampler.setPolicyValue(3, 3, 0);
    const all = (): RigRecord[] => Array.from({ length: 100 }, (_, i) => ({ pattern: i % 5 }));
    settle(rig, 600, all);
    const worthOf = (pattern: number): number => rig.pattern(pattern).value;
    expect(worthOf(0)).toBeCloseTo(15.5, 0);
    settle(rig, 6600, all);
    const [info = 0, ...others] = [0, 1, 2, 3].map(worthOf);
    expect(info).toBeCloseTo(1, 1);
    expect(others.map((other) => (other / info).toFixed(3))).toEqual(["0.500", "2.000", "3.000"]);
    settle(rig, 5, () => [...all(), ...times(20, { pattern: 7 })]);
    expect(worthOf(7)).toBeGreaterThan(29);
    expect(planOf(rig, 2) / planOf(rig, 0)).toBeGreaterThan(1.5);
    expect(planOf(rig, 3) / planOf(rig, 0)).toBeGreaterThan(2);
  });

  it("of a pattern that the policy knows is not that of a new one", () => {
    const rig = settle(new SamplingRig({ keepRatio: 0.1, known: true }), 5, () => times(20, { pattern: 1 }));
    expect(rig.pattern(1).value).toBe(1);
  });

  it("and its floor by policy end with the row: another pattern in it starts plain", () => {
    const rig = new SamplingRig({ keepRatio: 0.1 });
    rig.sampler.setPolicyValue(1, 5, 30);
    settle(rig, 3, () => times(5, { pattern: 1 }));
    expect(rig.pattern(1).requestedFloorPerMinute).toBe(30);
    rig.sampler.evict(1);
    settle(rig, 3, () => times(5, { pattern: 1 }));
    expect(rig.pattern(1).requestedFloorPerMinute).toBe(0);
    expect(rig.pattern(1).value).toBe(1);
  });

  it("a floor by policy keeps so many lines a minute", () => {
    const rig = new SamplingRig({ keepRatio: 0.005 });
    rig.sampler.setPolicyValue(1, 1, 20);
    settle(rig, 120, () => times(60, { pattern: 1 }));
    let kept = 0;
    rig.run(
      300,
      () => times(60, { pattern: 1 }),
      ({ counts }) => {
        kept += counts.keptRecords;
      },
    );
    expect(kept).toBeGreaterThanOrEqual(5 * 20 - 1);
    expect(kept).toBeLessThan(5 * 20 * 1.6);
  });
});

describe("what a line is worth to a plan", () => {
  it("is more where its text tells of trouble, whatever severity the sender gave", () => {
    const templateOf = (pattern: number): string => (pattern === 5 ? "request <*> failed" : "request <*> served");
    const rig = settle(new SamplingRig({ keepRatio: 0.05, templateOf }), 1800, (second) =>
      times(20, { pattern: second % 2 === 0 ? 5 : 6 }).concat(times(60, { pattern: 1 })),
    );
    expect(planOf(rig, 5) / planOf(rig, 6)).toBeGreaterThan(2.5);
    expect(planOf(rig, 5) / planOf(rig, 6)).toBeLessThan(5);
  });

  it("is less where it alone costs many seconds of the budget: a debt for all others", () => {
    const load = (): RigRecord[] => [...times(4, { pattern: 1 }), { pattern: 2, bytes: 16_000 }];
    const small = settle(new SamplingRig({ bytesPerSecond: 400 }), 1200, load);
    const large = settle(new SamplingRig({ bytesPerSecond: 4000 }), 1200, load);
    const expense = (rig: SamplingRig): number => planOf(rig, 2) / planOf(rig, 1);
    // By the root of rates and bytes alone, both would be about 4 · sqrt(200 / 16,000) = 0.2.
    expect(expense(large)).toBeGreaterThan(2 * expense(small));
  });
});

describe("floors that the budget cannot pay every minute", () => {
  it("come round for the seldom as for the frequent, and sooner where the text tells of trouble", () => {
    const templateOf = (pattern: number): string => (pattern === 70 ? "lookup of <*> failed" : "lookup of <*>");
    const rig = new SamplingRig({ bytesPerSecond: 500, templateOf });
    const load = (second: number): RigRecord[] => [
      ...times(2, { pattern: second % 60 }),
      ...(second % 45 === 7 ? [{ pattern: 70 }, { pattern: 71 }] : []),
    ];
    settle(rig, 3600, load);
    const floors = new Map<number, number>();
    rig.run(3600, load, ({ batch, decisions }) => {
      for (let i = 0; i < batch.recordCount; i++) {
        if (KEEP_REASONS[decisions.reason[i] ?? 0] !== "floor" || decisions.keep[i] !== 1) continue;
        const pattern = batch.pattern[i] ?? 0;
        floors.set(pattern, (floors.get(pattern) ?? 0) + 1);
      }
    });
    const frequent = Array.from({ length: 60 }, (_, pattern) => floors.get(pattern) ?? 0);
    const mean = frequent.reduce((sum, count) => sum + count, 0) / 60;
    expect(mean).toBeGreaterThan(3);
    expect(floors.get(71) ?? 0).toBeGreaterThan(0.6 * mean);
    expect(floors.get(70) ?? 0).toBeGreaterThan(1.5 * mean);
  });
});
