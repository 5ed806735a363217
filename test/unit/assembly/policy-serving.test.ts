import { describe, expect, it } from "vitest";
import { seedEngine } from "../../../src/assembly/policy-serving.ts";
import type { PolicyDocument, PolicyPattern } from "../../../src/model/policy.ts";
import { replayRig } from "../../kit/sampling/replay-rig.ts";
import { plainTemplate, signLine } from "../../kit/signing.ts";

const NOTHING: PolicyDocument = {
  version: "0",
  parent: null,
  author: "user",
  created: "2026-01-01T00:00:00Z",
  expires: null,
  rules: [],
  patterns: {},
  aliases: {},
  baseline_bytes_per_second: {},
  evidence: [],
};

describe("a version of the policy", () => {
  it("takes value and floor from patterns that it no longer lists", async () => {
    const { engine } = await replayRig(["sampling.budget.keep_ratio=0.1"]);
    const row = signLine(engine.signature, "order 7 accepted", "shop", 9);
    const id = engine.signature.patterns.id(row);
    const listed: PolicyPattern = {
      template: plainTemplate(engine.signature, row),
      service: "shop",
      severity: "info",
      value: 7,
      floor_per_minute: 30,
    };
    const { policyValue, state } = engine.sampler.parts;

    seedEngine(engine, { ...NOTHING, version: "1", patterns: { [id]: listed } });
    expect([policyValue[row], state.policyFloor[row]]).toEqual([7, 30]);
    seedEngine(engine, { ...NOTHING, version: "2", parent: "1" });
    expect([policyValue[row], state.policyFloor[row], state.floorPerMinute[row]]).toEqual([1, 0, 0]);
  });
});
