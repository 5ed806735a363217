/**
 * Event time for counting: the record's own, between a day ago and five minutes ahead of the wall clock, so that a sender
 * with a wrong clock opens no bucket that nobody will ever look at; now for a record without one.
 */
export const EVENT_PAST_MS = 86_400_000;
export const EVENT_FUTURE_MS: number = 5 * 60_000;

/** @param timeMs unix milliseconds, 0 = none @param wallMs unix milliseconds of the arrival */
export function countedEventMs(timeMs: number, wallMs: number): number {
  if (timeMs === 0) return wallMs;
  return Math.min(wallMs + EVENT_FUTURE_MS, Math.max(wallMs - EVENT_PAST_MS, timeMs));
}
