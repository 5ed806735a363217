/**
 * 95 % intervals of estimated totals.
 *
 * Of a total of values that are not negative: quantiles of the Gamma variable that has its mean and variance, the upper
 * one with one draw more, the largest that may be missing (Fay & Feuer 1997 for weighted Poisson counts; with lines of
 * one weight and small p it is Garwood's exact interval). Skewed to the right as such estimates are. Measured: from 10
 * lines on it holds the truth 95 to 97 times in 100 (98 at p = 0.6 to 0.9, where counts are coarse), 96 to 99 below, and
 * neither end fails more than 3 times. The normal interval holds it 81 times in 100 at 3 lines, 93 at 30, and fails at
 * its upper end; from some 300 lines on they are the same. So there is no change-over.
 */
import { gammaQuantile, LOWER_TAIL, UPPER_TAIL } from "./gamma-quantile.ts";

export interface Interval {
  readonly estimate: number;
  readonly low: number;
  /** Infinity: nothing bounds it, because no line was drawn and nobody knows the weight that an unseen one would have. */
  readonly high: number;
}

/** A sum of values times weights, and its variance. */
export interface DrawnSum {
  readonly sum: number;
  readonly variance: number;
}

/** Nothing can be missing: every line was kept for sure. */
export const NOTHING_UNSEEN: DrawnSum = { sum: 0, variance: 0 };

/**
 * @param exact what is known for sure: it shifts the interval
 * @param drawn what was drawn, not negative
 * @param unseen the largest draw that may have been missed; undefined: unknown
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

/** Of sums that may be negative, of means and ratios. */
export function normalInterval(estimate: number, variance: number): Interval {
  const half = UPPER_TAIL.z * Math.sqrt(variance);
  return { estimate, low: estimate - half, high: estimate + half };
}

/**
 * Of a + b, from the intervals of two totals whose lines share no draw (Zou & Donner 2008): as skewed as they are.
 */
export function sumInterval(a: Interval, b: Interval): Interval {
  const estimate = a.estimate + b.estimate;
  const below = Math.hypot(a.estimate - a.low, b.estimate - b.low);
  const above = Math.hypot(a.high - a.estimate, b.high - b.estimate);
  return { estimate, low: estimate - below, high: estimate + above };
}

/**
 * Of a - b, from the intervals of two slices that share no line (Zou & Donner 2008): no wider than it must be where
 * they are skewed. Traces that both have lines in make it wider than needed.
 */
export function differenceInterval(a: Interval, b: Interval): Interval {
  const estimate = a.estimate - b.estimate;
  const below = Math.hypot(a.estimate - a.low, b.high - b.estimate);
  const above = Math.hypot(a.high - a.estimate, b.estimate - b.low);
  return { estimate, low: estimate - below, high: estimate + above };
}
