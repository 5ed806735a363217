import { describe, expect, it } from "vitest";
import type { SamplingRig } from "../../../kit/sampling/sampling-rig.ts";
import { seasonedRig, times } from "../../../kit/sampling/sampling-rig.ts";

interface Sums {
  /** Σ weights of kept records. */
  weights: number;
  /** Σ weight·(weight - 1). */
  variance: number;
}

function sumsOf(rig: SamplingRig, pattern: number): Sums {
  const { weightSum, weightVariance } = rig.pattern(pattern).totals;
  return { weights: weightSum, variance: weightVariance };
}

/** A busy minute of pattern 1. @returns what its records' own weights add */
function busyMinute(rig: SamplingRig): Sums {
  const sums = { weights: 0, variance: 0 };
  rig.run(
    60,
    () => times(200, { pattern: 1 }),
    ({ batch, decisions }) => {
      for (let i = 0; i < batch.recordCount; i++) {
        const weight = decisions.weight[i] ?? 0;
        sums.weights += weight;
        sums.variance += weight * Math.max(0, weight - 1);
      }
    },
  );
  return sums;
}

describe("the weights of a pattern", () => {
  it("add up in its row, with their variance", () => {
    const rig = seasonedRig({ keepRatio: 0.1 });
    const before = sumsOf(rig, 1);
    const came = busyMinute(rig);
    const after = sumsOf(rig, 1);
    expect(came.variance).toBeGreaterThan(1000);
    expect(after.weights - before.weights).toBeCloseTo(came.weights, 6);
    expect(after.variance - before.variance).toBeCloseTo(came.variance, 6);
  });

  it("add nothing where everything is forwarded", () => {
    const rig = seasonedRig({ keepRatio: 0.1, mode: "observe" });
    busyMinute(rig);
    expect(sumsOf(rig, 1)).toEqual({ weights: rig.pattern(1).totals.records, variance: 0 });
  });

  it("are taken back with an undone batch", () => {
    const rig = seasonedRig({ keepRatio: 0.1 });
    const before = sumsOf(rig, 1);
    const decided = rig.send(times(500, { pattern: 1 }), false);
    expect(sumsOf(rig, 1).variance).toBeGreaterThan(before.variance);
    rig.undo(decided);
    const after = sumsOf(rig, 1);
    expect(after.weights).toBeCloseTo(before.weights, 6);
    expect(after.variance).toBeCloseTo(before.variance, 6);
  });

  it("go over to the pattern that it is merged into", () => {
    const rig = seasonedRig({ keepRatio: 0.1 });
    busyMinute(rig);
    const [one, two] = [sumsOf(rig, 1), sumsOf(rig, 2)];
    rig.sampler.merge(1, 2);
    expect(sumsOf(rig, 2).weights).toBeCloseTo(one.weights + two.weights, 6);
    expect(sumsOf(rig, 2).variance).toBeCloseTo(one.variance + two.variance, 6);
    expect(sumsOf(rig, 1)).toEqual({ weights: 0, variance: 0 });
  });
});
