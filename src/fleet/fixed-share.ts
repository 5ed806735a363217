/** The fleet budget of an instance that shares no state with the others. */
import type { FleetBudget } from "../model/ports/fleet-budget.ts";

/** A fixed share from the configuration: without shared state the needs of other instances are unknown. */
export class FixedShare implements FleetBudget {
  readonly #share: number;

  /** @param share (0, 1] */
  constructor(share: number) {
    this.#share = share;
  }

  report(): void {
    // A fixed share does not depend on the demand.
  }

  share(): number {
    return this.#share;
  }
}
