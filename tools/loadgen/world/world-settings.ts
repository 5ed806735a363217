/** How much a world says, and in what rhythm. */
export interface WorldSettings {
  /** Mean of ordinary records; incidents come on top. */
  readonly recordsPerSecond: number;
  /** Of one batch. */
  readonly maxBatchRecords: number;
  /** Every incident happens once in a cycle (incidents only). */
  readonly cycleMs: number;
  /** Length of a compressed day: traffic swings by 30 % around its mean (incidents only). */
  readonly dayMs: number;
}

export const DEFAULT_WORLD_SETTINGS: WorldSettings = {
  recordsPerSecond: 1_500,
  maxBatchRecords: 512,
  cycleMs: 60_000,
  dayMs: 240_000,
};
