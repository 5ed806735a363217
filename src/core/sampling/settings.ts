/**
 * Settings of the sampler, resolved to bytes, milliseconds and shares. Configuration sets all of them: there is no
 * default here that configuration could contradict.
 */
export interface SamplingSettings {
  readonly budget: BudgetSettings;
  readonly mode: SamplingMode;
  readonly services: ReadonlyMap<string, ServiceSettings>;
  /** Rows of the pattern table; every per-pattern array has this length. */
  readonly maxPatterns: number;
  /** Services with a row of their own; all others share the row "other". */
  readonly maxServices: number;
  /** 16 secret bytes: the fleet's seed, or random per instance. */
  readonly key: Uint8Array;
  /** Enters the randomness of records without a trace id, so that two replicas draw differently. */
  readonly instance: number;
  /** Use the low 56 bits of the trace id itself as randomness, to nest with head sampling by OpenTelemetry's rules. */
  readonly trustTraceIds: boolean;
  /** Bytes that a kept record costs beyond its content (`record-cost.ts`). */
  readonly stampBytes: number;
  readonly summaries: { readonly intervalMs: number; readonly maxBudgetShare: number };
  readonly context: { readonly maxBytes: number; readonly windowMs: number };
}

export type SamplingMode = "enforce" | "observe";

export interface BudgetSettings {
  /** Share of input bytes to keep, (0, 1]; undefined when only absolute ceilings are set. */
  readonly keepRatio: number | undefined;
  /** Absolute ceiling, billed bytes a second. The lowest of all ceilings holds. */
  readonly bytesPerSecond: number | undefined;
  /** Billed bytes of a UTC day, paced over the learned day shape. */
  readonly bytesPerDay: number | undefined;
  /** Share of the absolute ceilings that this instance starts with; absent: all, because the ceilings are its own. */
  readonly fleetShare?: number;
  /**
   * Input baseline known from saved state or the policy, bytes a second; undefined: learned from the first ten active
   * minutes.
   */
  readonly baselineBytesPerSecond: number | undefined;
}

export interface ServiceSettings {
  readonly mode: SamplingMode | undefined;
  /** Ceilings of this service within the whole budget; a ceiling per day is spread evenly. */
  readonly keepRatio: number | undefined;
  readonly bytesPerSecond: number | undefined;
}
