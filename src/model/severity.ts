/**
 * Severity as the numbers of OTLP's SeverityNumber: 1-4 TRACE, 5-8 DEBUG, 9-12 INFO, 13-16 WARN, 17-20 ERROR,
 * 21-24 FATAL. Columns hold a number 1..24 after the rules of PostHog's log_record.rs (facts: severity_number,
 * else severity_text, else a level inside a JSON body), or 25 for "unknown" (a number above 24).
 */
export const SEVERITY_CLASSES = ["unspecified", "trace", "debug", "info", "warn", "error", "fatal"] as const;

/** First SeverityNumber of the class ERROR: from here on a record is on the ERROR lane. */
export const SEVERITY_ERROR = 17;
export const SEVERITY_INFO = 9;
export const SEVERITY_TRACE = 1;
/** Stored by PostHog as "unknown"; treated as erroneous, because it may be. */
export const SEVERITY_UNKNOWN = 25;

/** Index into SEVERITY_CLASSES for a severity number 0..25; unknown counts as fatal. */
export function severityClassOf(severityNumber: number): number {
  if (severityNumber <= 0) return 0;
  if (severityNumber > 24) return 6;
  return ((severityNumber + 3) / 4) | 0;
}
