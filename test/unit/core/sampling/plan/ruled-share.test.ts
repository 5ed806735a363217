import { describe, expect, it } from "vitest";
import type { RuleMatch, SamplingRule } from "../../../../../src/model/policy.ts";
import type { RigRecord } from "../../../../kit/sampling/sampling-rig.ts";
import { keptBytes, SamplingRig, times } from "../../../../kit/sampling/sampling-rig.ts";

/** Two services of equal size; what pattern 2 says, and half of pattern 1, tells of probes. */
function lines(): RigRecord[] {
  return [
    ...times(20, { pattern: 1, body: "order accepted" }),
    ...times(20, { pattern: 1, body: "probe accepted" }),
    ...times(40, { pattern: 2, body: "probe answered" }),
  ];
}

/** Kept over input bytes of minutes 6 to 15 under a rule that came after the fifth. */
function keptShareUnder(kind: SamplingRule["kind"], match: RuleMatch): number {
  const rig = new SamplingRig({ keepRatio: 0.05, serviceOf: (pattern) => (pattern === 1 ? "shop" : "depot") });
  rig.run(300, lines, () => undefined);
  rig.setRules([{ id: "only", kind, match }]);
  let kept = 0;
  let input = 0;
  rig.run(600, lines, ({ batch, decisions }) => {
    kept += keptBytes({ batch, decisions });
    input += batch.length;
  });
  return kept / input;
}

describe("what a rule mutes", () => {
  it.each<[string, RuleMatch]>([
    ["a service", { service: "depot" }],
    ["a service by what its records say", { service: "depot", body_contains: "probe" }],
    ["half of the records of a pattern, and a service", { body_contains: "probe" }],
  ])("leaves its share of the budget to others: %s", (_, match) => {
    const share = keptShareUnder("mute", match);
    expect(share).toBeGreaterThan(0.042);
    expect(share).toBeLessThan(0.053);
  });

  it("is drawn again when the rule is gone", () => {
    const rig = new SamplingRig({ keepRatio: 0.05 });
    const match: RuleMatch = { body_contains: "probe" };
    rig.setRules([{ id: "only", kind: "mute", match }]);
    rig.run(300, lines, () => undefined);
    rig.setRules([]);
    let kept = 0;
    rig.run(60, lines, ({ batch, decisions, counts }) => {
      expect(counts.muted[9]).toBe(0);
      for (let i = 40; i < batch.recordCount; i++) kept += decisions.keep[i] ?? 0;
    });
    expect(kept).toBeGreaterThan(0);
  });
});
