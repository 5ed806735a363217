import { describe, expect, it } from "vitest";
import type { FleetBudget, FleetDemand } from "../../../src/model/ports/fleet-budget.ts";
import { BudgetSharing } from "../../../src/pipeline/budget-sharing.ts";
import { SamplingRig, times } from "../../kit/sampling/sampling-rig.ts";

const CEILING = 10_000;

class Fleet implements FleetBudget {
  readonly demands: FleetDemand[] = [];
  current: number | undefined = undefined;

  report(demand: FleetDemand): void {
    this.demands.push(demand);
  }

  share(): number | undefined {
    return this.current;
  }
}

describe("BudgetSharing", () => {
  it("sets the share that the fleet reports and keeps the last one while none is known", () => {
    const { rig, fleet, run } = shared();
    run(5);
    expect(rig.view.budget().bytesPerSecond).toBe(CEILING);
    fleet.current = 0.1;
    run(120);
    expect(rig.view.budget().bytesPerSecond).toBeCloseTo(0.1 * CEILING);
    fleet.current = undefined;
    run(600);
    expect(rig.view.budget().bytesPerSecond).toBeCloseTo(0.1 * CEILING);
  });

  it("reports the input rate of this instance to the fleet", () => {
    const { fleet, run } = shared();
    run(90);
    expect(fleet.demands.at(-1)?.inputBytesPerSecond).toBeGreaterThan(100 * 200 * 0.9);
  });
});

function shared() {
  const rig = new SamplingRig({ bytesPerSecond: CEILING });
  const fleet = new Fleet();
  const sharing = new BudgetSharing(rig.sampler, fleet);
  const run = (seconds: number): void =>
    rig.run(
      seconds,
      () => times(100, { pattern: 1 }),
      () => sharing.tick(),
    );
  return { rig, fleet, run };
}
