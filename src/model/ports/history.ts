/**
 * Where exact counts go: one row for what came of a pattern in a minute since the last hand-over, never folded and never
 * widened. Rows add up: the sum over all rows of a pattern and minute is the truth, in whatever order they come; an id that
 * was seen before is a duplicate. Who stops between two hand-overs leaves a gap, never a wrong sum.
 */
export interface SummaryHistory {
  /**
   * Called about once a minute with batches of at most HISTORY_BATCH_ROWS rows; must not block and must not throw.
   * @returns how many of the first rows were taken; the others are dropped, and counted by the caller
   */
  offer(rows: readonly HistoryRow[]): number;
}

export const HISTORY_BATCH_ROWS = 1000;

export interface HistoryRow {
  /** Unique for ever: (instance, boot, sequence). */
  readonly id: string;
  /** Published id. */
  readonly pattern: string;
  readonly template: string;
  readonly service: string;
  /** Unix milliseconds of the start of the minute, by the records' own time. */
  readonly minuteMs: number;
  /** All records and their content bytes; negative where a request that had been counted could not be stored. */
  readonly count: number;
  readonly bytes: number;
  /** Of them those that were kept, the sum of their weights, and those that were sent later as context. */
  readonly kept: number;
  readonly weightSum: number;
  readonly context: number;
}
