/**
 * How long to wait before the next attempt: exponential with full jitter, so that a fleet that failed together does not
 * return together, and jitter on top of a wait that the destination asked for.
 */

/** The ceiling of the first wait; it doubles with every failure in a row. */
export const BACK_OFF_BASE_MS = 1000;
export const BACK_OFF_MAX_MS = 60_000;
/** A draw of almost nothing must not become a hot loop. */
export const BACK_OFF_MIN_MS = 100;

/** PostHog asks for 15 minutes when a quota is used up; a longer wait is cut to this. */
export const RETRY_AFTER_MAX_MS: number = 15 * 60_000;
/** A wait that was asked for is lengthened by up to a fifth, never shortened. */
const RETRY_AFTER_SPREAD = 0.2;

/**
 * @param failures attempts in a row that failed, at least 1
 * @param jitter uniform in [0, 1)
 * @returns milliseconds in [BACK_OFF_MIN_MS, min(BACK_OFF_MAX_MS, BACK_OFF_BASE_MS · 2^(failures-1)))
 */
export function backOffMs(failures: number, jitter: number): number {
  const ceiling = Math.min(BACK_OFF_MAX_MS, BACK_OFF_BASE_MS * 2 ** Math.min(failures - 1, 16));
  return BACK_OFF_MIN_MS + jitter * (ceiling - BACK_OFF_MIN_MS);
}

/** @param askedMs as parsed by retry-after.ts; clamped here to [0, RETRY_AFTER_MAX_MS] */
export function requestedPauseMs(askedMs: number, jitter: number): number {
  const clamped = Math.min(Math.max(0, askedMs), RETRY_AFTER_MAX_MS);
  return clamped * (1 + RETRY_AFTER_SPREAD * jitter);
}
