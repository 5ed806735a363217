/** The fleet budget of an instance that shares no state with the others. */
import type { FleetBudget } from "../model/ports/fleet-budget.ts";

/** A share that the configuration gives: no shared state, so nobody's need is known, and nothing can be unreachable. */
export class FixedShare implements FleetBudget {
  readonly #share: number;

  /** @param share (0, 1] */
  constructor(share: number) {
    this.#share = share;
  }

  report(): void {
    // Nobody asks what one needs.
  }

  share(): number {
    return this.#share;
  }
}
