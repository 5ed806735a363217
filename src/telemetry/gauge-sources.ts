/**
 * What metrics read from other parts at a scrape. Each function returns at once, from state that the part keeps in any
 * case; compose wires them. When a source throws, only its own metrics are missing, and the failure is counted. Keys of
 * records are label values: they come from closed lists of the part, never from a sender.
 */
import type { PolicyAuthor } from "../model/policy.ts";
import type { QueueDepth } from "../model/ports/queue.ts";

export interface GaugeSources {
  queue(): QueueDepth;
  patterns(): PatternNumbers;
  budget(): BudgetNumbers;
  policy(): PolicyNumbers;
  runtime(): RuntimeNumbers;
  /** Active anomalies, by kind. Kinds without one are listed with 0. */
  anomalies(): Readonly<Record<string, number>>;
  /** Seconds that the last reclustering took; 0 before the first. */
  reclusterSeconds(): number;
  configReloads(): ReloadNumbers;
}

/** `active`, `coarseScopes` and `collapsedServices` are now; the others count since the start. */
export interface PatternNumbers {
  readonly active: number;
  readonly created: number;
  readonly evicted: number;
  /** Services and severity classes whose lines have no patterns. */
  readonly coarseScopes: number;
  readonly coarseRecords: number;
  /** Services with a pattern explosion. */
  readonly collapsedServices: number;
  /** Evicted patterns that came back and were recognised. */
  readonly recalled: number;
  /** Resources of services beyond `max_services`, which share `other`. */
  readonly servicesRefused: number;
  /** First lines beyond the novelty allowance. */
  readonly noveltyOverflow: number;
}

export interface BudgetNumbers {
  /** B(t), billed bytes a second; +Inf without a budget. */
  readonly bytesPerSecond: number;
  readonly reserveBytes: number;
  /** States of the budget and whether each applies now; several may apply. */
  readonly states: Readonly<Record<string, boolean>>;
  /** True while ERROR records do not fit the ERROR lane and are sampled. */
  readonly errorsSampled: boolean;
  /** Bytes kept regardless of the budget since the start, by cause (rule, bypass). */
  readonly overBudgetBytes: Readonly<Record<string, number>>;
  /** Age of the oldest record in the context ring. */
  readonly contextRingSeconds: number;
}

export interface PolicyNumbers {
  /** PolicyDocument.version of the policy in force. */
  readonly version: string;
  readonly ageSeconds: number;
  /** Versions that came into force since the start. */
  readonly changes: Readonly<Record<PolicyAuthor, number>>;
  /** Proposals refused since the start, by the guardrail that refused. */
  readonly refused: Readonly<Record<string, number>>;
}

export interface RuntimeNumbers {
  readonly eventLoopLagSeconds: number;
  /** 0..1 and above: memory in use over the memory limit. */
  readonly memoryPressure: number;
}

/** Since the start. */
export interface ReloadNumbers {
  readonly succeeded: number;
  readonly failed: number;
}
