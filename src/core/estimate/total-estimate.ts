import type { DrawnSum, Interval } from "./interval.ts";
import { NOTHING_UNSEEN, normalInterval, totalInterval } from "./interval.ts";
import type { DrawnVariance } from "./joint-inclusion.ts";
import { LoneDraws, TraceDraws } from "./joint-inclusion.ts";

/**
 * Horvitz-Thompson total of some value over one slice (a pattern, a service, a minute) from kept records: T = Σ x/p,
 * with its variance and an interval. Records with p = 1 are exact and shift it; records that no draw chose (weight 0:
 * context, summaries) must not be added. Memory: two numbers a drawn line that has a trace, nothing for others.
 */
export class TotalEstimate {
  #exact = 0;
  #drawn = 0;
  #kept = 0;
  #isSigned = false;
  /** The line by itself that weighs most. */
  #largest: DrawnSum | undefined;
  readonly #lone: DrawnVariance = new LoneDraws();
  readonly #traces = new Map<string, TraceDraws>();

  /** @param value of the record @param trace any key of its trace, "" for records that drew by themselves */
  add(probability: number, value: number, trace: string): void {
    this.#kept++;
    if (value < 0) this.#isSigned = true;
    if (probability >= 1) {
      this.#exact += value;
      return;
    }
    const weighed = value / probability;
    this.#drawn += weighed;
    if (trace === "") {
      this.#lone.add(probability, weighed);
      this.#largest = largerOf(this.#largest, drawOf(probability, value));
      return;
    }
    const together = this.#traces.get(trace) ?? new TraceDraws();
    together.add(probability, weighed);
    this.#traces.set(trace, together);
  }

  /** Kept records, of whatever probability. */
  get kept(): number {
    return this.#kept;
  }

  get estimate(): number {
    return this.#exact + this.#drawn;
  }

  get variance(): number {
    let { variance } = this.#lone;
    for (const trace of this.#traces.values()) variance += trace.variance;
    return variance;
  }

  /**
   * 95 % interval of the true total.
   * @param unseen the largest draw that may have been missed (`drawOf`), NOTHING_UNSEEN when all lines of the slice
   * were kept for sure. Undefined: as large as any that was seen, and without a bound when none was
   */
  interval(unseen?: DrawnSum): Interval {
    if (this.#isSigned) return normalInterval(this.estimate, this.variance);
    let largest = largerOf(this.#largest, unseen);
    for (const trace of this.#traces.values()) largest = largerOf(largest, trace);
    return totalInterval(this.#exact, { sum: this.#drawn, variance: this.variance }, largest);
  }
}

/** What one line of this probability and value adds when it is kept by a draw. */
export function drawOf(probability: number, value: number): DrawnSum {
  if (probability >= 1) return NOTHING_UNSEEN;
  const sum = value / probability;
  return { sum, variance: sum * sum * (1 - probability) };
}

function largerOf(a: DrawnSum | undefined, b: DrawnSum | undefined): DrawnSum | undefined {
  if (a === undefined) return b;
  return b === undefined || b.sum <= a.sum ? a : b;
}
