/** The day through the product's engine, as `lipservice replay` drives it: same identity, same clock, same decisions. */
import { engineSettings, REPLAY_IDENTITY } from "../../../src/assembly/engine-settings.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { nodeConfigHost } from "../../../src/config/node-config-host.ts";
import { Engine } from "../../../src/core/engine/engine.ts";
import { Replay } from "../../../src/replay/replay.ts";
import type { ReplaySummary } from "../../../src/replay/replay-report.ts";
import type { Day } from "./trainticket-day.ts";

export interface DayRun {
  /** 1 for lines that were kept, context included. */
  readonly kept: Uint8Array;
  readonly summary: ReplaySummary;
}

export async function runDay(day: Day, keepRatio: number, severityHidden: boolean): Promise<DayRun> {
  const overrides = [`sampling.budget.keep_ratio=${keepRatio}`];
  const loaded = await loadConfig({ sources: [], overrides, purpose: "offline" }, nodeConfigHost({}));
  if (!loaded.ok) throw new Error(`the configuration is not valid: ${overrides.join(", ")}`);
  const engine = new Engine(engineSettings(loaded.config, REPLAY_IDENTITY, Number.POSITIVE_INFINITY));
  engine.setRules(loaded.config.sampling.rules, 0, (id) => id);
  const kept = new Uint8Array(day.lines.length);
  const replay = new Replay(engine, (decisions) => {
    for (const { i, keep } of decisions) kept[i] = keep ? 1 : 0;
  });
  for (const request of severityHidden ? day.requestsWithoutSeverity : day.requests) replay.feed(request);
  return { kept, summary: replay.finish().summary() };
}
