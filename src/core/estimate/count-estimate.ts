import type { Interval } from "./interval.ts";
import type { SliceOptions } from "./total-estimate.ts";
import { drawOf, TotalEstimate } from "./total-estimate.ts";

/** How many records of one slice there were: the total of 1 over what was kept of it. */
export class CountEstimate {
  readonly #total: TotalEstimate;

  constructor(slice: SliceOptions = {}) {
    this.#total = new TotalEstimate(slice);
  }

  /**
   * @param trace any key of the trace, "" for records that drew by themselves
   * @param pattern any key of the pattern, and of the instance where several sample: of a slice of several whole patterns
   */
  add(probability: number, trace: string, pattern = ""): void {
    this.#total.add(probability, 1, trace, pattern);
  }

  /** Kept records, of whatever probability. */
  get kept(): number {
    return this.#total.kept;
  }

  get estimate(): number {
    return this.#total.estimate;
  }

  get variance(): number {
    return this.#total.variance;
  }

  /**
   * 95 % interval of the true count.
   * @param unseen the smallest probability that a line of the slice had; 1 when none was drawn; undefined: unknown, and
   * then the smallest that was kept, or no upper bound when no line was kept by a draw
   */
  interval(unseen?: number): Interval {
    return this.#total.interval(unseen === undefined ? undefined : drawOf(unseen, 1));
  }
}
