import { describe, expect, it } from "vitest";
import {
  keptBytes,
  reasonsOf,
  rigPatternId,
  SamplingRig,
  seasonedRig,
  times,
} from "../../../kit/sampling/sampling-rig.ts";

/** Pattern 9 is an ERROR; the others are INFO. */
const severityOf = (pattern: number): number => (pattern === 9 ? 17 : 9);

describe("Sampler", () => {
  it("drops nothing without a budget, in bursts of new patterns too", () => {
    const rig = new SamplingRig({});
    for (const size of [1, 5000, 40_000]) {
      const { decisions, counts } = rig.send(times(size, { pattern: 3 }));
      expect(counts.keptRecords).toBe(size);
      expect([...decisions.weight].every((weight) => weight === 1)).toBe(true);
      rig.wait(3000);
    }
  });

  it("forwards everything with weight 1 in observe mode, reports its decisions, and makes no debt", () => {
    const rig = new SamplingRig({ keepRatio: 0.05, mode: "observe" });
    let decided = 0;
    let input = 0;
    let second = 0;
    rig.run(
      600,
      () => times(100, { pattern: 1 }),
      ({ batch, counts }) => {
        expect(counts.keptRecords).toBe(100);
        if (second++ < 300) return;
        decided += counts.decidedBytes;
        input += batch.length;
      },
    );
    expect(decided / input).toBeGreaterThan(0.03);
    expect(decided / input).toBeLessThan(0.07);
    expect(rig.view.budget().balance).toBeGreaterThan(-10_000);
  });

  it("takes nothing from other services for a service in observe mode", () => {
    const rig = new SamplingRig({
      keepRatio: 0.1,
      services: { loud: { mode: "observe" } },
      serviceOf: (pattern) => (pattern === 1 ? "loud" : "other"),
    });
    let kept = 0;
    let second = 0;
    rig.run(
      900,
      () => [...times(100, { pattern: 1 }), ...times(100, { pattern: 2 })],
      ({ decisions, counts }) => {
        expect(counts.keptByReason[10]).toBe(100);
        if (second++ >= 300) for (let i = 100; i < 200; i++) kept += decisions.keep[i] ?? 0;
      },
    );
    expect(kept / (600 * 100)).toBeGreaterThan(0.06);
  });

  it("holds an absolute ceiling without a ratio from the first second on", () => {
    const rig = new SamplingRig({ bytesPerSecond: 2000 });
    let kept = 0;
    rig.run(
      1200,
      () => Array.from({ length: 200 }, (_, i) => ({ pattern: i % 20 })),
      ({ batch, decisions }) => {
        kept += keptBytes({ batch, decisions });
      },
    );
    expect(kept / 1200).toBeLessThan(2000 * 1.05);
    expect(kept / 1200).toBeGreaterThan(2000 * 0.8);
  });

  it("holds the lower one of ratio and ceiling", () => {
    const keptOf = (lines: number): number => {
      const rig = new SamplingRig({ keepRatio: 0.1, bytesPerSecond: 2000, baseline: 204 * lines });
      let kept = 0;
      rig.run(
        1200,
        () => Array.from({ length: lines }, (_, i) => ({ pattern: i % 10 })),
        ({ batch, decisions }) => {
          kept += keptBytes({ batch, decisions });
        },
      );
      return kept / 1200;
    };
    expect(keptOf(20)).toBeLessThan(0.1 * 20 * 204 * 1.2);
    expect(keptOf(400)).toBeLessThan(2000 * 1.05);
    expect(keptOf(400)).toBeGreaterThan(2000 * 0.8);
  });

  it("decides empty batches and records without bytes", () => {
    const rig = seasonedRig({ severityOf });
    expect(rig.send([]).counts.keptRecords).toBe(0);
    const { counts } = rig.send(times(50, { pattern: 70, bytes: 0 }));
    expect(counts.keptRecords).toBeGreaterThanOrEqual(3);
    rig.run(
      20,
      () => times(50, { pattern: 70, bytes: 0 }),
      () => undefined,
    );
    expect(rig.pattern(70).probability).toBeGreaterThan(0);
  });

  it("neither ticks nor opens an older window when the clock goes backwards", () => {
    const rig = seasonedRig({ severityOf });
    const steady = seasonedRig({ severityOf });
    for (const each of [rig, steady]) each.send(times(2000, { pattern: 1 }));
    rig.nowMs -= 60_000;
    const { probability } = rig.send(times(2000, { pattern: 1 })).decisions;
    expect(probability).toEqual(steady.send(times(2000, { pattern: 1 })).decisions.probability);
    for (let i = 0; i < 2000; i++) expect(probability[i]).toBeGreaterThan(0);
    expect(probability[1999]).toBeLessThan(0.1 * (rig.pattern(1).probability ?? 0));
    rig.nowMs += 62_000;
    expect(rig.send(times(50, { pattern: 1 })).counts.keptRecords).toBeGreaterThanOrEqual(0);
  });
});

describe("a filling queue", () => {
  it("reduces draws from 50 % on and leaves pins, ERRORs, first lines and floors from 80 %", () => {
    const keptAt = (backlog: number): { sampled: number; reasons: Set<string> } => {
      const rig = seasonedRig({ severityOf });
      rig.setRules([{ id: "pin", kind: "pin", match: { pattern: rigPatternId(8) } }]);
      rig.backlog = backlog;
      const reasons = new Set<string>();
      let sampled = 0;
      let second = 0;
      let fresh = 1000;
      const batch = (): { pattern: number; trace?: number }[] => [
        ...times(100, { pattern: 1 }),
        { pattern: 8 },
        { pattern: 9, trace: 5 },
        ...times(10, { pattern: 2, trace: 5 }),
        ...(second % 60 === 0 ? [{ pattern: fresh++ }] : []),
      ];
      rig.run(300, batch, (decided) => {
        if (second++ < 120) return;
        for (const reason of reasonsOf(decided)) {
          if (!reason.startsWith("-")) reasons.add(reason);
          if (reason === "sampled") sampled++;
        }
      });
      return { sampled, reasons };
    };
    const [empty, half, most, full] = [0, 0.5, 0.7, 0.8].map(keptAt);
    expect(half?.sampled).toBe(empty?.sampled);
    expect(most?.sampled).toBeLessThan((empty?.sampled ?? 0) / 2);
    expect(full?.sampled).toBeLessThan(5);
    for (const kept of ["rule", "error", "novel", "floor"]) expect(full?.reasons).toContain(kept);
    expect(full?.reasons).not.toContain("trace");
  });
});
