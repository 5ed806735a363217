import { describe, expect, test } from "vitest";
import { CountEstimate } from "../../../src/core/estimate/count-estimate.ts";
import { keptVariance } from "../../../src/core/estimate/even-draws.ts";
import { createHashKey } from "../../../src/core/math/keyed-hash.ts";
import { RUN_LINES } from "../../../src/core/math/weyl-sequence.ts";
import { Randomness } from "../../../src/core/sampling/decide/randomness.ts";
import { passes, probabilityOf, thresholdOf } from "../../../src/core/sampling/decide/threshold.ts";
import { runSeedOr } from "../../kit/run-seed.ts";
import { uniform } from "../../kit/sampling/drawn-lines.ts";

const SEED = runSeedOr(1);
const RUNS = 1000;

/** Lines of one pattern without trace ids, from anywhere in a run of the draw. @returns the weight of a line, 0 where it was dropped */
function draw(probabilities: readonly number[], seed: number): number[] {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(0, seed);
  const randomness = new Randomness(createHashKey(bytes), 1, false);
  const drawn = Uint32Array.of(Math.floor(uniform(seed)() * RUN_LINES));
  return probabilities.map((p) => (passes(randomness.systematic(0, drawn), thresholdOf(p)) ? 1 / snapped(p) : 0));
}

/** The probability that a threshold stands for. */
function snapped(p: number): number {
  return probabilityOf(thresholdOf(p));
}

interface Judged {
  readonly coverage: number;
  /** Mean error in standard errors of it. */
  readonly z: number;
  /** Mean squared error over the variance of independent draws. */
  readonly overIndependent: number;
  /** Mean squared error, in kept lines. */
  readonly meanSquare: number;
}

/** @param linesOf probabilities of a run @param isIn whether a line is of the slice */
function judge(
  linesOf: (random: () => number) => readonly number[],
  wholePatterns: boolean,
  isIn: (line: number, random: () => number) => boolean = () => true,
): Judged {
  const sums = { covered: 0, error: 0, squares: 0, independent: 0 };
  for (let run = 0; run < RUNS; run++) {
    const random = uniform(SEED * 1_000_003 + run);
    const lines = linesOf(random);
    const weights = draw(lines, SEED * 7919 + run);
    const estimate = new CountEstimate({ wholePatterns });
    let truth = 0;
    let expected = 0;
    let independent = 0;
    for (const [line, p] of lines.entries()) {
      if (!isIn(line, random)) continue;
      truth++;
      expected += p;
      independent += 1 / p - 1;
      const weight = weights[line] ?? 0;
      if (weight > 0) estimate.add(1 / weight, "");
    }
    const { low, high, estimate: told } = estimate.interval();
    // In kept lines, so that runs of small probabilities do not outweigh the others.
    const scale = expected / truth;
    if (low <= truth && truth <= high) sums.covered++;
    sums.error += (told - truth) * scale;
    sums.squares += ((told - truth) * scale) ** 2;
    sums.independent += independent * scale ** 2;
  }
  return {
    coverage: sums.covered / RUNS,
    z: sums.error / Math.sqrt(sums.squares),
    overIndependent: sums.squares / sums.independent,
    meanSquare: sums.squares / RUNS,
  };
}

/** Between `least` and 0.8, small ones as often as large ones. */
function anyProbability(random: () => number, least: number): number {
  return least * (0.8 / least) ** random();
}

/** Lines of one probability of which about `kept` are kept. @param least of many kept lines not so small, for there are so many */
function steady(kept: number, least: number = kept > 100 ? 0.03 : 0.005) {
  return (random: () => number) => {
    const p = anyProbability(random, least);
    return Array.from({ length: Math.ceil(kept / p) }, () => p);
  };
}

/** Seconds of 20 lines, each with a probability of its own. */
function bySecond(step: (p: number, second: number, random: () => number) => number) {
  return (random: () => number) => {
    let p = 0.05 * 6 ** random();
    return Array.from({ length: 60 }, (_, second) => {
      p = Math.min(0.8, Math.max(0.01, step(p, second, random)));
      return Array.from({ length: 20 }, () => p);
    }).flat();
  };
}

/** Where p moves one way stretches are cut shorter than they need be; where few are kept their number is coarse. */
const COARSE = 0.99;
const ONE_WAY = 0.999;

const WHOLE: [string, number, (random: () => number) => readonly number[]][] = [
  ["steady, 5 kept", COARSE, steady(5)],
  ["steady, 20 kept", 0.98, steady(20)],
  ["steady, 100 kept", 0.98, steady(100)],
  ["steady, 400 kept, several runs of the draw", COARSE, steady(400)],
  ["drifts by some per cent a second", COARSE, bySecond((p, _, random) => p * Math.exp(0.1 * (random() - 0.5)))],
  ["rises and falls", ONE_WAY, bySecond((p, second) => p * (second % 40 < 20 ? 1.06 : 1 / 1.06))],
  [
    "jumps threefold and back",
    COARSE,
    bySecond((p, second) => (second % 10 !== 0 ? p : second % 20 === 0 ? p * 3 : p / 3)),
  ],
  ["drifts by a per cent a second", COARSE, bySecond((p, _, random) => p * Math.exp(0.03 * (random() - 0.5)))],
  ["strays by a third about one value", COARSE, bySecond((_p, _, random) => 0.1 * Math.exp(0.6 * (random() - 0.5)))],
  ["doubles slowly", ONE_WAY, bySecond((p) => p * 1.012)],
  ["falls with a burst", ONE_WAY, () => Array.from({ length: 3000 }, (_, i) => Math.min(0.4, 60 / (i + 1)))],
];

describe(`lines without trace ids, seed ${SEED}`, () => {
  test.each(WHOLE)(
    "of whole patterns: no bias, a quarter of the variance, intervals that hold: %s",
    (_, most, linesOf) => {
      const { coverage, z, overIndependent } = judge(linesOf, true);
      expect(Math.abs(z)).toBeLessThan(4);
      expect(overIndependent).toBeLessThan(0.25);
      expect(coverage).toBeGreaterThanOrEqual(0.93);
      expect(coverage).toBeLessThanOrEqual(most);
    },
  );

  test.each([0.03, 0.1, 0.2])("inside a pattern, each with probability %d: intervals that hold", (share) => {
    const { coverage, z } = judge(steady(30 / share), false, (_, random) => random() < share);
    expect(Math.abs(z)).toBeLessThan(4);
    expect(coverage).toBeGreaterThanOrEqual(0.93);
    expect(coverage).toBeLessThanOrEqual(0.985);
  });

  test.each([2, 3, 10])("inside a pattern, one line in %d: never less than intervals say", (period) => {
    const { coverage, z } = judge(steady(30 * period), false, (line) => line % period === 0);
    expect(Math.abs(z)).toBeLessThan(4);
    expect(coverage).toBeGreaterThanOrEqual(0.93);
  });

  test.each([3, 10, 30, 100])("the variance of %d kept lines is what the kit reckons", (kept) => {
    const { meanSquare } = judge((random) => {
      const p = (kept / RUN_LINES) * 1.5 * (0.7 * (RUN_LINES / kept / 1.5)) ** random();
      return Array.from({ length: Math.ceil(kept / p) }, () => p);
    }, true);
    // A stretch that may lie in two runs: above one, below two.
    expect(meanSquare).toBeGreaterThan(0.85 * keptVariance(kept));
    expect(meanSquare).toBeLessThan(1.5 * keptVariance(kept));
  });
});
