/**
 * Sets the sampler's share of a budget that a fleet shares. While no share is known, the last one stays: an instance
 * that cannot see the others must not spend the whole budget.
 */
import type { Sampler } from "../core/sampling/sampler.ts";
import type { FleetBudget } from "../model/ports/fleet-budget.ts";

export class BudgetSharing {
  readonly #sampler: Pick<Sampler, "setFleetShare" | "inputBytesPerSecond">;
  readonly #fleet: FleetBudget | undefined;

  /** @param fleet undefined when the ceilings are this instance's own */
  constructor(sampler: Pick<Sampler, "setFleetShare" | "inputBytesPerSecond">, fleet: FleetBudget | undefined) {
    this.#sampler = sampler;
    this.#fleet = fleet;
  }

  /** Called once a second. */
  tick(): void {
    if (this.#fleet === undefined) return;
    this.#fleet.report({ inputBytesPerSecond: this.#sampler.inputBytesPerSecond() });
    const share = this.#fleet.share();
    if (share !== undefined) this.#sampler.setFleetShare(share);
  }
}
