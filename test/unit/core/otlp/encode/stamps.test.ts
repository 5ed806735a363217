import { describe, expect, it } from "vitest";
import type { StampPlan, StampSource } from "../../../../../src/core/otlp/encode/stamps.ts";
import { thresholdText } from "../../../../../src/core/otlp/encode/stamps.ts";
import { keepReasonCode } from "../../../../../src/model/decision.ts";
import { batchOf, encodeSurvivors } from "../../../../kit/otlp/survivors.ts";

const ID = "1AbCdEfGhIjK";

const source: StampSource = {
  policyVersion: "42",
  idBytes: () => new TextEncoder().encode(ID),
  template: (pattern) => `template ${pattern} \u00fc`,
  randomness: () => "00112233445566",
  uid: () => "uid-0",
};

function plan(mode: StampPlan["mode"], more: Partial<StampPlan> = {}): StampPlan {
  return { mode, observe: false, source, ...more };
}

describe("stamps", () => {
  it("in mode minimal are the pattern, and the weight where it is not 1", () => {
    const { batch, decisions } = batchOf({ body: "a" }, { body: "b" }, { body: "c" });
    decisions.weight.set([1, 5.25, 0]);
    expect(encodeSurvivors({ batch, decisions }, plan("minimal")).attributes).toEqual([
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

  it("in mode minimal take 70 bytes of a record with a weight", () => {
    const { batch, decisions } = batchOf({ body: "a" });
    const bare = encodeSurvivors({ batch, decisions }, plan("none")).bytes.length;
    decisions.weight[0] = 3;
    expect(encodeSurvivors({ batch, decisions }, plan("minimal")).bytes.length - bare).toBe(70);
  });

  it("in mode none are the weight alone, where it is not 1", () => {
    const { batch, decisions } = batchOf({ body: "a" }, { body: "b" });
    decisions.weight[1] = 2;
    expect(encodeSurvivors({ batch, decisions }, plan("none")).attributes).toEqual([[], [["lipservice.weight", 2]]]);
  });

  it("in mode full explain the decision", () => {
    const { batch, decisions } = batchOf({ body: "a" });
    batch.pattern[0] = 7;
    decisions.weight[0] = 4;
    decisions.probability[0] = 0.25;
    decisions.reason[0] = keepReasonCode("sampled");
    expect(encodeSurvivors({ batch, decisions }, plan("full")).attributes).toEqual([
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
    const { batch, decisions } = batchOf({ body: "a" }, { body: "b", attributes: { "log.record.uid": "theirs" } });
    decisions.weight.set([0, 1]);
    decisions.reason.fill(keepReasonCode("context"));
    let asked = 0;
    const quiet = { ...source, randomness: () => "", uid: () => (asked++ === 0 ? "" : "ours") };
    const [context, kept] = encodeSurvivors({ batch, decisions }, plan("full", { source: quiet })).attributes;
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
    const { batch, decisions } = batchOf({ body: "" });
    batch.pattern[0] = -1;
    expect(encodeSurvivors({ batch, decisions }, plan("minimal")).attributes).toEqual([[]]);
  });

  it("while observing are the pattern alone, whatever the mode", () => {
    const { batch, decisions } = batchOf({ body: "a" });
    expect(encodeSurvivors({ batch, decisions }, plan("full", { observe: true })).attributes).toEqual([
      [["lipservice.pattern", ID]],
    ]);
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
    const { batch, decisions } = batchOf({ body: "s", attributes: { "lipservice.weight": { double: 0 }, count: 5 } });
    decisions.weight[0] = 0;
    decisions.reason[0] = keepReasonCode("summary");
    const { attributes, repairs } = encodeSurvivors({ batch, decisions }, plan("minimal"));
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
