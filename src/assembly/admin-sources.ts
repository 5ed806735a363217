/** Connects the data that the admin port serves to the parts of the running product. */
import type { AdminSources } from "../admin/sources.ts";
import { effectiveConfig } from "../config/print.ts";
import { explainInput } from "./explain-source.ts";
import { PatternLists } from "./pattern-list.ts";
import { readPattern } from "./pattern-source.ts";
import { addRule, BypassList, listRules, removeRule } from "./policy-source.ts";
import type { ProductParts } from "./product-parts.ts";
import type { ReadinessGate } from "./readiness.ts";
import type { Reloader } from "./reloader.ts";
import { readSavings } from "./savings-source.ts";
import { listServices, readService, readServicePolicy } from "./service-source.ts";
import { readStats } from "./stats-source.ts";

/** @param parts called at every request, when the product is complete */
export function adminSources(parts: () => ProductParts, gate: ReadinessGate, reloader: Reloader): AdminSources {
  const patterns = new PatternLists();
  let bypasses: BypassList | undefined;
  const bypassList = (): BypassList => {
    bypasses ??= new BypassList(parts());
    return bypasses;
  };
  return {
    version: () => ({ version: parts().identity.version, node: process.version }),
    ready: () => gate.readiness(),
    components: () =>
      parts().components.map((component) => ({ id: component.id, ...(component.health?.() ?? { state: "ok" }) })),
    stats: () => readStats(parts(), bypassList().list()),
    savings: () => readSavings(parts()),
    patterns: (query) => patterns.page(parts(), query),
    pattern: (id) => readPattern(parts(), id),
    services: (query) => listServices(parts(), query),
    service: (name) => readService(parts(), name),
    servicePolicy: (name) => readServicePolicy(parts(), name),
    policy: () => parts().policies.policy,
    rules: () => listRules(parts()),
    addRule: (rule) => addRule(parts(), rule),
    removeRule: (id) => removeRule(parts(), id),
    bypasses: () => bypassList().list(),
    startBypass: (request) => bypassList().start(request),
    endBypass: (service) => bypassList().end(service),
    explain: (input) => explainInput(parts().engine, input, parts().env.now()),
    config: () => effectiveConfig(parts().config),
    reload: () => reloader.reload(),
  };
}
