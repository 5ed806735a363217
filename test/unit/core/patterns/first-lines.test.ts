import { describe, expect, it } from "vitest";
import { keptBytes, reasonsOf, SamplingRig, seasonedRig, times } from "../../../kit/sampling/sampling-rig.ts";

/** Pattern 9 is an ERROR; the others are INFO. */
const severityOf = (pattern: number): number => (pattern === 9 ? 17 : 9);

describe("first lines", () => {
  it("of a new pattern are three, the rest is drawn", () => {
    const rig = seasonedRig({ severityOf });
    expect(reasonsOf(rig.send(times(40, { pattern: 50 }))).filter((reason) => reason === "novel")).toHaveLength(3);
  });

  it("of a pattern that comes back after ten minutes are one, before that none", () => {
    const rig = seasonedRig({ severityOf });
    rig.send(times(10, { pattern: 50 }));
    rig.wait(9 * 60_000);
    expect(reasonsOf(rig.send([{ pattern: 50 }]))).not.toContain("novel");
    rig.wait(11 * 60_000);
    expect(reasonsOf(rig.send(times(10, { pattern: 50 }))).filter((reason) => reason === "novel")).toHaveLength(1);
  });

  it("of a pattern that the policy knows are one: a rollout is no storm of news", () => {
    const rig = new SamplingRig({ keepRatio: 0.05, known: true });
    expect(reasonsOf(rig.send(times(40, { pattern: 50 }))).filter((reason) => reason === "novel")).toHaveLength(1);
  });

  it("that no longer fit their allowance become a weighted sample, are counted, and their weights stay honest", () => {
    const rig = seasonedRig({ severityOf, patterns: 60_000 });
    let fresh = 100;
    let overflow = 0;
    let weights = 0;
    let novel = 0;
    rig.run(
      100,
      () => Array.from({ length: 500 }, () => ({ pattern: fresh++ })),
      (decided) => {
        overflow += decided.counts.noveltyOverflow;
        for (const [i, reason] of reasonsOf(decided).entries()) {
          if (reason.endsWith("novel")) novel++;
          if (reason === "novel") weights += decided.decisions.weight[i] ?? 0;
        }
      },
    );
    expect(novel).toBe(50_000);
    expect(overflow).toBeGreaterThan(45_000);
    expect(Math.abs(weights - 50_000)).toBeLessThan(25_000);
  });

  it("of thousands of new patterns a second cost no more than their share of the budget", () => {
    for (const keepRatio of [0.1, 0.01]) {
      const rig = new SamplingRig({ keepRatio, patterns: 60_000, baseline: 30_000 });
      let fresh = 100;
      let kept = 0;
      let granted = 0;
      rig.run(
        60,
        () => times(100, { pattern: 1 }),
        () => undefined,
      );
      rig.run(
        100,
        () => Array.from({ length: 500 }, () => ({ pattern: fresh++ })),
        ({ batch, decisions, counts }) => {
          kept += keptBytes({ batch, decisions });
          granted += counts.grant;
        },
      );
      // What buckets held when it began: 64 KiB of novelty, and some of the rest.
      expect(kept).toBeLessThan(granted + 300_000);
    }
  });

  it("of an ERROR are told as triggers, once a line and at most eight a slice", () => {
    const rig = seasonedRig({ severityOf: () => 17 });
    expect(rig.send(times(1, { pattern: 50 })).counts.triggerCount).toBe(1);
    expect(rig.send(Array.from({ length: 30 }, (_, i) => ({ pattern: 60 + i }))).counts.triggerCount).toBe(8);
    rig.send(times(5, { pattern: 50 }));
    expect(rig.send(times(5, { pattern: 50 })).counts.triggerCount).toBe(0);
    expect(seasonedRig({ severityOf }).send(times(1, { pattern: 50 })).counts.triggerCount).toBe(0);
  });

  it("are the very first alone while the budget is in debt: the others are for good days", () => {
    const rig = new SamplingRig({ keepRatio: 0.05, baseline: 10_000 });
    rig.run(
      3,
      (second) => Array.from({ length: 40 }, (_, i) => ({ pattern: 100 + 40 * second + i })),
      () => undefined,
    );
    expect(rig.view.budget().balance).toBeLessThan(0);
    const reasons = reasonsOf(rig.send(times(10, { pattern: 50 })));
    expect(reasons.filter((reason) => reason === "novel")).toHaveLength(1);
  });
});
