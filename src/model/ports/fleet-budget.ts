/**
 * What instances that hold one budget together tell and learn: a share of the absolute ceilings each. A ratio of one's own
 * input needs no sharing.
 */
export interface FleetBudget {
  /** Called every second; must not block. Implementations pass it on in their own time. */
  report(demand: FleetDemand): void;
  /**
   * This instance's share of the ceilings, (0, 1]; undefined while nothing was learned or the shared state cannot be reached.
   * Whoever asks then goes on with the share it had, never with the whole budget.
   */
  share(): number | undefined;
}

export interface FleetDemand {
  /** Billed input bytes a second, of the last minute. */
  readonly inputBytesPerSecond: number;
}
