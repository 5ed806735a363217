import { describe, expect, it } from "vitest";
import { reasonsOf, seasonedRig, times } from "../../../kit/sampling/sampling-rig.ts";

const novel = (reasons: readonly string[]): number => reasons.filter((reason) => reason === "novel").length;

describe("a pattern that lost its row and comes back", () => {
  it("gets one first line, not three, and is not young", () => {
    const rig = seasonedRig();
    rig.send(times(10, { pattern: 50 }));
    rig.wait(2000);
    rig.sampler.evict(50);
    expect(novel(reasonsOf(rig.send(times(40, { pattern: 50 }))))).toBe(1);
    expect(rig.pattern(50).isKnown).toBe(true);
    expect(rig.view.counters().recalledPatterns).toBe(1);
  });

  it("is new when another pattern had the row", () => {
    const rig = seasonedRig();
    rig.send(times(10, { pattern: 50 }));
    rig.wait(2000);
    rig.sampler.evict(50);
    expect(novel(reasonsOf(rig.send(times(40, { pattern: 51 }))))).toBe(3);
    expect(rig.pattern(51).isKnown).toBe(false);
  });

  it("goes on with the rate it had", () => {
    const rig = seasonedRig();
    rig.run(
      120,
      () => times(7, { pattern: 50 }),
      () => undefined,
    );
    const before = rig.pattern(50).linesPerSecond.slow;
    expect(before).toBeGreaterThan(6);
    rig.sampler.evict(50);
    expect(rig.pattern(50).linesPerSecond.slow).toBe(0);
    rig.send([{ pattern: 50 }]);
    expect(rig.pattern(50).linesPerSecond.slow).toBeGreaterThan(0.9 * before);
    rig.wait(1000);
    expect(rig.pattern(50).linesPerSecond.slow).toBeGreaterThan(0.9 * before);
  });

  it("is not remembered from a batch that may still be taken back", () => {
    const rig = seasonedRig();
    const sent = rig.send(times(10, { pattern: 50 }));
    sent.batch.resources.push({ start: 0, end: 0, envelope: [], service: "service" });
    sent.batch.scopes.push({ resource: 0, start: 0, end: 0, envelope: [] });
    rig.sampler.evict(50);
    rig.undo(sent);
    expect(novel(reasonsOf(rig.send(times(40, { pattern: 50 }))))).toBe(3);
  });

  it("is owed its one first line again when the batch that brought it back is taken back", () => {
    const rig = seasonedRig();
    rig.send(times(10, { pattern: 50 }));
    rig.wait(2000);
    rig.sampler.evict(50);
    rig.undo(rig.send(times(5, { pattern: 50 })));
    expect(novel(reasonsOf(rig.send(times(40, { pattern: 50 }))))).toBe(1);
  });
});
