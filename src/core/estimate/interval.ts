/**
 * 95 % intervals of estimated totals.
 *
 * For a total of values that are not negative: quantiles of the Gamma distribution with its mean and variance, the
 * upper one with one more draw, the largest that may be missing (Fay & Feuer 1997 for weighted Poisson counts; with
 * lines of one weight and small p it is Garwood's exact interval). It is skewed to the right as such estimates are.
 * Measured: from 10 lines on it covers the truth in 95 to 97 % of the draws (98 % at p = 0.6 to 0.9, where counts are
 * coarse), below in 96 to 99 %, and neither end fails in more than 3 %. The normal interval covers it in 81 % at 3
 * lines and 93 % at 30, and fails at its upper end; from about 300 lines on the two are equal, so there is no
 * change-over.
 */
import { gammaQuantile, LOWER_TAIL, UPPER_TAIL } from "./gamma-quantile.ts";

export interface Interval {
  readonly estimate: number;
  readonly low: number;
  /** Infinity if nothing bounds the total: no line was drawn, and the weight of an unseen one is unknown. */
  readonly high: number;
}

/** A sum of values times weights over drawn lines, and its variance. */
export interface DrawnSum {
  readonly sum: number;
  readonly variance: number;
}

/** The missing draw where every line was kept for sure: none. */
export const NOTHING_UNSEEN: DrawnSum = { sum: 0, variance: 0 };

/**
 * Interval of exact + drawn.
 * @param exact total of the lines that were kept for sure; it shifts the interval
 * @param drawn total of the drawn lines; not negative
 * @param unseen the largest draw that may be missing; undefined if unknown, and then there is no upper end
 */
export function totalInterval(exact: number, drawn: DrawnSum, unseen: DrawnSum | undefined): Interval {
  const estimate = exact + drawn.sum;
  const low = exact + gammaEnd(drawn, LOWER_TAIL);
  if (unseen === undefined) return { estimate, low, high: Number.POSITIVE_INFINITY };
  const more = { sum: drawn.sum + unseen.sum, variance: drawn.variance + unseen.variance };
  return { estimate, low, high: exact + gammaEnd(more, UPPER_TAIL) };
}

function gammaEnd({ sum, variance }: DrawnSum, tail: typeof LOWER_TAIL): number {
  if (sum <= 0 || variance <= 0) return sum;
  const scale = variance / sum;
  return scale * gammaQuantile(sum / scale, tail);
}

/** Interval of a sum that may be negative. */
export function normalInterval(estimate: number, variance: number): Interval {
  const half = UPPER_TAIL.z * Math.sqrt(variance);
  return { estimate, low: estimate - half, high: estimate + half };
}

/** Interval of a + b for totals that have no draw in common (Zou & Donner 2008): as skewed as theirs. */
export function sumInterval(a: Interval, b: Interval): Interval {
  const estimate = a.estimate + b.estimate;
  const below = Math.hypot(a.estimate - a.low, b.estimate - b.low);
  const above = Math.hypot(a.high - a.estimate, b.high - b.estimate);
  return { estimate, low: estimate - below, high: estimate + above };
}
