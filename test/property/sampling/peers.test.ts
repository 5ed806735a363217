/**
 * Peers before names: a sender gets no more by inventing names, nor by sending under another's, and counts stay true while
 * it tries. Four shop records to one of jobs, two peers; then jobs sends a hundred times as much.
 */
import { describe, expect, it } from "vitest";
import { runSeedOr } from "../../kit/run-seed.ts";
import type { RigRecord } from "../../kit/sampling/sampling-rig.ts";
import { keptBytes, SamplingRig, SeededRandom } from "../../kit/sampling/sampling-rig.ts";

const NAMES = 1000;
const SHOP_PATTERNS = 200;
const USUAL_JOBS = 250;
const FIRST_NEW = 300;
/** After ten minutes it is known what is usual. */
const USUAL_SECONDS = 640;
const STORM_SECONDS = 240;
/** First lines of the new patterns are paid by whoever sends them; after a minute the plan knows. */
const SETTLED_SECONDS = 60;
const SEED = runSeedOr(11);

type Storm = "usual" | "one name" | "many names" | "its lines" | "its names";

interface Outcome {
  /** Bytes a second kept of the shop's records: in ordinary times, and in the storm. */
  readonly before: number;
  readonly during: number;
  /** Mean weight of the shop's records, of which 1 is the truth. */
  readonly weight: number;
}

function serviceOf(storm: Storm): (pattern: number) => string {
  return (pattern) => {
    if (pattern < SHOP_PATTERNS) return `shop-${pattern % 20}`;
    if (pattern < FIRST_NEW) return "jobs";
    if (storm === "one name") return "new";
    return storm === "its names" ? `shop-${pattern % 20}` : `new-${pattern}`;
  };
}

function jobs(storm: Storm, random: SeededRandom): RigRecord[] {
  if (storm === "usual") {
    return Array.from({ length: 15 }, () => ({ pattern: SHOP_PATTERNS + random.below(USUAL_JOBS - SHOP_PATTERNS) }));
  }
  if (storm === "its lines") return Array.from({ length: 1500 }, () => ({ pattern: random.below(SHOP_PATTERNS) }));
  return Array.from({ length: 1500 }, () => ({ pattern: FIRST_NEW + random.below(NAMES) }));
}

/** @param peers numbers of the shop and of who storms @param isError what the storm's new lines are */
function run(storm: Storm, peers: readonly [number, number], isError = false): Outcome {
  const random = new SeededRandom(SEED);
  const rig = new SamplingRig({
    keepRatio: 0.1,
    seed: SEED,
    maxServices: NAMES + 50,
    serviceOf: serviceOf(storm),
    severityOf: (pattern) => (isError && pattern >= FIRST_NEW ? 17 : 9),
  });
  let before = 0;
  let during = 0;
  let weights = 0;
  let records = 0;
  for (let second = -USUAL_SECONDS; second < STORM_SECONDS; second++) {
    rig.wait(1000);
    const lines = Array.from({ length: 60 }, () => ({ pattern: Math.floor(SHOP_PATTERNS * random.next() ** 2) }));
    const { batch, decisions } = rig.send(lines, true, peers[0]);
    rig.send(jobs(second < 0 ? "usual" : storm, random), true, peers[1]);
    if (second >= -STORM_SECONDS && second < 0) before += keptBytes({ batch, decisions }) / STORM_SECONDS;
    if (second < SETTLED_SECONDS) continue;
    during += keptBytes({ batch, decisions }) / (STORM_SECONDS - SETTLED_SECONDS);
    for (let i = 0; i < batch.recordCount; i++) weights += decisions.weight[i] ?? 0;
    records += batch.recordCount;
  }
  return { before, during, weight: weights / records };
}

describe(`a peer that sends a hundred times as much (seed ${SEED})`, () => {
  const loud = run("one name", [1, 2]);

  it("takes from another's services no more under a thousand names than under one", () => {
    const inventive = run("many names", [1, 2]);
    expect(inventive.during).toBeGreaterThan(0.85 * loud.during);
    expect(inventive.weight).toBeGreaterThan(0.8);
    expect(inventive.weight).toBeLessThan(1.2);
    // Were both one peer, a thousand names would have a thousand shares.
    expect(run("many names", [0, 0]).during).toBeLessThan(0.4 * loud.during);
  });

  it("borrows no more for its ERRORs under a thousand names", () => {
    const one = run("one name", [1, 2], true);
    expect(run("many names", [1, 2], true).during).toBeGreaterThan(0.85 * one.during);
  });

  it.each(["its lines", "its names"] as const)("lowers nobody's share by sending %s", (storm) => {
    const { during, weight } = run(storm, [1, 2]);
    expect(during).toBeGreaterThan(0.85 * loud.during);
    expect(weight).toBeGreaterThan(0.8);
    expect(weight).toBeLessThan(1.2);
    expect(run(storm, [0, 0]).during).toBeLessThan(0.5 * loud.during);
  });

  it("changes nothing while there is one peer, whatever its number", () => {
    const numbered = run("many names", [3, 3]);
    expect(numbered).toEqual(run("many names", [0, 0]));
  });
});
