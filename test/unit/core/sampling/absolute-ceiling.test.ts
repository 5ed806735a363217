import { describe, expect, it } from "vitest";
import { keptBytes, SamplingRig, SeededRandom } from "../../../kit/sampling-rig.ts";

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
        for (let left = 3000; left > 0; left -= size) {
          const records = Array.from({ length: size }, () => ({ pattern: Math.floor(60 * random.next() ** 2) }));
          const { batch } = rig.send(records);
          kept += keptBytes(batch);
          most = Math.max(most, ...batch.weight);
        }
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
