/**
 * What metrics read from other parts when somebody scrapes. Each function returns at once, from state that the part
 * keeps anyway; compose wires them. A source that throws costs its own metrics only, and is counted. Keys of records
 * are label values: they come from closed lists of the part, never from a sender.
 */
import type { PolicyAuthor } from "../model/policy.ts";
import type { QueueDepth } from "../model/ports/queue.ts";

export interface GaugeSources {
  queue(): QueueDepth;
  patterns(): PatternNumbers;
  budget(): BudgetNumbers;
  policy(): PolicyNumbers;
  runtime(): RuntimeNumbers;
  /** Anomalies under way, by kind. Kinds without one are listed with 0. */
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
  /** Services whose new patterns are far more than their past lets expect. */
  readonly collapsedServices: number;
  /** Patterns that came back after they had given up their row. */
  readonly recalled: number;
  /** Resources of services that share `other`, because there are `max_services` already. */
  readonly servicesRefused: number;
  /** First lines that no longer fitted the novelty allowance. */
  readonly noveltyOverflow: number;
}

export interface BudgetNumbers {
  /** B(t), billed bytes a second; +Inf without a budget. */
  readonly bytesPerSecond: number;
  readonly reserveBytes: number;
  /** States of the budget and whether each holds now; several may. */
  readonly states: Readonly<Record<string, boolean>>;
  /** True while ERROR records are being sampled, because they do not fit their lane. */
  readonly errorsSampled: boolean;
  /** Bytes kept beyond the budget since the start, by who asked for them (rule, bypass). */
  readonly overBudgetBytes: Readonly<Record<string, number>>;
  /** Age of the oldest record in the context ring. */
  readonly contextRingSeconds: number;
}

export interface PolicyNumbers {
  /** PolicyDocument.version of the serving policy. */
  readonly version: string;
  readonly ageSeconds: number;
  /** Versions that came to serve since the start. */
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
