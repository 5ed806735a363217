/** Gauge sources of a process at rest; a test overrides what it is about. */
import type { GaugeSources } from "../../src/telemetry/gauge-sources.ts";

export function restingSources(overrides: Partial<GaugeSources> = {}): GaugeSources {
  return {
    queue: () => ({ records: 0, bytes: 0, maxBytes: 1024, oldestAgeSeconds: 0 }),
    patterns: () => ({
      active: 0,
      created: 0,
      evicted: 0,
      coarseScopes: 0,
      coarseRecords: 0,
      collapsedServices: 0,
      recalled: 0,
      servicesRefused: 0,
      noveltyOverflow: 0,
    }),
    budget: () => ({
      bytesPerSecond: 1000,
      reserveBytes: 0,
      states: { within: true, backlog: false },
      errorsSampled: false,
      overBudgetBytes: { rule: 0, bypass: 0 },
      contextRingSeconds: 0,
    }),
    policy: () => ({
      version: "v1",
      ageSeconds: 0,
      changes: { user: 0, recluster: 0, llm: 0, rollback: 0 },
      refused: { max_step: 0 },
    }),
    runtime: () => ({ eventLoopLagSeconds: 0, memoryPressure: 0 }),
    anomalies: () => ({ burst: 0 }),
    reclusterSeconds: () => 0,
    configReloads: () => ({ succeeded: 0, failed: 0 }),
    ...overrides,
  };
}
