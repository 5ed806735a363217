/**
 * Total of a value over all lines without a trace of some patterns, from the drawn lines that were kept: a variance for
 * each pattern by EvenDraws.
 */
import { EvenDraws } from "./even-draws.ts";
import type { Interval } from "./interval.ts";
import { normalInterval } from "./interval.ts";

export class WholePatterns {
  readonly #patterns = new Map<string, EvenDraws>();
  #sum = 0;
  #seen = 0;

  /** Adds a kept line; the lines of a pattern in the order of their arrival. @param p below 1 */
  add(p: number, value: number, pattern: string): void {
    const known = this.#patterns.get(pattern);
    const draws = known ?? new EvenDraws();
    if (known === undefined) this.#patterns.set(pattern, draws);
    draws.add(p, value / p);
    this.#sum += value / p;
    this.#seen += value;
  }

  get isEmpty(): boolean {
    return this.#patterns.size === 0;
  }

  get sum(): number {
    return this.#sum;
  }

  get variance(): number {
    let variance = 0;
    for (const draws of this.#patterns.values()) variance += draws.variance;
    return variance;
  }

  /**
   * 95 % interval of a total of values that are not negative. Normal and without one more draw: the share of lines is
   * kept to within a line or two, so the error is not skewed and no more than a line can be missing.
   */
  interval(): Interval {
    const { estimate, low, high } = normalInterval(this.#sum, this.variance);
    return { estimate, low: Math.max(low, this.#seen), high };
  }
}
