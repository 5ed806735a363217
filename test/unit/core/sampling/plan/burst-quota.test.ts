import { describe, expect, it } from "vitest";
import type { RigRecord } from "../../../../kit/sampling/sampling-rig.ts";
import { keptBytes, SamplingRig, SeededRandom, times } from "../../../../kit/sampling/sampling-rig.ts";

const RATIO = 0.03;

/** Sixty patterns, 80 lines a second between them, for half an hour; pattern 70 says a line in half a minute. */
function usual(second: number, random: SeededRandom): RigRecord[] {
  const lines: RigRecord[] = Array.from({ length: 80 }, () => ({ pattern: Math.floor(60 * random.next() ** 2) }));
  if (second % 30 === 0) lines.push({ pattern: 70 });
  return lines;
}

interface Seasoned {
  readonly rig: SamplingRig;
  readonly random: SeededRandom;
}

function seasoned(): Seasoned {
  const rig = new SamplingRig({ keepRatio: RATIO });
  const random = new SeededRandom(5);
  let second = 0;
  rig.run(
    1800,
    () => usual(second++, random),
    () => undefined,
  );
  return { rig, random };
}

/** Kept lines of a pattern, and kept over input bytes, of `seconds` with more of something. */
function during({ rig, random }: Seasoned, seconds: number, more: () => RigRecord[], pattern: number): number[] {
  let lines = 0;
  let kept = 0;
  let input = 0;
  rig.run(
    seconds,
    () => [...usual(1, random), ...more()],
    ({ batch, decisions }) => {
      kept += keptBytes({ batch, decisions });
      input += batch.length;
      for (let i = 0; i < batch.recordCount; i++) lines += batch.pattern[i] === pattern ? (decisions.keep[i] ?? 0) : 0;
    },
  );
  return [lines, kept / input];
}

describe("the burst quota", () => {
  it("keeps most of a rare pattern that speaks up, out of the same budget", () => {
    let second = 0;
    const [kept = 0, share] = during(seasoned(), 180, () => (second++ % 5 === 0 ? [{ pattern: 70 }] : []), 70);
    expect(kept).toBeGreaterThan(0.7 * 36);
    expect(share).toBeLessThan(1.1 * RATIO);
  });

  it("keeps most of a pattern that was not there before", () => {
    let second = 0;
    const [kept = 0] = during(seasoned(), 180, () => (second++ % 5 === 0 ? [{ pattern: 71 }] : []), 71);
    expect(kept).toBeGreaterThan(0.7 * 36);
  });

  it("is not taken by a flood: a pattern that speaks up beside it is whole all the same", () => {
    let second = 0;
    const more = (): RigRecord[] => [...times(100, { pattern: 3 }), ...(second++ % 5 === 0 ? [{ pattern: 70 }] : [])];
    const [kept = 0] = during(seasoned(), 180, more, 70);
    expect(kept).toBeGreaterThan(0.6 * 36);
  });

  it("costs nothing but the share when everything is a burst: the budget holds", () => {
    const one = seasoned();
    const [, share] = during(one, 300, () => [0, 1, 2].flatMap(() => usual(1, one.random)), 0);
    expect(share).toBeLessThan(1.1 * RATIO);
  });
});
