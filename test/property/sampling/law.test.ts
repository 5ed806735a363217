import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { passes, probabilityOf, thresholdOf } from "../../../src/core/sampling/decide/threshold.ts";
import { runSeedOr } from "../../kit/run-seed.ts";
import type { RigRecord } from "../../kit/sampling/sampling-rig.ts";
import { keptBytes, SamplingRig, SeededRandom } from "../../kit/sampling/sampling-rig.ts";

const FIRST_SEED = runSeedOr(1);

const records = fc.array(
  fc.record({
    pattern: fc.integer({ min: 0, max: 20 }),
    bytes: fc.integer({ min: 20, max: 3000 }),
    trace: fc.integer({ min: 0, max: 30 }),
  }),
  { minLength: 1, maxLength: 200 },
);
const batches = fc.array(fc.record({ records, pauseMs: fc.integer({ min: 0, max: 30_000 }) }), {
  minLength: 1,
  maxLength: 12,
});

describe("the law: count, then thresholds, then draw", () => {
  test("probabilities do not depend on draws: another key, the same probabilities", () => {
    fc.assert(
      fc.property(batches, fc.constantFrom(0.01, 0.1, 0.5), (input, keepRatio) => {
        const one = new SamplingRig({ keepRatio, seed: 1 });
        const other = new SamplingRig({ keepRatio, seed: 99 });
        for (const { records: batch, pauseMs } of input) {
          one.wait(pauseMs);
          other.wait(pauseMs);
          const wanted = one.send(batch, false).decisions.probability.slice(0, batch.length);
          expect(other.send(batch, false).decisions.probability.slice(0, batch.length)).toEqual(wanted);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("the same input, key and clock decide alike", () => {
    fc.assert(
      fc.property(batches, (input) => {
        const runs = [0, 1].map(() => {
          const rig = new SamplingRig({ keepRatio: 0.1, seed: 5 });
          return input.map(({ records: batch, pauseMs }) => {
            rig.wait(pauseMs);
            return [...rig.send(batch).decisions.keep.slice(0, batch.length)];
          });
        });
        expect(runs[1]).toEqual(runs[0]);
      }),
      { numRuns: 30 },
    );
  });

  test("kept sets are nested: what passes a smaller probability passes every larger one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (random, a, b) => {
          const [low, high] = a < b ? [a, b] : [b, a];
          if (passes(random, thresholdOf(low))) expect(passes(random, thresholdOf(high))).toBe(true);
        },
      ),
    );
  });

  test("a threshold's probability is within a millionth of what was asked and never zero", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (p) => {
        const exact = probabilityOf(thresholdOf(p));
        expect(exact).toBeGreaterThan(0);
        expect(Math.abs(exact - Math.max(p, 2 ** -20))).toBeLessThanOrEqual(2 ** -20);
      }),
    );
  });

  test("a kept record's weight is one over its probability, a dropped one's is zero", () => {
    fc.assert(
      fc.property(batches, (input) => {
        const rig = new SamplingRig({ keepRatio: 0.1 });
        for (const { records: batch, pauseMs } of input) {
          rig.wait(pauseMs);
          const { decisions } = rig.send(batch);
          for (let i = 0; i < batch.length; i++) {
            const weight = decisions.weight[i] ?? Number.NaN;
            expect(weight).toBe(decisions.keep[i] === 1 ? 1 / (decisions.probability[i] ?? 0) : 0);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  test("an undone batch leaves no count behind and is decided like new when it comes again", () => {
    fc.assert(
      fc.property(batches, records, (before, undone) => {
        const plain = new SamplingRig({ keepRatio: 0.1 });
        const failing = new SamplingRig({ keepRatio: 0.1 });
        for (const { records: batch, pauseMs } of before) {
          for (const rig of [plain, failing]) {
            rig.wait(pauseMs);
            rig.send(batch, false);
          }
        }
        failing.undo(failing.send(undone, false));
        const pendingOf = (rig: SamplingRig): number =>
          rig.sampler.summaries.drain().reduce((sum, delta) => sum + delta.count, 0);
        expect(failing.view.counters().received).toBe(plain.view.counters().received);
        expect(failing.view.budget().granted).toBeCloseTo(plain.view.budget().granted, 6);
        expect(pendingOf(failing)).toBe(pendingOf(plain));
      }),
      { numRuns: 40 },
    );
  });
});

describe(`weights are honest (from seed ${FIRST_SEED} on)`, () => {
  /** Σ over seeds of (estimate - truth), in standard errors. */
  function bias(
    seeds: number,
    keepRatio: number,
    traffic: (random: SeededRandom, second: number) => RigRecord[],
  ): number {
    const errors: number[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + seeds; seed++) {
      const rig = new SamplingRig({ keepRatio, seed });
      const random = new SeededRandom(4242);
      let truth = 0;
      let estimate = 0;
      for (let second = 0; second < 90; second++) {
        rig.wait(1000);
        const batch = traffic(random, second);
        const { decisions } = rig.send(batch);
        truth += batch.length;
        for (let i = 0; i < batch.length; i++) estimate += decisions.weight[i] ?? 0;
      }
      errors.push(estimate - truth);
    }
    const mean = errors.reduce((a, b) => a + b, 0) / seeds;
    const variance = errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / (seeds - 1);
    return mean / Math.sqrt(variance / seeds);
  }

  const steady = (random: SeededRandom): RigRecord[] =>
    Array.from({ length: 60 }, () => ({ pattern: Math.floor(random.next() ** 2 * 25), bytes: 80 + random.below(300) }));

  test("the sum of weights is an unbiased count of steady traffic (120 seeds, |z| < 3.5)", () => {
    expect(Math.abs(bias(120, 0.1, steady))).toBeLessThan(3.5);
  });

  test("and of bursty traffic whose lines share traces (120 seeds, |z| < 3.5)", () => {
    const bursty = (random: SeededRandom, second: number): RigRecord[] =>
      Array.from({ length: second % 10 === 0 ? 400 : 20 }, (_, i) => ({
        pattern: random.below(12),
        trace: 1 + second * 100 + Math.floor(i / 8),
      }));
    expect(Math.abs(bias(120, 0.1, bursty))).toBeLessThan(3.5);
  });
});

describe("the budget holds", () => {
  test("kept bytes never exceed ratio x input by more than what lanes start with", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(0.02, 0.1, 0.3),
        fc.integer({ min: 1, max: 400 }),
        (seed, keepRatio, patterns) => {
          const rig = new SamplingRig({ keepRatio, seed, patterns: 8192, severityOf: (p) => (p % 17 === 0 ? 17 : 9) });
          const random = new SeededRandom(seed);
          let input = 0;
          let kept = 0;
          for (let second = 0; second < 240; second++) {
            rig.wait(1000);
            const size = second > 100 && second < 130 ? 800 : 80;
            const batch = Array.from({ length: size }, () => ({
              pattern: random.below(patterns),
              bytes: 100 + random.below(400),
            }));
            const decided = rig.send(batch);
            input += decided.batch.length;
            kept += keptBytes(decided);
          }
          const lanes = 2 * 256 * 1024 + 2 * 16 * 1024;
          expect(kept).toBeLessThanOrEqual(keepRatio * input * 1.1 + lanes);
        },
      ),
      { numRuns: 12 },
    );
  });
});
