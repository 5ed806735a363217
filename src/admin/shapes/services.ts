/** Services, and what an in-process SDK needs to sample by. */
import type { SamplingRule } from "../../model/policy.ts";

export interface ServiceQuery {
  readonly limit: number;
  readonly cursor?: string;
}

export interface ServiceRow {
  readonly service: string;
  readonly mode: "enforce" | "observe";
  readonly records: number;
  /** Billed bytes, as in Savings. */
  readonly bytes: number;
  /** Context that was forwarded after all included. */
  readonly kept_records: number;
  readonly kept_bytes: number;
  readonly records_per_second: number;
  readonly bytes_per_second: number;
  readonly patterns: number;
  readonly errors_sampled: boolean;
}

export interface ServiceDetail extends ServiceRow {
  /** Ceiling of the service inside the whole budget; null without one. */
  readonly budget_bytes_per_second: number | null;
  readonly baseline_bytes_per_second: number | null;
  readonly first_seen: string;
  readonly last_seen: string;
  /** RFC 3339; null when it is not bypassed. */
  readonly bypassed_until: string | null;
}

/**
 * Probabilities by severity class, then by pattern; rules win over both. A service nobody has seen gets the defaults.
 */
export interface ServicePolicy {
  readonly service: string;
  readonly policy_version: string;
  readonly mode: "enforce" | "observe";
  /** How long to sample by this before asking again. */
  readonly refresh_seconds: number;
  readonly severity_probability: Readonly<Record<string, number>>;
  readonly patterns: Readonly<Record<string, PatternPolicy>>;
  readonly rules: readonly SamplingRule[];
}

export interface PatternPolicy {
  readonly probability: number;
  readonly floor_per_minute: number;
}
