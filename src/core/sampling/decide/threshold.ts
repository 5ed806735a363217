/**
 * OpenTelemetry's consistent-probability test on 56 bits (tracestate-probability-sampling): keep iff R >= T, and
 * p = 1 - T / 2^56. Here T has at most 5 hex digits, so only the top 20 bits of R decide; T is held as T20 = T / 2^36.
 */
export const THRESHOLD_RANGE: number = 2 ** 20;

/** T20 of a probability in (0, 1]; 0 keeps always. T20 stays below 2^20: the smallest probability is 2^-20. */
export function thresholdOf(probability: number): number {
  if (probability >= 1) return 0;
  const t = Math.round((1 - probability) * THRESHOLD_RANGE);
  return t < 0 ? 0 : t >= THRESHOLD_RANGE ? THRESHOLD_RANGE - 1 : t;
}

/** The exact probability of a T20. */
export function probabilityOf(threshold: number): number {
  return 1 - threshold / THRESHOLD_RANGE;
}

/** R >= T, with R given by its top 32 bits. */
export function passes(random32: number, threshold: number): boolean {
  return random32 >>> 12 >= threshold;
}
