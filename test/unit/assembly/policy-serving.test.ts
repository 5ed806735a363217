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

describe("a new policy version", () => {
  it("resets value and floor of patterns that it does not list", async () => {
    const rig = await replayRig(["sampling.budget.keep_ratio=0.1"]);
    const { engine } = rig;
    const linesOf = (second: number): { body: string }[] => [
      { body: `order ${second} accepted` },
      { body: `page ${second} rendered` },
    ];
    rig.run(5, linesOf);
    const row = signLine(engine.signature, "order 7 accepted", "shop", 9);
    const other = signLine(engine.signature, "page 7 rendered", "shop", 9);
    const id = engine.signature.patterns.id(row);
    const listed: PolicyPattern = {
      template: plainTemplate(engine.signature, row),
      service: "shop",
      severity: "info",
      value: 7,
      floor_per_minute: 30,
    };
    /** Value beside that of a pattern without one, and floor. */
    const given = (): number[] => {
      rig.run(5, linesOf);
      const { view } = engine.sampler;
      const own = view.pattern(row, 0);
      return [Math.round((1e6 * own.value) / view.pattern(other, 0).value) / 1e6, own.requestedFloorPerMinute];
    };

    expect(given()).toEqual([1, 0]);
    seedEngine(engine, { ...NOTHING, version: "1", patterns: { [id]: listed } });
    expect(given()).toEqual([7, 30]);
    seedEngine(engine, { ...NOTHING, version: "2", parent: "1" });
    expect(given()).toEqual([1, 0]);
  });
});
