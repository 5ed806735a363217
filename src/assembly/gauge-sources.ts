/** Values that /metrics reads from the parts at every scrape. */
import type { GaugeSources } from "../telemetry/gauge-sources.ts";
import type { ProductParts } from "./product-parts.ts";
import type { Reloader } from "./reloader.ts";
import { budgetStates } from "./stats-source.ts";

export function gaugeSources(parts: () => ProductParts, reloader: Reloader): GaugeSources {
  return {
    queue: () => parts().queue.depth(),
    patterns: () => {
      const { engine, pipeline } = parts();
      const { created, evicted, coarseScopes, coarseRecords, servicesRefused } = engine.signature.stats;
      const { livePatterns, explodingServices, recalledPatterns } = engine.sampler.view.counters();
      return {
        active: livePatterns,
        created,
        evicted,
        coarseScopes,
        coarseRecords,
        collapsedServices: explodingServices,
        recalled: recalledPatterns,
        servicesRefused,
        noveltyOverflow: pipeline.noveltyOverflow,
      };
    },
    budget: () => {
      const { engine, pipeline } = parts();
      const { view } = engine.sampler;
      const { bytesPerSecond, balance } = view.budget();
      return {
        bytesPerSecond,
        reserveBytes: Math.max(0, balance),
        states: budgetStates(parts()),
        errorsSampled: view.counters().errorsSampled,
        overBudgetBytes: { ...pipeline.overBudget.bytes() },
        contextRingSeconds: engine.context.seconds(parts().env.now().monoMs),
      };
    },
    policy: () => {
      const { policies } = parts();
      return {
        version: policies.policy.version,
        ageSeconds: policies.ageSeconds(),
        changes: { user: policies.changes, recluster: 0, llm: 0, rollback: 0 },
        refused: {},
      };
    },
    runtime: () => ({ eventLoopLagSeconds: parts().lag.seconds(), memoryPressure: parts().pressure.value() }),
    anomalies: () => ({}),
    reclusterSeconds: () => 0,
    configReloads: () => reloader.counts(),
  };
}
