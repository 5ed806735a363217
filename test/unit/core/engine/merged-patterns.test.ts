import { describe, expect, it } from "vitest";
import type { ReplayRig, RigLine } from "../../../kit/sampling/replay-rig.ts";
import { replayRig } from "../../../kit/sampling/replay-rig.ts";
import { plainTemplate } from "../../../kit/signing.ts";

const NAMES = ["alice", "robert", "carol", "deepak", "erika", "frank", "gustav", "helen", "igor", "julia"];

/** Two statements of like rates: of one, words vary that only learning recognises as data; it says each first in `from`. */
function lines(from: number): (second: number) => RigLine[] {
  return (second) =>
    Array.from({ length: 15 }, (_, i) => {
      const name = NAMES[second < from ? 0 : (second + i) % NAMES.length];
      return [
        { body: `session of user ${name} opened by 10.0.0.${i}` },
        { body: `order ${second} of basket ${i} was accepted` },
      ];
    }).flat();
}

function planOf({ engine }: ReplayRig, template: string): number {
  const { signature, sampler } = engine;
  const rows = [...signature.patterns.rows()].filter((row) => plainTemplate(signature, row) === template);
  expect(rows).toHaveLength(1);
  return sampler.view.pattern(rows[0] ?? 0, 0).probability ?? Number.NaN;
}

describe("a pattern that learning merges from others", () => {
  it.each([
    ["before any line of theirs was counted", 0],
    ["when they had been seen for ten minutes", 600],
  ])("is drawn like its neighbours of the same rate: %s", async (_, from) => {
    const rig = await replayRig(["sampling.budget.keep_ratio=0.1"]);
    rig.run(from + 900, lines(from));

    const ratio =
      planOf(rig, "session of user <*> opened by <*>") / planOf(rig, "order <*> of basket <*> was accepted");
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });

  it("keeps a first line under its new id although the merged patterns were seen before", async () => {
    const rig = await replayRig(["sampling.budget.keep_ratio=0.05"]);
    rig.run(1500, lines(600));
    const template = "session of user <*> opened by <*>";
    const { signature } = rig.engine;
    const row = [...signature.patterns.rows()].find((each) => plainTemplate(signature, each) === template) ?? -1;
    const named = rig.decisions.filter(({ pattern }) => pattern === signature.patterns.id(row));
    expect(named[0]).toMatchObject({ keep: true, weight: 1 });
  });
});
