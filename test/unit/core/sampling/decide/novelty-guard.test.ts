import { describe, expect, it } from "vitest";
import type { RigRecord } from "../../../../kit/sampling/sampling-rig.ts";
import { reasonsOf, SamplingRig } from "../../../../kit/sampling/sampling-rig.ts";

const SERVICES = 10;
const FLOOD = 20_000;
const RARE = 10_000;
/** Patterns below are the ordinary ones, ten a service; from RARE on new ones of all but service 0, from FLOOD on the flood. */
const serviceOf = (pattern: number): string => `s${pattern >= FLOOD ? 0 : pattern % SERVICES}`;

const ordinary = (): RigRecord[] => Array.from({ length: 300 }, (_, i) => ({ pattern: i % 100 }));

function calmRig(): SamplingRig {
  const rig = new SamplingRig({ keepRatio: 0.1, patterns: 400_000, serviceOf });
  rig.run(400, ordinary, () => undefined);
  return rig;
}

interface Flooded {
  /** New patterns of the other services, and how many of them had their very first line kept. */
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
      // The flood comes first in its second: the others find what it left.
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

describe("a service whose signatures explode", () => {
  it("leaves the first lines of the others whole", () => {
    const rig = calmRig();
    const { rare, kept } = flood(rig, 150, 1000);
    expect(rare).toBe(50);
    expect(kept).toBeGreaterThanOrEqual(49);
    expect(rig.view.counters().explodingServices).toBe(1);
  });

  it("has the first lines beyond its share sampled, counted, and weighted honestly", () => {
    const rig = calmRig();
    const { overflow, weights } = flood(rig, 100, 1000);
    expect(overflow).toBeGreaterThan(90_000);
    expect(Math.abs(weights - 100_000)).toBeLessThan(25_000);
  });

  it("is out again some time after the flood", () => {
    const rig = calmRig();
    flood(rig, 60, 1000);
    expect(rig.view.counters().explodingServices).toBe(1);
    rig.run(120, ordinary, () => undefined);
    expect(rig.view.counters().explodingServices).toBe(0);
  });

  it("is told by its own past: a few new patterns a second, or a rollout's worth, are no collapse", () => {
    const rig = calmRig();
    flood(rig, 120, 1);
    expect(rig.view.counters().explodingServices).toBe(0);
    let fresh = 100_000;
    rig.send(Array.from({ length: 30 }, () => ({ pattern: fresh++ })));
    rig.wait(3000);
    expect(rig.view.counters().explodingServices).toBe(0);
  });

  it("is not judged by the first lines of a young process", () => {
    const rig = new SamplingRig({ keepRatio: 0.1, patterns: 4096, serviceOf: () => "only" });
    rig.run(
      60,
      (second) => Array.from({ length: 300 }, (_, i) => ({ pattern: (i * 7 + second * 13) % 900 })),
      () => {
        expect(rig.view.counters().explodingServices).toBe(0);
      },
    );
  });

  it("shares its room with the others of its kind, and still leaves the rest alone", () => {
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

  it("keeps no count of first lines that were taken back", () => {
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
