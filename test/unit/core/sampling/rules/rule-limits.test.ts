import { describe, expect, it } from "vitest";
import type { RuleMatch, SamplingRule } from "../../../../../src/model/policy.ts";
import type { Decided, RigRecord } from "../../../../kit/sampling/sampling-rig.ts";
import { keptBytes, reasonsOf, rigPatternId, SamplingRig, times } from "../../../../kit/sampling/sampling-rig.ts";

function cap(match: RuleMatch, value: number): SamplingRule {
  return { id: "cap", kind: "cap", match, value };
}

function floor(match: RuleMatch, value: number): SamplingRule {
  return { id: "floor", kind: "floor", match, value };
}

/** Kept bytes of `seconds` of these records, under a budget of nine tenths. */
function keptUnder(
  rules: readonly SamplingRule[],
  seconds: number,
  recordsOf: (second: number) => readonly RigRecord[],
  each: (decided: Decided, second: number) => void = () => undefined,
): number {
  const rig = new SamplingRig({ keepRatio: 0.9, severityOf: (pattern) => (pattern === 7 ? 17 : 9), rules });
  let kept = 0;
  let second = 0;
  rig.run(seconds, recordsOf, (decided) => {
    kept += keptBytes(decided);
    each(decided, second++);
  });
  return kept;
}

describe("a cap", () => {
  it("limits the bytes a second of the records that it matches", () => {
    const kept = keptUnder([cap({ pattern: rigPatternId(1) }, 2000)], 300, () => times(80, { pattern: 1 }));
    expect(kept / 300).toBeGreaterThan(1400);
    expect(kept / 300).toBeLessThan(2000 * 1.05);
  });

  it("limits ERRORs and patterns never seen before", () => {
    let fresh = 100;
    const kept = keptUnder([cap({}, 1000)], 300, () => [
      ...times(30, { pattern: 7 }),
      ...Array.from({ length: 5 }, () => ({ pattern: fresh++ })),
    ]);
    expect(kept / 300).toBeLessThan(1000 * 1.1);
  });

  it("adds at most ten seconds of its rate in a burst of 100,000 lines", () => {
    const recordsOf = (second: number): RigRecord[] => times(second === 100 ? 100_000 : 5, { pattern: 1 });
    let burst = 0;
    keptUnder([cap({ service: "service" }, 2000)], 130, recordsOf, ({ batch, decisions }, second) => {
      if (second >= 100) burst += keptBytes({ batch, decisions });
    });
    expect(burst).toBeLessThan(2000 * (30 + 10) * 1.2);
  });

  it("limits all patterns that it matches together", () => {
    const kept = keptUnder([cap({ service: "service" }, 2000)], 300, (second) =>
      Array.from({ length: 100 }, (_, i) => ({ pattern: 10 + ((second * 100 + i) % 50) })),
    );
    expect(kept / 300).toBeLessThan(2000 * 1.1);
    expect(kept / 300).toBeGreaterThan(1200);
  });

  it("on attributes or text limits matching records only", () => {
    const records = [...times(40, { pattern: 1, attributes: { tenant: "loud" } }), ...times(40, { pattern: 1 })];
    let loud = 0;
    let rest = 0;
    keptUnder(
      [cap({ attributes: { tenant: "loud" } }, 1000)],
      300,
      () => records,
      ({ decisions }) => {
        for (let i = 0; i < 80; i++) {
          if (i < 40) loud += 274 * (decisions.keep[i] ?? 0);
          else rest += decisions.keep[i] ?? 0;
        }
      },
    );
    expect(loud / 300).toBeLessThan(1000 * 1.05);
    expect(loud / 300).toBeGreaterThan(700);
    expect(rest / (300 * 40)).toBeGreaterThan(0.5);
  });

  it("keeps weights unbiased", () => {
    let weights = 0;
    keptUnder(
      [cap({}, 3000)],
      400,
      (second) => times(second % 20 === 0 ? 900 : 60, { pattern: 1 }),
      ({ batch, decisions }) => {
        for (let i = 0; i < batch.recordCount; i++) weights += decisions.weight[i] ?? 0;
      },
    );
    const truth = 20 * 900 + 380 * 60;
    // About seventy lines are kept: two standard deviations.
    expect(Math.abs(weights - truth) / truth).toBeLessThan(0.25);
  });

  it("gives the reason rule to the records that it limits", () => {
    const rig = new SamplingRig({ keepRatio: 0.9, rules: [cap({}, 1000)] });
    const reasons = new Set<string>();
    rig.run(
      20,
      () => times(100, { pattern: 1 }),
      (decided) => {
        for (const reason of reasonsOf(decided)) reasons.add(reason);
      },
    );
    expect(reasons).toContain("rule");
    expect(reasons).toContain("-rule");
  });

  it("keeps the level of its bucket when another rule is added", () => {
    const rig = new SamplingRig({ keepRatio: 0.9, rules: [cap({ service: "service" }, 1000)] });
    let kept = 0;
    rig.run(
      100,
      () => times(100, { pattern: 1 }),
      ({ batch, decisions }) => {
        kept += keptBytes({ batch, decisions });
        rig.setRules([{ id: "other", kind: "mute", match: { service: "nobody" } }, cap({ service: "service" }, 1000)]);
      },
    );
    expect(kept / 100).toBeLessThan(1200);
  });
});

describe("a floor", () => {
  /** Kept lines of pattern 1 by minute, under a budget that keeps nearly none. */
  function perMinute(
    rules: readonly SamplingRule[],
    minutes: number,
    recordsOf: (second: number) => readonly RigRecord[],
    matches: (index: number) => boolean = () => true,
  ): number[] {
    const rig = new SamplingRig({ keepRatio: 0.002, rules });
    const kept: number[] = new Array(minutes).fill(0);
    let second = 0;
    rig.run(minutes * 60, recordsOf, ({ batch, decisions }) => {
      const minute = Math.floor(second++ / 60);
      for (let i = 0; i < batch.recordCount; i++) {
        if (batch.pattern[i] === 1 && matches(i)) kept[minute] = (kept[minute] ?? 0) + (decisions.keep[i] ?? 0);
      }
    });
    return kept;
  }

  it("keeps its number of lines in every minute of a pattern with enough lines", () => {
    const kept = perMinute([floor({ pattern: rigPatternId(1) }, 30)], 10, () => times(50, { pattern: 1 }));
    for (const minute of kept.slice(1)) expect(minute).toBeGreaterThanOrEqual(30);
    expect(Math.max(...kept.slice(2))).toBeLessThan(60);
  });

  it("keeps its number of lines when they arrive together once a minute", () => {
    const kept = perMinute([floor({}, 30)], 10, (second) => (second % 60 === 7 ? times(200, { pattern: 1 }) : []));
    for (const minute of kept.slice(1)) expect(minute).toBeGreaterThanOrEqual(29);
  });

  it("keeps all lines of a pattern with fewer", () => {
    const kept = perMinute([floor({}, 30)], 10, (second) => [
      ...times(second % 6 === 0 ? 1 : 0, { pattern: 1 }),
      ...times(300, { pattern: 2 }),
    ]);
    for (const minute of kept.slice(1)) expect(minute).toBe(10);
  });

  it("on attributes or text counts matching records only", () => {
    const records = [...times(20, { pattern: 1 }), ...times(5, { pattern: 1, body: "audit" })];
    const kept = perMinute(
      [floor({ body_contains: "audit" }, 40)],
      6,
      () => records,
      (index) => index >= 20,
    );
    for (const minute of kept.slice(1)) expect(minute).toBeGreaterThanOrEqual(40);
    const without = perMinute(
      [],
      6,
      () => records,
      (index) => index >= 20,
    );
    expect(Math.max(...without.slice(1))).toBeLessThan(20);
  });

  it("ends with its rule", () => {
    const rig = new SamplingRig({ keepRatio: 0.002, rules: [floor({}, 60)] });
    const keptOf = (): number => {
      let kept = 0;
      rig.run(
        120,
        () => times(50, { pattern: 1 }),
        ({ counts }) => {
          kept += counts.keptRecords;
        },
      );
      return kept;
    };
    expect(keptOf()).toBeGreaterThanOrEqual(120);
    rig.setRules([]);
    expect(keptOf()).toBeLessThan(60);
  });
});
