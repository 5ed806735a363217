import { describe, expect, it } from "vitest";
import { keptBytes, SamplingRig, SeededRandom } from "../../../../kit/sampling/sampling-rig.ts";

/** Of a second's weights, what one in a hundred exceeds: the very largest is a matter of luck. */
function heavy(weights: readonly number[]): number {
  return weights.toSorted((a, b) => a - b)[Math.floor(0.99 * weights.length)] ?? 0;
}

/** What a process may be beyond its grants for want of a past: see `lanes.ts`. */
const START_BYTES = 276 * 1024;

describe("an absolute ceiling, from the first record on", () => {
  const bytesPerSecond = 83_400;
  it.each([
    [100, { bytesPerSecond }],
    [3000, { bytesPerSecond }],
    [3000, { bytesPerDay: 86_400 * bytesPerSecond }],
  ])("weighs the first second like later ones, and holds: requests of %d records, %o", (size, ceiling) => {
    const rig = new SamplingRig(ceiling);
    const random = new SeededRandom(3);
    let kept = 0;
    const heaviest = (seconds: number): number => {
      let most = 0;
      for (let second = 0; second < seconds; second++) {
        const weights: number[] = [];
        for (let left = 3000; left > 0; left -= size) {
          const records = Array.from({ length: size }, () => ({ pattern: Math.floor(60 * random.next() ** 2) }));
          const { batch, decisions } = rig.send(records);
          kept += keptBytes({ batch, decisions });
          weights.push(...decisions.weight.subarray(0, batch.recordCount).filter((weight) => weight > 0));
        }
        most = Math.max(most, heavy(weights));
        rig.wait(1000);
      }
      return most;
    };
    const first = heaviest(1);
    const minute = heaviest(59);
    const later = heaviest(240);

    expect(first).toBeLessThan(2 * later);
    expect(minute).toBeLessThan(2 * later);
    expect(kept).toBeLessThan(300 * bytesPerSecond + START_BYTES);
  });
});
