/** Statistics for /api/v1/stats and the gauges of the budget, read from the parts at every request. */
import type { Bypass } from "../admin/shapes/bypass.ts";
import type { BudgetStats, ExporterStats, Stats } from "../admin/shapes/stats.ts";
import { modeExceptions } from "../config/mode-exceptions.ts";
import { DROP_REASONS, KEEP_REASONS } from "../model/decision.ts";
import { SEVERITY_CLASSES } from "../model/severity.ts";
import type { FlowReading } from "./flow-meter.ts";
import type { ProductParts } from "./product-parts.ts";

export function readStats(parts: ProductParts, bypasses: readonly Bypass[]): Stats {
  const { telemetry, queue, engine, policies, identity, env } = parts;
  const ledger = telemetry.ledger.snapshot();
  const rates = parts.flow.rates();
  const depth = queue.depth();
  const policy = policies.policy;
  const exported = [...telemetry.exporters.values()].reduce((sum, counts) => sum + counts.bytes, 0);
  return {
    instance: identity.instance,
    version: identity.version,
    started: new Date(identity.startedWallMs).toISOString(),
    uptime_seconds: (env.now().monoMs - identity.startedMonoMs) / 1000,
    mode: parts.config.sampling.mode,
    mode_exceptions: modeExceptions(parts.config.sampling),
    ledger: {
      received: ledger.received,
      recovered: ledger.recovered,
      generated: ledger.generated,
      forwarded: ledger.forwarded,
      sampled_out: ledger.sampledOut,
      rejected: ledger.rejected,
      dropped: ledger.dropped,
      held: ledger.held,
      queued: ledger.queued,
      error: ledger.error,
    },
    rates: {
      received_records_per_second: rates.receivedRecords,
      kept_records_per_second: rates.keptRecords,
      received_bytes_per_second: rates.receivedBytes,
      kept_bytes_per_second: rates.keptBytes,
    },
    kept: Object.fromEntries(KEEP_REASONS.map((reason, code) => [reason, telemetry.ledger.keptBy[code] ?? 0])),
    dropped: Object.fromEntries(DROP_REASONS.map((reason, code) => [reason, droppedFor(parts, code)])),
    bytes: { received: telemetry.bytesReceivedTotal, exported },
    budget: readBudget(parts),
    queue: {
      records: depth.records,
      bytes: depth.bytes,
      max_bytes: depth.maxBytes,
      oldest_age_seconds: depth.oldestAgeSeconds,
    },
    exporters: parts.exporters.map(exporterStats),
    patterns: {
      active: engine.sampler.view.counters().livePatterns,
      created: engine.signature.stats.created,
      evicted: engine.signature.stats.evicted,
    },
    policy: { version: policy.version, author: policy.author, age_seconds: policies.ageSeconds() },
    bypasses,
    event_loop_lag_seconds: parts.lag.seconds(),
    memory_pressure: parts.pressure.value(),
  };
}

function droppedFor(parts: ProductParts, code: number): number {
  const { droppedBy } = parts.telemetry.ledger;
  const width = SEVERITY_CLASSES.length;
  return droppedBy.subarray(code * width, (code + 1) * width).reduce((sum, records) => sum + records, 0);
}

function exporterStats(exporter: ProductParts["exporters"][number]): ExporterStats {
  const { mode, message, consecutiveFailures, inFlight } = exporter.state;
  return { id: exporter.id, mode, message, consecutive_failures: consecutiveFailures, in_flight: inFlight };
}

export function readBudget(parts: ProductParts): BudgetStats {
  const { view } = parts.engine.sampler;
  const { unlimited, bytesPerSecond, balance } = view.budget();
  return {
    bytes_per_second: unlimited ? null : bytesPerSecond,
    reserve_bytes: Math.max(0, balance),
    states: budgetStates(parts),
    errors_sampled: view.counters().errorsSampled,
    over_budget_bytes: parts.pipeline.overBudget.bytes(),
  };
}

/** The states that hold now; several may. */
export function budgetStates(parts: ProductParts): Record<string, boolean> {
  const fill = parts.queue.fill();
  return { ...parts.engine.sampler.view.states(), backlog: fill > 0.5, protected_only: fill >= 0.8 };
}

/** Counts since the start, for the rates of the last minute. */
export function readFlow({ engine, pipeline }: ProductParts): FlowReading {
  const { received, kept } = engine.sampler.view.counters();
  const { billed } = pipeline;
  return {
    receivedRecords: received,
    keptRecords: kept + billed.contextTotal(),
    receivedBytes: billed.receivedTotal(),
    keptBytes: billed.builtTotal(),
  };
}
