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

/**
 * What one sampler decided about the records of a batch: columns beside the batch, indexed as its own are. Two samplers
 * that decide the same batch fill two of these; neither touches the batch or the other.
 */
export interface DecisionColumns {
  /** 1 = forwarded, 0 = not. */
  readonly keep: Uint8Array;
  /** Code in KEEP_REASONS for kept records; for others the code of the step that set the probability, or REASON_MUTED. */
  readonly reason: Uint8Array;
  /** Inclusion probability 1 - T/2^56, T having at most 5 hex digits. */
  readonly probability: Float64Array;
  /** Weight stamped on kept records, including the sender's weight; 0 for context and for records that are not kept. */
  readonly weight: Float64Array;
  /** Top 32 bits of the randomness R of records that were drawn; undefined content for others. */
  readonly randomness: Uint32Array;
}

/** Marks a record muted by a rule in the reason column; beyond all keep reasons. */
export const REASON_MUTED: number = 64 + DROP_REASONS.indexOf("muted");
