import { describe, expect, it } from "vitest";
import type { SamplingRule } from "../../../../../src/model/policy.ts";
import { keptBytes, reasonsOf, SamplingRig, seasonedRig, times } from "../../../../kit/sampling/sampling-rig.ts";

/** Pattern 9 is an ERROR; the others are INFO. */
const severityOf = (pattern: number): number => (pattern === 9 ? 17 : 9);

const pin: SamplingRule = { id: "pin", kind: "pin", match: {} };
const mute: SamplingRule = { id: "mute", kind: "mute", match: {} };

describe("the order of decision", () => {
  it("is bypass, rule, error, novel, trace, floor, sampled", () => {
    const rig = seasonedRig({ severityOf });
    const promoted = { pattern: 1, trace: 77 };
    const only = (record: { pattern: number; trace?: number }): string => reasonsOf(rig.send([record]))[0] ?? "";
    expect(only({ pattern: 1 })).toMatch(/sampled/);
    expect(only({ pattern: 9, trace: 77 })).toBe("error");
    expect(only(promoted)).toBe("trace");
    expect(only({ pattern: 100, trace: 77 })).toBe("novel");
    rig.wait(120_000);
    expect(only({ pattern: 2 })).toBe("floor");
    expect(only({ pattern: 9, trace: 78 })).toBe("error");
    rig.setRules([pin]);
    expect(only({ pattern: 9 })).toBe("rule");
    rig.setRules([mute]);
    expect(only({ pattern: 101 })).toBe("muted");
    rig.sampler.bypass(undefined, rig.nowMs + 1000);
    expect(only({ pattern: 9 })).toBe("bypass");
  });
});

describe("a bypass", () => {
  it("of one service keeps all records of that service only, until it expires", () => {
    const rig = seasonedRig({ severityOf, serviceOf: (pattern) => (pattern < 6 ? "a" : "b") });
    rig.sampler.bypass("a", rig.nowMs + 5000);
    const during = reasonsOf(rig.send([...times(50, { pattern: 1 }), ...times(50, { pattern: 7 })]));
    expect(during.slice(0, 50)).toEqual(new Array(50).fill("bypass"));
    expect(during.slice(50)).not.toContain("bypass");
    expect(rig.view.bypassUntilMs("a")).toBeGreaterThan(rig.nowMs);
    rig.wait(6000);
    expect(reasonsOf(rig.send(times(50, { pattern: 1 })))).not.toContain("bypass");
  });

  it("of all services ends when it is cancelled", () => {
    const rig = seasonedRig({ severityOf });
    rig.sampler.bypass(undefined, rig.nowMs + 3_600_000);
    expect(reasonsOf(rig.send(times(5, { pattern: 1 })))).toEqual(new Array(5).fill("bypass"));
    rig.sampler.bypass(undefined, -1);
    expect(reasonsOf(rig.send(times(5, { pattern: 1 })))).not.toContain("bypass");
  });

  it("counts its bytes and leaves no debt", () => {
    const rig = seasonedRig({ severityOf });
    const balance = rig.view.budget().balance;
    let bypassed = 0;
    rig.sampler.bypass(undefined, rig.nowMs + 600_001);
    rig.run(
      600,
      () => times(120, { pattern: 1 }),
      ({ batch, decisions, counts }) => {
        bypassed += counts.bypassBytes - keptBytes({ batch, decisions });
      },
    );
    expect(bypassed).toBe(0);
    expect(rig.view.budget().balance).toBeGreaterThanOrEqual(balance);
  });

  it("of a service beyond max_services starts and ends like any other", () => {
    const rig = new SamplingRig({ keepRatio: 0.05, maxServices: 1, serviceOf: (pattern) => `s${pattern}` });
    rig.send([{ pattern: 1 }, { pattern: 2 }]);
    rig.sampler.bypass("s2", rig.nowMs + 5000);
    expect(rig.view.bypassUntilMs("s2")).toBe(rig.nowMs + 5000);
    expect(reasonsOf(rig.send(times(3, { pattern: 2 })))).toEqual(new Array(3).fill("bypass"));
    rig.sampler.bypass("s2", -1);
    expect(rig.view.bypassUntilMs("s2")).toBe(-1);
  });
});
