/**
 * Horvitz-Thompson total of a value over one slice (a pattern, a service, a minute), from kept records: T = Σ x/p, with
 * its variance and a 95 % interval. Records with p = 1 are exact and shift the interval. Records that no draw chose
 * (weight 0: context, summaries) must not be added.
 * Memory: two numbers for a drawn line of a trace, nothing for others.
 */
import type { DrawnSum, Interval } from "./interval.ts";
import { NOTHING_UNSEEN, normalInterval, sumInterval, totalInterval } from "./interval.ts";
import { LoneDraws, TraceDraws } from "./joint-inclusion.ts";
import { WholePatterns } from "./whole-patterns.ts";

export interface SliceOptions {
  /**
   * Whether the slice is all lines of its patterns over a stretch of time (a pattern's minute, a service's hour), added
   * in the order of their arrival: lines without a trace are drawn evenly, which makes the intervals of such totals
   * narrower. Without it the slice may be any, such as one customer's lines.
   */
  readonly wholePatterns?: boolean;
}

export class TotalEstimate {
  #exact = 0;
  #drawn = 0;
  #kept = 0;
  #isSigned = false;
  /** The largest draw of a line by itself. */
  #largest: DrawnSum | undefined;
  readonly #lone = new LoneDraws();
  readonly #traces = new Map<string, TraceDraws>();
  readonly #wholes: WholePatterns | undefined;

  constructor({ wholePatterns = false }: SliceOptions = {}) {
    this.#wholes = wholePatterns ? new WholePatterns() : undefined;
  }

  /**
   * Adds a kept record with its value.
   * @param trace any key of its trace; "" for a record that was drawn by itself
   * @param pattern any key of its pattern and instance; needed for a slice of several whole patterns only
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

  /** Number of kept records. */
  get kept(): number {
    return this.#kept;
  }

  get estimate(): number {
    return this.#exact + this.#drawn + (this.#wholes?.sum ?? 0);
  }

  get variance(): number {
    return this.#independent + (this.#wholes?.variance ?? 0);
  }

  /** Variance of traces, and of lines by themselves outside of whole patterns. */
  get #independent(): number {
    let { variance } = this.#lone;
    for (const trace of this.#traces.values()) variance += trace.variance;
    return variance;
  }

  /**
   * 95 % interval of the true total.
   * @param unseen the largest draw that may be missing (`drawOf`), NOTHING_UNSEEN if all lines of the slice were kept
   *   for sure. If it is undefined, the largest draw of a kept line takes its place; without one there is no upper end
   */
  interval(unseen?: DrawnSum): Interval {
    if (this.#isSigned) return normalInterval(this.estimate, this.variance);
    const wholes = this.#wholes;
    const drawn = { sum: this.#drawn, variance: this.#independent };
    let largest = this.#largest;
    for (const trace of this.#traces.values()) largest = largerOf(largest, trace);
    if (wholes === undefined || wholes.isEmpty) return totalInterval(this.#exact, drawn, largerOf(largest, unseen));
    // No draw of a whole pattern is missing: the share of its lines is kept to within a line or two.
    const missed = largest === undefined ? NOTHING_UNSEEN : largerOf(largest, unseen);
    return sumInterval(totalInterval(this.#exact, drawn, missed), wholes.interval());
  }
}

/** Sum and variance of one drawn line with this probability and value. */
export function drawOf(probability: number, value: number): DrawnSum {
  if (probability >= 1) return NOTHING_UNSEEN;
  const sum = value / probability;
  return { sum, variance: sum * sum * (1 - probability) };
}

function largerOf(a: DrawnSum | undefined, b: DrawnSum | undefined): DrawnSum | undefined {
  if (a === undefined) return b;
  return b === undefined || b.sum <= a.sum ? a : b;
}
