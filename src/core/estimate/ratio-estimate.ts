import type { Interval } from "./interval.ts";
import { normalInterval } from "./interval.ts";
import { KeptLines } from "./kept-lines.ts";

/**
 * Ratio of two totals over one slice, and with a denominator of 1 a line the mean of a value (Hájek): R = Σ(y/p) /
 * Σ(x/p). Its variance is that of Σ (y - R·x)/p over the square of Σ(x/p), the first term of its expansion (Särndal,
 * Swensson & Wretman 1992, §5.6): some 30 drawn lines are needed before its interval holds what it says.
 */
export class RatioEstimate {
  readonly #lines = new KeptLines();
  readonly #numerators: number[] = [];
  readonly #denominators: number[] = [];
  #numerator = 0;
  #denominator = 0;

  /** @param trace any key of the trace, "" for records that drew by themselves */
  add(probability: number, numerator: number, denominator: number, trace: string): void {
    const line = this.#lines.add(probability, trace);
    const p = this.#lines.probability(line);
    this.#numerators.push(numerator);
    this.#denominators.push(denominator);
    this.#numerator += numerator / p;
    this.#denominator += denominator / p;
  }

  get kept(): number {
    return this.#lines.count;
  }

  /** NaN while nothing was kept. */
  get estimate(): number {
    return this.#numerator / this.#denominator;
  }

  get variance(): number {
    const { estimate } = this;
    const lines = this.#lines;
    const residual = (i: number) => (this.#numerators[i] - estimate * this.#denominators[i]) / lines.probability(i);
    return lines.variance(residual) / this.#denominator ** 2;
  }

  interval(): Interval {
    return normalInterval(this.estimate, this.variance);
  }
}
