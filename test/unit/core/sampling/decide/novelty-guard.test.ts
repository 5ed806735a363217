import { describe, expect, it } from "vitest";
import type { RigRecord } from "../../../../kit/sampling/sampling-rig.ts";
import { reasonsOf, SamplingRig } from "../../../../kit/sampling/sampling-rig.ts";

const SERVICES = 10;
const FLOOD = 20_000;
const RARE = 10_000;
/** Patterns below RARE are ordinary, ten a service; from RARE on new ones of all services but 0; from FLOOD on the flood. */
const serviceOf = (pattern: number): string => `s${pattern >= FLOOD ? 0 : pattern % SERVICES}`;

const ordinary = (): RigRecord[] => Array.from({ length: 300 }, (_, i) => ({ pattern: i % 100 }));

function calmRig(): SamplingRig {
  const rig = new SamplingRig({ keepRatio: 0.1, patterns: 400_000, serviceOf });
  rig.run(400, ordinary, () => undefined);
  return rig;
}

interface Flooded {
  /** Number of new patterns of the other services, and of those whose very first line was kept. */
  readonly rare: number;
  readonly kept: number;
  readonly overflow: number;
  /** Σ weights of the flood's first lines. */
  readonly weights: number;
}

function flood(rig: SamplingRig, seconds: number, freshPerSecond: number): Flooded {
  let fresh = FLOOD;
  let rare = RARE;
  let kept = 0;
  let overflow = 0;
  let weights = 0;
  rig.run(
    seconds,
    (second) => {
      // The flood comes first in its second, so the other services arrive after it has spent its share.
      const records: RigRecord[] = Array.from({ length: freshPerSecond }, () => ({ pattern: fresh++ }));
      records.push(...ordinary());
      if (second % 3 === 0) records.push({ pattern: rare + 1 + (second % 9) });
      if (second % 3 === 0) rare += 10;
      return records;
    },
    (decided) => {
      overflow += decided.counts.noveltyOverflow;
      const reasons = reasonsOf(decided);
      for (const [i, reason] of reasons.entries()) {
        const pattern = decided.batch.pattern[i] ?? 0;
        if (pattern >= FLOOD && reason === "novel") weights += decided.decisions.weight[i] ?? 0;
        if (pattern >= RARE && pattern < FLOOD && reason === "novel") kept++;
      }
    },
  );
  return { rare: (rare - RARE) / 10, kept, overflow, weights };
}

describe("a service with a pattern explosion", () => {
  it("takes no first lines from the other services", () => {
    const rig = calmRig();
    const { rare, kept } = flood(rig, 150, 1000);
    expect(rare).toBe(50);
    expect(kept).toBeGreaterThanOrEqual(49);
    expect(rig.view.counters().explodingServices).toBe(1);
  });

  it("has first lines beyond its share sampled and counted, with unbiased weights", () => {
    const rig = calmRig();
    const { overflow, weights } = flood(rig, 100, 1000);
    expect(overflow).toBeGreaterThan(90_000);
    expect(Math.abs(weights - 100_000)).toBeLessThan(25_000);
  });

  it("recovers after the flood ends", () => {
    const rig = calmRig();
    flood(rig, 60, 1000);
    expect(rig.view.counters().explodingServices).toBe(1);
    rig.run(120, ordinary, () => undefined);
    expect(rig.view.counters().explodingServices).toBe(0);
  });

  it("is not detected at one new pattern a second or at 30 new patterns of a rollout", () => {
    const rig = calmRig();
    flood(rig, 120, 1);
    expect(rig.view.counters().explodingServices).toBe(0);
    let fresh = 100_000;
    rig.send(Array.from({ length: 30 }, () => ({ pattern: fresh++ })));
    rig.wait(3000);
    expect(rig.view.counters().explodingServices).toBe(0);
  });

  it("is not detected from the first lines of a young process", () => {
    const rig = new SamplingRig({ keepRatio: 0.1, patterns: 4096, serviceOf: () => "only" });
    rig.run(
      60,
      (second) => Array.from({ length: 300 }, (_, i) => ({ pattern: (i * 7 + second * 13) % 900 })),
      () => {
        expect(rig.view.counters().explodingServices).toBe(0);
      },
    );
  });

  it("shares the novelty allowance with other exploding services and takes none from the rest", () => {
    const rig = new SamplingRig({
      keepRatio: 0.1,
      patterns: 400_000,
      serviceOf: (pattern) => (pattern >= FLOOD ? `s${[0, 2, 3][pattern % 3]}` : `s${pattern % SERVICES}`),
    });
    rig.run(400, ordinary, () => undefined);
    const { rare, kept } = flood(rig, 150, 1500);
    expect(rig.view.counters().explodingServices).toBe(3);
    expect(kept).toBeGreaterThanOrEqual(rare - 3);
  });

  it("is not detected from first lines that were undone", () => {
    const rig = calmRig();
    let fresh = FLOOD;
    for (let second = 0; second < 5; second++) {
      rig.wait(1000);
      rig.undo(rig.send(Array.from({ length: 1000 }, () => ({ pattern: fresh++ }))));
    }
    rig.wait(1000);
    expect(rig.view.counters().explodingServices).toBe(0);
  });
});
