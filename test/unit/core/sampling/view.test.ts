import { describe, expect, it } from "vitest";
import { keptBytes, SamplingRig, seasonedRig, times } from "../../../kit/sampling/sampling-rig.ts";

const severityOf = (pattern: number): number => (pattern === 9 ? 17 : 9);

describe("the view of a sampler", () => {
  it("answers what was counted of a pattern", () => {
    const rig = new SamplingRig({ severityOf });
    rig.run(
      60,
      () => times(5, { pattern: 9, bytes: 300 }),
      () => undefined,
    );
    expect(rig.pattern(9)).toMatchObject({
      seen: true,
      firstSeenMs: rig.startMs + 1000,
      lastSeenMs: rig.nowMs,
      isError: true,
      severityClass: 5,
      rule: undefined,
      totals: { records: 300, bytes: 90_000, kept: 300, weightSum: 300, weightVariance: 0 },
    });
    expect(rig.pattern(9).linesPerSecond.fast).toBeCloseTo(5, 0);
    expect(rig.pattern(9).bytesPerLine).toBeGreaterThanOrEqual(300);
    expect(rig.pattern(8).seen).toBe(false);
  });

  it("tells the lines that are still news", () => {
    const rig = seasonedRig();
    expect(rig.pattern(50).firstLinesLeft).toBe(3);
    rig.send([{ pattern: 50 }]);
    expect(rig.pattern(50).firstLinesLeft).toBe(2);
    rig.send(times(5, { pattern: 50 }));
    expect(rig.pattern(50).firstLinesLeft).toBe(0);
    rig.wait(11 * 60_000);
    expect(rig.pattern(50).firstLinesLeft).toBe(1);
  });

  it("names the reason that would keep the next line of a pattern", () => {
    const rig = seasonedRig({ severityOf });
    rig.run(
      60,
      (second) => times(second % 20 === 0 ? 1 : 0, { pattern: 9 }),
      () => undefined,
    );
    rig.send([{ pattern: 50 }]);
    expect([1, 50, 9].map((pattern) => rig.view.keepReason(pattern))).toEqual(["sampled", "novel", "error"]);
    rig.setRules([{ id: "m", kind: "mute", match: { severity_min: "error" } }]);
    expect(rig.view.keepReason(9)).toBe("muted");
    expect(rig.pattern(9).rule?.id).toBe("m");
    rig.setRules([{ id: "p", kind: "pin", match: {} }]);
    expect(rig.view.keepReason(1)).toBe("rule");
    expect(new SamplingRig({ mode: "observe" }).view.keepReason(1)).toBe("observe");
  });

  it("walks live patterns, of all services or of one, and adds up what each says", () => {
    const rig = new SamplingRig({ serviceOf: (pattern) => (pattern < 3 ? "a" : "b") });
    rig.run(
      30,
      () => [0, 1, 2, 3, 4].flatMap((pattern) => times(2, { pattern })),
      () => undefined,
    );
    const b = rig.view.service("b");
    expect([...rig.view.livePatterns()].toSorted()).toEqual([0, 1, 2, 3, 4]);
    expect([...rig.view.livePatterns(b?.row)].toSorted()).toEqual([3, 4]);
    const [ofA, ofB] = rig.view.serviceTraffic();
    expect([ofA?.patterns, ofB?.patterns]).toEqual([3, 2]);
    expect((ofA?.linesPerSecond ?? 0) / (ofB?.linesPerSecond ?? 1)).toBeCloseTo(1.5, 6);
    expect(ofB?.lastSeenMs).toBe(rig.nowMs);
    rig.wait(20 * 60_000);
    expect(rig.view.counters().livePatterns).toBe(0);
    expect(rig.view.serviceTraffic()[1]).toMatchObject({ patterns: 0, firstSeenMs: rig.startMs + 1000 });
  });

  it("answers of a service by name and by row, and of none that has no row", () => {
    const rig = new SamplingRig({
      keepRatio: 0.2,
      services: { a: { mode: "observe", bytesPerSecond: 50 } },
      serviceOf: (pattern) => (pattern === 0 ? "a" : "b"),
    });
    const sent = rig.send([...times(4, { pattern: 0 }), { pattern: 1 }]);
    rig.sampler.bypass("b", rig.nowMs + 5000);
    expect(rig.view.service("a")).toMatchObject({ row: 0, mode: "observe", bytesPerSecond: 50, received: 4, kept: 4 });
    expect(rig.view.service(1)).toMatchObject({ name: "b", mode: "enforce", bypassUntilMs: rig.nowMs + 5000 });
    expect([rig.view.service("c"), rig.view.service(2), rig.view.service(-1)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(rig.view.counters()).toMatchObject({ received: 5, kept: sent.counts.keptRecords });
  });

  it("tells a row that was given to another pattern since", () => {
    const rig = seasonedRig();
    const before = rig.view.givenUp;
    rig.sampler.evict(3);
    expect([rig.view.isGone(3, before), rig.view.isGone(4, before)]).toEqual([true, false]);
    expect(rig.view.isGone(3, rig.view.givenUp)).toBe(false);
  });

  it("knows the budget, and states by which it is held", () => {
    expect(new SamplingRig({}).view.states()).toEqual({ unlimited: true, learning: false, storm: false, debt: false });
    const rig = new SamplingRig({ keepRatio: 0.1 });
    expect(rig.view.states()).toMatchObject({ unlimited: false, learning: true });
    let spent = 0;
    rig.run(
      900,
      () => times(50, { pattern: 1 }),
      (decided) => {
        spent += keptBytes(decided);
      },
    );
    const budget = rig.view.budget();
    expect(budget).toMatchObject({ keepRatio: 0.1, isLearning: false, isStorm: false, spent });
    expect(budget.bytesPerSecond).toBeCloseTo(0.1 * 50 * 204, -1);
    expect(budget.granted).toBeGreaterThan(0.9 * spent);
  });
});
