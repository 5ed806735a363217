import { describe, expect, it } from "vitest";
import type { Decided } from "../../../../kit/sampling/sampling-rig.ts";
import {
  keptBytes,
  RIG_STAMP_BYTES,
  reasonsOf,
  SamplingRig,
  seasonedRig,
  times,
} from "../../../../kit/sampling/sampling-rig.ts";

/** Pattern 9 is an ERROR; the others are INFO. */
const severityOf = (pattern: number): number => (pattern === 9 ? 17 : 9);

describe("the ERROR lane", () => {
  it("keeps every ERROR while ERRORs fit half of the budget", () => {
    const rig = seasonedRig({ severityOf });
    let kept = 0;
    rig.run(
      300,
      () => [...times(117, { pattern: 1 }), ...times(2, { pattern: 9 })],
      (decided) => {
        kept += reasonsOf(decided).filter((reason) => reason === "error").length;
      },
    );
    expect(kept).toBe(600);
    expect(rig.view.counters().errorsSampled).toBe(false);
  });

  it("samples ERRORs beyond half of the budget with unbiased weights and reports errors_sampled until it is over", () => {
    const rig = seasonedRig({ severityOf });
    let weights = 0;
    let keptErrors = 0;
    let kept = 0;
    rig.run(
      600,
      () => [...times(60, { pattern: 1 }), ...times(60, { pattern: 9 })],
      ({ batch, decisions }) => {
        kept += keptBytes({ batch, decisions });
        for (let i = 60; i < 120; i++) {
          weights += decisions.weight[i] ?? 0;
          keptErrors += decisions.keep[i] ?? 0;
        }
      },
    );
    expect(rig.view.counters().errorsSampled).toBe(true);
    expect(keptErrors).toBeGreaterThan(0.02 * 36_000);
    expect(keptErrors).toBeLessThan(0.1 * 36_000);
    expect(Math.abs(weights - 36_000) / 36_000).toBeLessThan(0.15);
    expect(kept).toBeLessThan(1.1 * 0.05 * 600 * 120 * 204 + 100_000);
    rig.run(
      1200,
      () => times(120, { pattern: 1 }),
      () => undefined,
    );
    expect(rig.view.counters().errorsSampled).toBe(false);
    const { decisions } = rig.send(times(3, { pattern: 9 }));
    expect([...decisions.probability.slice(0, 3)]).toEqual([1, 1, 1]);
  });

  it("reports errors_sampled when a burst overflows it between two ticks", () => {
    const rig = seasonedRig({ severityOf });
    rig.send(times(5000, { pattern: 9 }));
    expect(rig.view.counters().errorsSampled).toBe(false);
    rig.wait(1000);
    expect(rig.view.counters().errorsSampled).toBe(true);
  });

  it("charges every expected byte of an overflowing slice, including records with probability 1", () => {
    const rig = seasonedRig({ severityOf });
    const expectedOf = ({ decisions, batch }: Decided): number => {
      let expected = 0;
      for (let i = 0; i < batch.recordCount; i++) expected += (decisions.probability[i] ?? 0) * (200 + RIG_STAMP_BYTES);
      return expected;
    };
    const bursts = Array.from({ length: 8 }, () => expectedOf(rig.send(times(5000, { pattern: 9 }), false)));
    expect(bursts[1]).toBeLessThan(0.3 * (bursts[0] ?? 0));
    expect(bursts[7]).toBeLessThan(0.05 * (bursts[0] ?? 0));
  });

  it("keeps the ERRORs of a quiet service whole while another floods it", () => {
    const rig = seasonedRig({ severityOf: () => 17, serviceOf: (pattern) => (pattern === 9 ? "quiet" : "loud") });
    let quiet = 0;
    let second = 0;
    const batch = (): { pattern: number }[] => [
      ...times(200, { pattern: 1 }),
      ...times(second % 30 === 0 ? 1 : 0, { pattern: 9 }),
    ];
    rig.run(600, batch, ({ decisions }) => {
      if (second++ % 30 === 0) quiet += decisions.keep[200] ?? 0;
    });
    expect(rig.view.counters().errorsSampled).toBe(true);
    expect(quiet).toBe(20);
  });

  it("takes the other half of the budget too when only ERRORs arrive", () => {
    const rig = new SamplingRig({ keepRatio: 0.1, severityOf: () => 17 });
    let kept = 0;
    let input = 0;
    let second = 0;
    rig.run(
      1800,
      () => Array.from({ length: 100 }, (_, i) => ({ pattern: i % 10 })),
      ({ batch, decisions }) => {
        if (second++ < 600) return;
        kept += keptBytes({ batch, decisions });
        input += batch.length;
      },
    );
    expect(kept / input).toBeGreaterThan(0.08);
    expect(kept / input).toBeLessThan(0.11);
  });
});
