import { describe, expect, it } from "vitest";
import type { StampPlan, StampSource } from "../../../../../src/core/otlp/encode/stamps.ts";
import { thresholdText } from "../../../../../src/core/otlp/encode/stamps.ts";
import { stampBytesOf } from "../../../../../src/core/sampling/budget/record-cost.ts";
import { keepReasonCode } from "../../../../../src/model/decision.ts";
import { batchOf, encodeSurvivors } from "../../../../kit/otlp/survivors.ts";

const ID = "1AbCdEfGhIjK";

const source: StampSource = {
  policyVersion: "42",
  idBytes: () => new TextEncoder().encode(ID),
  template: (pattern) => `template ${pattern} \u00fc`,
  randomness: () => "00112233445566",
  uid: (i) => `uid-${i}`,
};

function plan(mode: StampPlan["mode"], more: Partial<StampPlan> = {}): StampPlan {
  return { mode, observe: false, source, ...more };
}

describe("stamps", () => {
  it("in mode minimal are the pattern, and the weight where it is not 1", () => {
    const batch = batchOf({ body: "a" }, { body: "b" }, { body: "c" });
    batch.weight.set([1, 5.25, 0]);
    expect(encodeSurvivors(batch, plan("minimal")).attributes).toEqual([
      [["lipservice.pattern", ID]],
      [
        ["lipservice.pattern", ID],
        ["lipservice.weight", 5.25],
      ],
      [
        ["lipservice.pattern", ID],
        ["lipservice.weight", 0],
      ],
    ]);
  });

  it("in mode minimal take 70 bytes of a record with a weight, which the planner counts on", () => {
    const batch = batchOf({ body: "a" });
    const bare = encodeSurvivors(batch, plan("none")).bytes.length;
    batch.weight[0] = 3;
    expect(encodeSurvivors(batch, plan("minimal")).bytes.length - bare).toBe(70);
    expect(stampBytesOf("minimal") - stampBytesOf("none")).toBe(70 - 32);
  });

  it("in mode none are the weight alone, where it is not 1", () => {
    const batch = batchOf({ body: "a" }, { body: "b" });
    batch.weight[1] = 2;
    expect(encodeSurvivors(batch, plan("none")).attributes).toEqual([[], [["lipservice.weight", 2]]]);
  });

  it("in mode full explain the decision", () => {
    const batch = batchOf({ body: "a" });
    batch.pattern[0] = 7;
    batch.weight[0] = 4;
    batch.probability[0] = 0.25;
    batch.reason[0] = keepReasonCode("sampled");
    expect(encodeSurvivors(batch, plan("full")).attributes).toEqual([
      [
        ["lipservice.pattern", ID],
        ["lipservice.weight", 4],
        ["sampling.threshold", "c"],
        ["sampling.randomness", "00112233445566"],
        ["lipservice.reason", "sampled"],
        ["lipservice.policy", "42"],
        ["lipservice.template", "template 7 \u00fc"],
        ["log.record.uid", "uid-0"],
      ],
    ]);
  });

  it("in mode full leave out what does not apply", () => {
    const batch = batchOf({ body: "a" }, { body: "b", attributes: { "log.record.uid": "theirs" } });
    batch.weight.set([0, 1]);
    batch.reason.fill(keepReasonCode("context"));
    const quiet = { ...source, randomness: () => "", uid: (i: number) => (i === 0 ? "" : "ours") };
    const [context, kept] = encodeSurvivors(batch, plan("full", { source: quiet })).attributes;
    expect(context?.map(([key]) => key)).toEqual([
      "lipservice.pattern",
      "lipservice.weight",
      "lipservice.reason",
      "lipservice.policy",
      "lipservice.template",
    ]);
    expect(kept?.filter(([key]) => key === "log.record.uid")).toEqual([["log.record.uid", "theirs"]]);
    expect(kept?.map(([key]) => key)).not.toContain("sampling.randomness");
  });

  it("leave out the pattern of a record that has none", () => {
    const batch = batchOf({ body: "" });
    batch.pattern[0] = -1;
    expect(encodeSurvivors(batch, plan("minimal")).attributes).toEqual([[]]);
  });

  it("while observing are the pattern alone, whatever the mode", () => {
    const batch = batchOf({ body: "a" });
    expect(encodeSurvivors(batch, plan("full", { observe: true })).attributes).toEqual([[["lipservice.pattern", ID]]]);
  });

  it("replace those a record came with, and no other attribute", () => {
    const attributes = [
      ["lipservice.weight", { double: 9 }],
      ["a", "b"],
      ["sampling.threshold", "c"],
      ["lipservice.pattern", "theirs"],
      ["lipservice", "x"],
      ["samplings.x", "y"],
    ] as const;
    const { attributes: written, repairs } = encodeSurvivors(batchOf({ body: "a", attributes }), plan("minimal"));
    expect(written).toEqual([
      [
        ["a", "b"],
        ["lipservice", "x"],
        ["samplings.x", "y"],
        ["lipservice.pattern", ID],
      ],
    ]);
    expect(repairs.stampsStripped).toBe(1);
  });

  it("of a trusted peer's summaries pass through", () => {
    const batch = batchOf({ body: "s", attributes: { "lipservice.weight": { double: 0 }, count: 5 } });
    batch.weight[0] = 0;
    batch.reason[0] = keepReasonCode("summary");
    const { attributes, repairs } = encodeSurvivors(batch, plan("minimal"));
    expect(attributes).toEqual([
      [
        ["lipservice.weight", 0],
        ["count", 5],
      ],
    ]);
    expect(repairs.stampsStripped).toBe(0);
  });

  it("write thresholds as OpenTelemetry does, in five digits at most", () => {
    const cases: readonly (readonly [number, string])[] = [
      [1, "0"],
      [0.5, "8"],
      [0.25, "c"],
      [0.1, "e6666"],
      [0.01, "fd70a"],
      [1 - 0xe6660 / 2 ** 20, "e666"],
      [2 ** -20, "fffff"],
      [0, "fffff"],
    ];
    for (const [probability, text] of cases) expect(thresholdText(probability)).toBe(text);
  });
});
