/** Estimates the number of records in one slice: the total of 1 over the records that were kept. */
import type { Interval } from "./interval.ts";
import type { SliceOptions } from "./total-estimate.ts";
import { drawOf, TotalEstimate } from "./total-estimate.ts";

export class CountEstimate {
  readonly #total: TotalEstimate;

  constructor(slice: SliceOptions = {}) {
    this.#total = new TotalEstimate(slice);
  }

  /**
   * Adds a kept record.
   * @param trace any key of the trace; "" for a record that was drawn by itself
   * @param pattern any key of pattern and instance; needed for a slice of several whole patterns only
   */
  add(probability: number, trace: string, pattern = ""): void {
    this.#total.add(probability, 1, trace, pattern);
  }

  /** Number of kept records. */
  get kept(): number {
    return this.#total.kept;
  }

  /**
   * 95 % interval of the true count.
   * @param unseen the smallest probability that a line of the slice had, 1 if none was drawn. If it is undefined, the
   *   smallest probability of a kept line takes its place, and there is no upper end if no kept line was drawn
   */
  interval(unseen?: number): Interval {
    return this.#total.interval(unseen === undefined ? undefined : drawOf(unseen, 1));
  }
}
