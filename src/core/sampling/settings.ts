/**
 * What the sampler is told, resolved: bytes, milliseconds, shares. Configuration decides these; nothing here has a
 * default that configuration could contradict.
 */
export interface SamplingSettings {
  readonly budget: BudgetSettings;
  readonly mode: SamplingMode;
  readonly services: ReadonlyMap<string, ServiceSettings>;
  /** Rows of the pattern table; every per-pattern array has this length. */
  readonly maxPatterns: number;
  /** Services with a row of their own; the rest share the row of "other". */
  readonly maxServices: number;
  /** 16 secret bytes: the fleet's seed, or random per instance. */
  readonly key: Uint8Array;
  /** Told apart in the randomness of records without a trace id, so that two replicas do not draw alike. */
  readonly instance: number;
  /** Use the low 56 bits of the trace id itself as randomness, to nest with head sampling by OpenTelemetry's rules. */
  readonly trustTraceIds: boolean;
  /** What a kept record costs beyond its content, bytes (`record-cost.ts`). */
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
  /** Billed bytes of a UTC day, paced over the learned shape of days. */
  readonly bytesPerDay: number | undefined;
  /** Of the absolute ceiling, what this instance starts with; absent: all of it, for the ceiling is its own. */
  readonly fleetShare?: number;
  /** Slow baseline I0 known from saved state or the policy, input bytes a second; undefined: learned from the first ten active minutes. */
  readonly baselineBytesPerSecond: number | undefined;
}

export interface ServiceSettings {
  readonly mode: SamplingMode | undefined;
  /** Ceilings of this service inside the whole budget; one a day is spread evenly. */
  readonly keepRatio: number | undefined;
  readonly bytesPerSecond: number | undefined;
}
