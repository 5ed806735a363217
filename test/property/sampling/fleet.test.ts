/** Instances that hold one absolute ceiling together: all of them cost no more than it, from the first minute on. */
import { describe, expect, it } from "vitest";
import { engineSettings, liveIdentity } from "../../../src/assembly/engine-settings.ts";
import { Engine } from "../../../src/core/engine/engine.ts";
import { loaded } from "../../kit/config-host.ts";
import { runSeedOr } from "../../kit/run-seed.ts";
import { ReplayRig } from "../../kit/sampling/replay-rig.ts";
import { SeededRandom } from "../../kit/sampling/sampling-rig.ts";
import { VirtualEnvironment } from "../../kit/virtual-environment.ts";

const INSTANCES = 10;
const CEILING = 60_000;
const MINUTES = 3;
const SEED = runSeedOr(31);

interface Spent {
  readonly granted: number;
  readonly spent: number;
}

/** Unequal load: instance i gets i + 1 times ten lines a second. @returns bytes a second of all together */
async function run(
  set: readonly string[],
  change?: (engine: Engine, second: number, instance: number) => void,
): Promise<Spent> {
  let granted = 0;
  let spent = 0;
  const config = await loaded("", { overrides: [`sampling.budget.bytes_per_second=${CEILING}`, ...set] });
  const environment = new VirtualEnvironment();
  for (let instance = 0; instance < INSTANCES; instance++) {
    const engine = new Engine(engineSettings(config, liveIdentity(environment), Number.POSITIVE_INFINITY));
    const rig = new ReplayRig(engine);
    const random = new SeededRandom(SEED + instance);
    rig.run(60 * MINUTES, (second) => {
      change?.(engine, second, instance);
      return Array.from({ length: 10 * (instance + 1) }, () => ({
        body: `step ${random.below(20)} of worker done${" and well".repeat(20)}`,
      }));
    });
    rig.finish();
    const totals = engine.sampler.view.budget();
    granted += totals.granted / (60 * MINUTES);
    spent += totals.spent / (60 * MINUTES);
  }
  return { granted, spent };
}

const FLEET = ["sampling.budget.scope=fleet", `fleet.expected_instances=${INSTANCES}`];

describe(`ten instances with one budget (seed ${SEED})`, () => {
  const equal = run(FLEET);

  it("hold its ceiling together when it is the fleet's, and ten times as much when it is each one's", async () => {
    const fleet = await equal;
    expect(fleet.granted).toBeLessThanOrEqual(CEILING * 1.001);
    expect(fleet.spent).toBeLessThan(1.05 * CEILING);
    expect(fleet.spent).toBeGreaterThan(0.5 * CEILING);
    expect((await run([])).spent).toBeGreaterThan(2 * CEILING);
  });

  it("hold it while shares move to where the load is, and then use it better", async () => {
    const total = (INSTANCES * (INSTANCES + 1)) / 2;
    const moved = await run(FLEET, (engine, second, instance) => {
      if (second === 60) engine.sampler.setFleetShare((instance + 1) / total);
    });
    expect(moved.granted).toBeLessThanOrEqual(CEILING * 1.001);
    expect(moved.spent).toBeLessThan(1.05 * CEILING);
    expect(moved.spent).toBeGreaterThan((await equal).spent);
  });
});
