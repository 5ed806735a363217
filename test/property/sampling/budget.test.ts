/** Promise 1, simulated second by second: through storms, bursts and floods of new patterns the budget holds. */
import { describe, expect, test } from "vitest";
import type { RigRecord } from "../../kit/sampling/sampling-rig.ts";
import { keptBytes, SamplingRig, SeededRandom, times } from "../../kit/sampling/sampling-rig.ts";

const KEEP_RATIO = 0.1;
const LINES = 60;
const LINE_BYTES = 254;
/** Ordinary budget, bytes a second. */
const ORDINARY = KEEP_RATIO * LINES * LINE_BYTES;
const CALM_SECONDS = 900;
/** What lanes of a young process start with, bytes. */
const START_CREDIT = 280 * 1024;
/** Patterns from here on are ERRORs. */
const ERRORS = 20_000;

interface Outcome {
  /** Kept bytes over the ordinary budget: the calm before, and the highest mean over 5 minutes and over all from then on. */
  readonly calm: number;
  readonly worst5Minutes: number;
  readonly mean: number;
  /** Kept bytes over the input's share, of all. */
  readonly ofInput: number;
}

/** A quarter of an hour of calm, then what `incident` adds to it. */
function live(seconds: number, incident: (second: number, random: SeededRandom) => readonly RigRecord[]): Outcome {
  const rig = new SamplingRig({
    keepRatio: KEEP_RATIO,
    patterns: 40_000,
    severityOf: (pattern) => (pattern >= ERRORS ? 17 : 9),
  });
  const random = new SeededRandom(9);
  const kept: number[] = [];
  let input = 0;
  const calm = (): RigRecord[] =>
    Array.from({ length: LINES }, () => ({ pattern: Math.floor(60 * random.next() ** 3), bytes: LINE_BYTES - 4 }));
  rig.run(
    CALM_SECONDS + seconds,
    (second) => (second < CALM_SECONDS ? calm() : [...calm(), ...incident(second - CALM_SECONDS, random)]),
    (decided) => {
      kept.push(keptBytes(decided));
      input += decided.batch.length;
    },
  );
  const sum = (from: number, to: number): number => kept.slice(from, to).reduce((total, bytes) => total + bytes, 0);
  const window = Math.min(300, seconds);
  const windows = Array.from({ length: seconds - window + 1 }, (_, i) =>
    sum(CALM_SECONDS + i, CALM_SECONDS + i + window),
  );
  return {
    calm: sum(300, CALM_SECONDS) / ((CALM_SECONDS - 300) * ORDINARY),
    worst5Minutes: Math.max(...windows) / (window * ORDINARY),
    mean: sum(CALM_SECONDS, CALM_SECONDS + seconds) / (seconds * ORDINARY),
    ofInput: sum(0, kept.length) / (KEEP_RATIO * input),
  };
}

describe("the budget holds", () => {
  test("in calm it is used, and not exceeded", () => {
    const { calm, worst5Minutes } = live(300, () => []);
    expect(calm).toBeGreaterThan(0.9);
    expect(calm).toBeLessThan(1.05);
    expect(worst5Minutes).toBeLessThan(1.1);
  });

  test("through a storm of ERRORs of twenty times all traffic, and in the minutes after it", () => {
    const { worst5Minutes, ofInput } = live(700, (second, random) =>
      second < 300
        ? Array.from({ length: 20 * LINES }, () => ({ pattern: ERRORS + random.below(20), bytes: LINE_BYTES - 4 }))
        : [],
    );
    // B(t) is twice the ordinary budget then.
    expect(worst5Minutes).toBeLessThan(2.2);
    expect(ofInput).toBeLessThan(1);
  });

  test("through a storm of one ordinary pattern, a hundred times what all say, and after it", () => {
    const { worst5Minutes, ofInput } = live(600, (second) =>
      second < 200 ? times(100 * LINES, { pattern: 77, bytes: LINE_BYTES - 4 }) : [],
    );
    expect(worst5Minutes).toBeLessThan(2.2);
    expect(ofInput).toBeLessThan(1);
  });

  test("through an explosion of new patterns that never ends", () => {
    let fresh = 1000;
    const { worst5Minutes, ofInput } = live(600, () => {
      if (fresh > 19_000) fresh = 1000;
      return Array.from({ length: 2 * LINES }, () => ({ pattern: fresh++, bytes: LINE_BYTES - 4 }));
    });
    // What arrives is three times the ordinary, so B(t) is twice it; lanes and reserve had been filled in the calm.
    expect(worst5Minutes).toBeLessThan(2.6);
    expect(ofInput).toBeLessThan(1);
  });

  test("when everything happens at once, for half an hour", () => {
    let fresh = 1000;
    const { worst5Minutes, mean, ofInput } = live(1800, (second, random) => {
      if (fresh > 19_000) fresh = 1000;
      return [
        ...Array.from({ length: LINES }, (_, i) => ({
          pattern: ERRORS + random.below(20),
          trace: second * 9 + (i % 9),
        })),
        ...Array.from({ length: LINES }, () => ({ pattern: fresh++ })),
        ...Array.from({ length: LINES }, (_, i) => ({ pattern: random.below(60), trace: second * 9 + (i % 9) })),
      ];
    });
    expect(worst5Minutes).toBeLessThan(2.6);
    expect(mean).toBeLessThan(2.1);
    expect(ofInput).toBeLessThan(1);
  });

  test("for a sender that batches ten seconds, and one that works twenty seconds every ten minutes", () => {
    for (const isOn of [(second: number) => second % 10 === 0, (second: number) => second % 600 < 20]) {
      const rig = new SamplingRig({ keepRatio: KEEP_RATIO });
      const random = new SeededRandom(4);
      let kept = 0;
      let input = 0;
      rig.run(
        2400,
        (second) => (isOn(second) ? Array.from({ length: 300 }, () => ({ pattern: random.below(20) })) : []),
        (decided) => {
          kept += keptBytes(decided);
          input += decided.batch.length;
        },
      );
      expect(kept / (KEEP_RATIO * input)).toBeLessThan(1.1);
      expect(kept / (KEEP_RATIO * input)).toBeGreaterThan(0.7);
    }
  });

  test("at small ratios, for hundreds of patterns that come and go with errors among them: nothing beyond what a start may owe", () => {
    for (const keepRatio of [0.005, 0.03]) {
      const rig = new SamplingRig({ keepRatio, severityOf: (pattern) => (pattern % 50 === 49 ? 17 : 9) });
      const random = new SeededRandom(12);
      let kept = 0;
      let late = 0;
      let grantedEarly = 0;
      rig.run(
        3 * 3600,
        (second) =>
          second % 1500 < 400
            ? Array.from({ length: 40 }, () => ({ pattern: Math.floor(400 * random.next() ** 3) }))
            : [],
        (decided) => {
          kept += keptBytes(decided);
          if (rig.nowMs - rig.startMs <= 1.5 * 3_600_000) grantedEarly = rig.view.budget().granted;
          else late += keptBytes(decided);
        },
      );
      const { granted } = rig.view.budget();
      expect(kept).toBeLessThan(granted + START_CREDIT);
      expect(late / (granted - grantedEarly)).toBeLessThan(1.05);
    }
  });
});
