import type { Sampler } from "../core/sampling/sampler.ts";
import type { FleetBudget } from "../model/ports/fleet-budget.ts";

/**
 * Keeps the sampler on this instance's share of a budget that a fleet holds together. While no share is to be had, the last
 * one holds: an instance that has lost sight of the others must not spend for all of them.
 */
export class BudgetSharing {
  readonly #sampler: Pick<Sampler, "setFleetShare" | "inputBytesPerSecond">;
  readonly #fleet: FleetBudget | undefined;

  /** @param fleet undefined: the ceilings are this instance's own */
  constructor(sampler: Pick<Sampler, "setFleetShare" | "inputBytesPerSecond">, fleet: FleetBudget | undefined) {
    this.#sampler = sampler;
    this.#fleet = fleet;
  }

  /** Once a second. */
  tick(): void {
    if (this.#fleet === undefined) return;
    this.#fleet.report({ inputBytesPerSecond: this.#sampler.inputBytesPerSecond() });
    const share = this.#fleet.share();
    if (share !== undefined) this.#sampler.setFleetShare(share);
  }
}
