/**
 * What the process did and does now, in numbers. Rates are over the last minute; a null rate has no bound or no value
 * yet.
 */
import type { Bypass } from "./bypass.ts";

export interface Stats {
  readonly instance: string;
  readonly version: string;
  /** RFC 3339. */
  readonly started: string;
  readonly uptime_seconds: number;
  readonly mode: "enforce" | "observe";
  /** Services whose own mode is another, by name. */
  readonly mode_exceptions: Readonly<Record<string, "enforce" | "observe">>;
  readonly ledger: LedgerNumbers;
  readonly rates: FlowRates;
  /** Records since the start, by reason. */
  readonly kept: Readonly<Record<string, number>>;
  readonly dropped: Readonly<Record<string, number>>;
  readonly bytes: { readonly received: number; readonly exported: number };
  readonly budget: BudgetStats;
  readonly queue: QueueStats;
  readonly exporters: readonly ExporterStats[];
  readonly patterns: { readonly active: number; readonly created: number; readonly evicted: number };
  readonly policy: { readonly version: string; readonly author: string; readonly age_seconds: number };
  readonly bypasses: readonly Bypass[];
  readonly event_loop_lag_seconds: number;
  readonly memory_pressure: number;
}

/** model LedgerSnapshot, in the API's spelling. */
export interface LedgerNumbers {
  readonly received: number;
  readonly recovered: number;
  readonly generated: number;
  readonly forwarded: number;
  readonly sampled_out: number;
  readonly rejected: number;
  readonly dropped: number;
  readonly held: number;
  readonly queued: number;
  readonly error: number;
}

export interface FlowRates {
  readonly received_records_per_second: number;
  readonly kept_records_per_second: number;
  readonly received_bytes_per_second: number;
  readonly kept_bytes_per_second: number;
}

export interface BudgetStats {
  /** null: no budget. */
  readonly bytes_per_second: number | null;
  readonly reserve_bytes: number;
  readonly states: Readonly<Record<string, boolean>>;
  readonly errors_sampled: boolean;
  /** Since the start, by cause. */
  readonly over_budget_bytes: Readonly<Record<string, number>>;
}

export interface QueueStats {
  readonly records: number;
  readonly bytes: number;
  readonly max_bytes: number;
  readonly oldest_age_seconds: number;
}

export interface ExporterStats {
  readonly id: string;
  readonly mode: "sending" | "retrying" | "holding" | "stopped";
  readonly message: string;
  readonly consecutive_failures: number;
  readonly in_flight: number;
}

/**
 * What sampling saved since the start, in billed bytes: uncompressed bytes of requests as they came (as protobuf,
 * whatever the sender encoded), less those that were exported or wait for it, our stamps, envelopes, summaries and
 * context included. Less than nothing when we add more than we drop. Money only when a price is configured.
 */
export interface Savings {
  readonly since: string;
  readonly received_bytes: number;
  readonly kept_bytes: number;
  readonly saved_bytes: number;
  /** 0..1; 0 before anything was received. */
  readonly saved_ratio: number;
  readonly price_per_gb: number | null;
  readonly saved_money: number | null;
  /** At the rate of the last hour (or since the start, when that is shorter). */
  readonly projected_saved_bytes_per_month: number;
  readonly by_service: readonly ServiceSavings[];
}

export interface ServiceSavings {
  readonly service: string;
  readonly received_bytes: number;
  readonly kept_bytes: number;
}
