import type { DrawnSum, Interval } from "./interval.ts";
import { NOTHING_UNSEEN, normalInterval, sumInterval, totalInterval } from "./interval.ts";
import { LoneDraws, TraceDraws } from "./joint-inclusion.ts";
import { WholePatterns } from "./whole-patterns.ts";

export interface SliceOptions {
  /**
   * The slice is all lines of its patterns over some stretch of time (a pattern's minute, a service's hour), added in
   * the order they came: lines without a trace tell such totals closer than others. False: any slice, as one
   * customer's lines, and no narrower than it must be for whole patterns.
   */
  readonly wholePatterns?: boolean;
}

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
  readonly #lone = new LoneDraws();
  readonly #traces = new Map<string, TraceDraws>();
  readonly #wholes: WholePatterns | undefined;

  constructor({ wholePatterns = false }: SliceOptions = {}) {
    this.#wholes = wholePatterns ? new WholePatterns() : undefined;
  }

  /**
   * @param value of the record
   * @param trace any key of its trace, "" for records that drew by themselves
   * @param pattern any key of its pattern, and of its instance where several sample: of a slice of several whole patterns
   */
  add(probability: number, value: number, trace: string, pattern = ""): void {
    this.#kept++;
    if (value < 0) this.#isSigned = true;
    if (probability >= 1) this.#exact += value;
    else if (trace !== "") this.#addToTrace(probability, value / probability, trace);
    else if (this.#wholes !== undefined) this.#wholes.add(probability, value, pattern);
    else this.#addAlone(probability, value);
  }

  #addAlone(probability: number, value: number): void {
    this.#drawn += value / probability;
    this.#lone.add(probability, value / probability);
    this.#largest = largerOf(this.#largest, drawOf(probability, value));
  }

  #addToTrace(probability: number, weighed: number, trace: string): void {
    this.#drawn += weighed;
    const together = this.#traces.get(trace) ?? new TraceDraws();
    together.add(probability, weighed);
    this.#traces.set(trace, together);
  }

  /** Kept records, of whatever probability. */
  get kept(): number {
    return this.#kept;
  }

  get estimate(): number {
    return this.#exact + this.#drawn + (this.#wholes?.sum ?? 0);
  }

  get variance(): number {
    return this.#independent + (this.#wholes?.variance ?? 0);
  }

  /** Variance of lines by themselves and of traces. */
  get #independent(): number {
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
    const wholes = this.#wholes;
    const drawn = { sum: this.#drawn, variance: this.#independent };
    let largest = this.#largest;
    for (const trace of this.#traces.values()) largest = largerOf(largest, trace);
    if (wholes === undefined || wholes.isEmpty) return totalInterval(this.#exact, drawn, largerOf(largest, unseen));
    // Patterns whose lines have no traces miss none.
    const missed = largest === undefined ? NOTHING_UNSEEN : largerOf(largest, unseen);
    return sumInterval(totalInterval(this.#exact, drawn, missed), wholes.interval());
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
