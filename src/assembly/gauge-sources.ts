/** What /metrics reads from the parts at scrape time. */
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
      return {
        active: engine.sampler.parts.state.liveCount,
        created,
        evicted,
        coarseScopes,
        coarseRecords,
        collapsedServices: engine.sampler.parts.guard.collapsed,
        recalled: engine.sampler.parts.evicted.recalledTotal,
        servicesRefused,
        noveltyOverflow: pipeline.noveltyOverflow,
      };
    },
    budget: () => {
      const { engine, pipeline } = parts();
      const { allowance } = engine.sampler.parts;
      return {
        bytesPerSecond: allowance.bytesPerSecond(),
        reserveBytes: Math.max(0, allowance.balance()),
        states: budgetStates(parts()),
        errorsSampled: engine.sampler.planResult.errorsSampled,
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
