/** The Retry-After header of RFC 9110 §10.2.3, in both its forms: seconds, and an HTTP date. */

/**
 * @param value the header as received, or undefined
 * @param nowWallMs unix milliseconds, to turn a date into a wait
 * @returns milliseconds, not yet clamped above; undefined when absent or unreadable
 */
export function parseRetryAfter(value: string | undefined, nowWallMs: number): number | undefined {
  const text = value?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse reads far more than HTTP dates ("1.5" is a year to it): all three HTTP forms begin with a weekday.
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  const untilMs = Date.parse(text);
  return Number.isNaN(untilMs) ? undefined : Math.max(0, untilMs - nowWallMs);
}
