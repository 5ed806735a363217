/**
 * Why a record was kept. The order is the order of decision: the first that matches wins.
 * Codes (array indexes) are stored in columns and in queue entries.
 */
export const KEEP_REASONS = [
  "bypass",
  "rule",
  "error",
  "novel",
  "trace",
  "anomaly",
  "floor",
  "sampled",
  "context",
  "summary",
  "observe",
] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** Intended drops first, then losses. */
export const DROP_REASONS = [
  "sampled_out",
  "muted",
  "queue_full",
  "too_large",
  "poison",
  "shutdown_abandoned",
  "corrupt_store",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** Why a single record was refused through partial_success, while its neighbours went on. */
export const REJECT_REASONS = ["malformed", "too_deep", "invalid_field"] as const;
export type RejectReason = (typeof REJECT_REASONS)[number];

/** Array index of a keep reason, for columns. */
export function keepReasonCode(reason: KeepReason): number {
  return KEEP_REASONS.indexOf(reason);
}
