import { describe, expect, it } from "vitest";
import { SeenBefore } from "../../../../src/core/math/bloom-filter.ts";
import { SeededRandom } from "../../../../tools/loadgen/world/seeded-random.ts";
import { runSeedOr } from "../../../kit/run-seed.ts";

const SEED = runSeedOr(5);
/** Patterns of a generation in the smallest filter. */
const GENERATION = 1 << 14;

function hashes(count: number, seed: number): { first: number; second: number }[] {
  const random = new SeededRandom(seed, "hashes");
  return Array.from({ length: count }, () => ({ first: random.uint32() | 0, second: random.uint32() | 0 }));
}

describe("SeenBefore", () => {
  it("recognises every pattern of a whole generation", () => {
    const seen = new SeenBefore(16);
    const added = hashes(GENERATION, SEED);
    for (const { first, second } of added) seen.add(first, second);
    expect(added.filter(({ first, second }) => !seen.has(first, second))).toEqual([]);
  });

  it("takes about 1.6 % of unseen patterns for seen ones when both generations are full", () => {
    const seen = new SeenBefore(16);
    for (const { first, second } of hashes(2 * GENERATION, SEED)) seen.add(first, second);
    const strangers = hashes(20_000, SEED + 1);
    const wrong = strangers.filter(({ first, second }) => seen.has(first, second)).length / strangers.length;
    expect(wrong, `seed ${SEED}`).toBeGreaterThan(0.004);
    expect(wrong, `seed ${SEED}`).toBeLessThan(0.02);
  });

  it("forgets a pattern after two more generations, and keeps its size", () => {
    const seen = new SeenBefore(16);
    const { bytes } = seen;
    const [old] = hashes(1, SEED + 2);
    seen.add(old!.first, old!.second);
    for (const { first, second } of hashes(3 * GENERATION, SEED)) seen.add(first, second);
    const forgotten = hashes(2_000, SEED + 2).filter(({ first, second }) => !seen.has(first, second)).length;
    expect(forgotten, `seed ${SEED}`).toBeGreaterThan(1_900);
    expect(seen.bytes).toBe(bytes);
  });

  it("takes 640 KiB at the default of 50,000 patterns", () => {
    expect(new SeenBefore(50_000).bytes).toBe(640 * 1024);
  });
});
