import { describe, expect, it } from "vitest";
import { severityClassFrom } from "../../../../../src/core/sampling/rules/rules.ts";
import type { RuleMatch, SamplingRule } from "../../../../../src/model/policy.ts";
import type { RigOptions, RigRecord } from "../../../../kit/sampling/sampling-rig.ts";
import { keptBytes, reasonsOf, rigPatternId, SamplingRig, times } from "../../../../kit/sampling/sampling-rig.ts";

const NOTHING_ELSE = "nothing matched";

function rule(id: string, kind: SamplingRule["kind"], match: RuleMatch, value?: number): SamplingRule {
  return { id, kind, match, ...(value === undefined ? {} : { value }) };
}

/** Pattern 1 is INFO, 2 WARN, 3 ERROR; odd patterns are of service "shop", even ones of "depot". */
function rig(rules: readonly SamplingRule[], options: RigOptions = {}): SamplingRig {
  return new SamplingRig({
    keepRatio: 0.1,
    severityOf: (pattern) => [9, 9, 13, 17][pattern] ?? 9,
    serviceOf: (pattern) => (pattern % 2 === 1 ? "shop" : "depot"),
    rules,
    ...options,
  });
}

/** "muted" for every record that matches, in a rig with one mute rule. */
function mutes(match: RuleMatch, record: RigRecord): boolean {
  return reasonsOf(rig([rule("only", "mute", match)]).send([record]))[0] === "muted";
}

describe("a rule", () => {
  it.each<[string, RuleMatch, RigRecord, boolean]>([
    ["everything when it names nothing", {}, { pattern: 1 }, true],
    ["a service by its whole name", { service: "shop" }, { pattern: 1 }, true],
    ["no service that only begins like it", { service: "sho" }, { pattern: 1 }, false],
    ["no other service", { service: "shop" }, { pattern: 2 }, false],
    ["the severity it names", { severity_min: "warn" }, { pattern: 2 }, true],
    ["worse severities", { severity_min: "warn" }, { pattern: 3 }, true],
    ["no milder one", { severity_min: "warn" }, { pattern: 1 }, false],
    ["severities by number", { severity_min: 17 }, { pattern: 3 }, true],
    ["no milder one by number", { severity_min: 17 }, { pattern: 2 }, false],
    ["a pattern by id", { pattern: rigPatternId(2) }, { pattern: 2 }, true],
    ["no other pattern", { pattern: rigPatternId(2) }, { pattern: 1 }, false],
    ["an attribute's exact value", { attributes: { tenant: "a" } }, { pattern: 1, attributes: { tenant: "a" } }, true],
    ["no other value", { attributes: { tenant: "a" } }, { pattern: 1, attributes: { tenant: "ab" } }, false],
    ["no record without the attribute", { attributes: { tenant: "a" } }, { pattern: 1 }, false],
    ["text in the body", { body_contains: "probe" }, { pattern: 1, body: "a probe answered" }, true],
    ["no body without it", { body_contains: "probe" }, { pattern: 1, body: "Probe" }, false],
    [
      "does not match when a condition fails",
      { service: "shop", severity_min: "info", attributes: { a: "1", b: "2" }, body_contains: "x" },
      { pattern: 1, attributes: { a: "1", b: "3" }, body: "x" },
      false,
    ],
    [
      "matches when every condition holds",
      { service: "shop", severity_min: "info", attributes: { a: "1", b: "2" }, body_contains: "x" },
      { pattern: 1, attributes: { a: "1", b: "2" }, body: "x" },
      true,
    ],
  ])("%s", (_, match, record, expected) => {
    expect(mutes(match, record)).toBe(expected);
  });

  it.each<[string | number, number]>([
    ["trace", 1],
    ["WARNING", 4],
    ["error", 5],
    ["critical", 6],
    [1, 1],
    [9, 3],
    [13, 4],
    [16, 4],
    [17, 5],
    [24, 6],
    [99, 6],
    ["no such severity", 6],
  ])("severity %s as class %i", (severity, expected) => {
    expect(severityClassFrom(severity)).toBe(expected);
  });
});

describe("a list of rules", () => {
  it("applies the first rule that matches, by pattern and by record", () => {
    const rules = [
      rule("vip", "pin", { attributes: { tenant: "vip" } }),
      rule("shop", "mute", { service: "shop" }),
      rule("all", "pin", {}),
    ];
    const reasons = reasonsOf(
      rig(rules).send([
        { pattern: 1, attributes: { tenant: "vip" } },
        { pattern: 1, attributes: { tenant: "plain" } },
        { pattern: 2 },
      ]),
    );
    expect(reasons).toEqual(["rule", "muted", "rule"]);
  });

  it("applies later rules to records that an earlier rule on attributes does not match", () => {
    const rules = [rule("text", "mute", { body_contains: "probe" }), rule("text 2", "pin", { body_contains: "pay" })];
    const one = rig(rules);
    one.send(times(3, { pattern: 1 }));
    const reasons = reasonsOf(
      one.send([
        { pattern: 1, body: "probe pay" },
        { pattern: 1, body: "pay" },
        { pattern: 1, body: NOTHING_ELSE },
      ]),
    );
    expect(reasons.slice(0, 2)).toEqual(["muted", "rule"]);
    expect(reasons[2]).toMatch(/sampled/);
  });

  it("ends each rule at its own expiry, at the tick", () => {
    const one = rig([]);
    const expires = new Date(one.nowMs + 10_000).toISOString();
    one.setRules([{ ...rule("brief", "mute", { service: "shop" }), expires }, rule("lasting", "mute", {})]);
    expect(reasonsOf(one.send([{ pattern: 1 }, { pattern: 2 }]))).toEqual(["muted", "muted"]);
    one.wait(11_000);
    expect(one.view.counters().rules).toBe(1);
    expect(reasonsOf(one.send([{ pattern: 1 }, { pattern: 2 }]))).toEqual(["muted", "muted"]);
    one.setRules([{ ...rule("brief", "mute", { service: "shop" }), expires }]);
    expect(one.view.counters().rules).toBe(0);
  });

  it("applies to a pattern that was silent when the rules changed, also after it has left the plan", () => {
    const one = rig([rule("a", "pin", { service: "depot" }), rule("b", "mute", { service: "shop" })]);
    for (const silence of [60_000, 11 * 60_000, 40 * 60_000]) {
      one.setRules([rule("a", "pin", { service: "depot" }), rule("b", "mute", { service: "shop" })]);
      expect(reasonsOf(one.send([{ pattern: 1 }]))).toEqual(["muted"]);
      one.wait(silence);
      one.setRules([]);
      expect(reasonsOf(one.send([{ pattern: 1 }]))[0]).not.toBe("muted");
      one.wait(20 * 60_000);
    }
  });
});

describe("a pin", () => {
  it("keeps every record with weight 1 and counts its bytes as pinned", () => {
    const one = rig([rule("pin", "pin", { pattern: rigPatternId(1) })]);
    const { batch, decisions, counts } = one.send(times(500, { pattern: 1 }));
    expect([...decisions.weight].every((weight) => weight === 1)).toBe(true);
    expect(counts.pinnedBytes).toBe(keptBytes({ batch, decisions }));
  });

  it("beyond the budget takes at most the reserve from other records and leaves no debt", () => {
    const one = rig([rule("pin", "pin", { service: "shop" })]);
    const lines = (): RigRecord[] => [...times(60, { pattern: 1 }), ...times(60, { pattern: 2 })];
    one.run(900, lines, () => undefined);
    const { balance, bytesPerSecond } = one.view.budget();
    expect(balance / bytesPerSecond).toBeGreaterThan(-60);
    one.setRules([]);
    const keptShare = (): number => {
      let kept = 0;
      let input = 0;
      one.run(300, lines, ({ batch, decisions }) => {
        kept += keptBytes({ batch, decisions });
        input += batch.length;
      });
      return kept / input;
    };
    expect(keptShare()).toBeGreaterThan(0.04);
    expect(keptShare()).toBeGreaterThan(0.085);
    expect(keptShare()).toBeLessThan(0.12);
  });
});

describe("a mute", () => {
  it("drops first lines and ERRORs too, and summaries still count them", () => {
    const one = rig([rule("mute", "mute", { service: "shop" })]);
    const { decisions, counts } = one.send(times(40, { pattern: 3 }));
    expect([...decisions.keep]).toEqual(new Array(40).fill(0));
    expect(counts.muted[17]).toBe(40);
    expect(counts.triggerCount).toBe(0);
    const [delta] = one.sampler.summaries.drain();
    expect(delta).toMatchObject({ pattern: 3, count: 40, kept: 0, weightSum: 0 });
  });
});
