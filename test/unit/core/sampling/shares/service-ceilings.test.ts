import { describe, expect, it } from "vitest";
import type { RigOptions, RigRecord } from "../../../../kit/sampling/sampling-rig.ts";
import { SamplingRig, SeededRandom } from "../../../../kit/sampling/sampling-rig.ts";

/** Patterns 0..9 are of service "a", 10..19 of "b"; the last of each are errors. */
const serviceOf = (pattern: number): string => (pattern < 10 ? "a" : "b");
const severityOf = (pattern: number): number => (pattern % 10 >= 8 ? 17 : 9);

interface Shares {
  readonly a: number;
  readonly b: number;
  readonly all: number;
}

/** Kept bytes over input bytes of the second half, by service. */
function sharesOf(options: RigOptions, seconds: number, recordsOf: (second: number) => readonly RigRecord[]): Shares {
  const rig = new SamplingRig({ serviceOf, severityOf, ...options });
  const input = { a: 0, b: 0 };
  const kept = { a: 0, b: 0 };
  let second = 0;
  rig.run(seconds, recordsOf, ({ batch, decisions }) => {
    if (second++ < seconds / 2) return;
    for (let i = 0; i < batch.recordCount; i++) {
      const service = (batch.pattern[i] ?? 0) < 10 ? "a" : "b";
      const bytes = batch.recordEnd[i] ?? 0;
      input[service] += bytes + 4;
      if (decisions.keep[i] === 1) kept[service] += bytes + 74;
    }
  });
  return { a: kept.a / input.a, b: kept.b / input.b, all: (kept.a + kept.b) / (input.a + input.b) };
}

function traffic(batch: number, patterns: (random: SeededRandom) => number): (second: number) => RigRecord[] {
  const random = new SeededRandom(3);
  return (second) =>
    second % batch === 0
      ? Array.from({ length: 60 * batch }, () => ({ pattern: patterns(random), bytes: 200 + random.below(200) }))
      : [];
}

const ordinary = (random: SeededRandom): number => random.below(2) * 10 + random.below(7);

describe("a service's own ceiling", () => {
  it("of a ratio holds for its bytes, however it batches, and leaves the others the rest of the budget", () => {
    for (const batch of [1, 5]) {
      const shares = sharesOf({ keepRatio: 0.2, services: { a: { keepRatio: 0.05 } } }, 1800, traffic(batch, ordinary));
      expect(shares.a).toBeGreaterThan(0.03);
      expect(shares.a).toBeLessThan(0.06);
      expect(shares.b).toBeGreaterThan(0.25);
      expect(shares.all).toBeLessThan(0.215);
    }
  });

  it("of bytes a second holds too", () => {
    const shares = sharesOf({ keepRatio: 0.5, services: { a: { bytesPerSecond: 500 } } }, 1800, traffic(1, ordinary));
    // 30 records of 304 bytes a second arrive.
    expect(shares.a * 30 * 304).toBeLessThan(540);
    expect(shares.a * 30 * 304).toBeGreaterThan(300);
  });

  it("holds for its ERRORs: beyond half of it they are sampled and said to be, while those of others are whole", () => {
    const rigOptions: RigOptions = { keepRatio: 0.6, services: { a: { keepRatio: 0.1 } } };
    const mostlyErrors = (random: SeededRandom): number =>
      random.below(2) === 0 ? 8 : random.below(20) === 0 ? 18 : 10 + random.below(7);
    const shares = sharesOf(rigOptions, 1800, traffic(1, mostlyErrors));
    expect(shares.a).toBeLessThan(0.13);

    const rig = new SamplingRig({ serviceOf, severityOf, ...rigOptions });
    const kept = { errors: 0, errorsOfB: 0 };
    let second = 0;
    rig.run(600, traffic(1, mostlyErrors), ({ batch, decisions }) => {
      if (second++ < 300) return;
      for (let i = 0; i < batch.recordCount; i++) {
        if (batch.pattern[i] !== 18) continue;
        kept.errorsOfB++;
        kept.errors += decisions.keep[i] ?? 0;
      }
    });
    expect(rig.view.counters().errorsSampled).toBe(true);
    expect(kept.errorsOfB).toBeGreaterThan(100);
    expect(kept.errors).toBe(kept.errorsOfB);
  });
});
