/** Exponential decay by half-life, and the step of an exponentially weighted moving average (EWMA). */

/** What is left of a value after `seconds`, 0..1. Any unit of time does, if both arguments have it. */
export function decayOf(seconds: number, halfLife: number): number {
  return 2 ** (-seconds / halfLife);
}

/** Weight of a sample that covers `seconds` in an EWMA of this half-life: what decay takes from the mean, 0..1. */
export function ewmaWeight(seconds: number, halfLife: number): number {
  return 1 - 2 ** (-seconds / halfLife);
}

/** The mean after a sample. @param weight of the sample, 0..1 */
export function ewmaStep(mean: number, sample: number, weight: number): number {
  return mean + weight * (sample - mean);
}
