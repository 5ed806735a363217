/** What depends on several settings, decided once: the mode, the queue's durability, and which exporters there are. */
import type { Config, ModeOrigin, WrittenConfig } from "./config.ts";
import type { SamplingMode, ServiceSamplingConfig } from "./sections/sampling.ts";
import { hasCeiling } from "./sections/sampling.ts";

export function resolveConfig(
  written: WrittenConfig,
  purpose: "run" | "offline",
): { readonly config: Config; readonly modeOrigin: ModeOrigin } {
  const { sampling, queue, exporters } = written;
  const modeOrigin = originOf(sampling.mode, hasCeiling(sampling.budget));
  const mode: SamplingMode = sampling.mode ?? (modeOrigin === "budget_configured" ? "enforce" : "observe");
  const services = Object.fromEntries(
    Object.entries(sampling.services).map(([name, service]) => [name, resolveService(service, modeOrigin)]),
  );
  const durability = queue.durability ?? (queue.directory === "" ? "memory" : "process");
  const keyless = exporters.posthog?.api_key.isEmpty === true && purpose === "run";
  const config: Config = {
    ...written,
    sampling: { ...sampling, mode, services },
    queue: { ...queue, durability },
    exporters: keyless ? { ...exporters, posthog: undefined } : exporters,
  };
  return { config, modeOrigin };
}

function originOf(mode: SamplingMode | undefined, budget: boolean): ModeOrigin {
  if (mode !== undefined) return "configured";
  return budget ? "budget_configured" : "no_budget";
}

/** A service's own budget is enforced like the whole one, unless somebody chose a mode for everything. */
function resolveService(service: ServiceSamplingConfig, origin: ModeOrigin): ServiceSamplingConfig {
  const enforced = service.mode === undefined && origin !== "configured" && hasCeiling(service.budget);
  return enforced ? { ...service, mode: "enforce" } : service;
}
