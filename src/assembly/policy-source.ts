/** Rules, bypasses and explanations for the admin API, over policy store and engine. */
import type { Bypass, BypassRequest } from "../admin/shapes/bypass.ts";
import type { NewRule, RuleChange, RuleRow } from "../admin/shapes/rules.ts";
import { checkPolicyDocument } from "../config/policy-document.ts";
import type { ProductParts } from "./product-parts.ts";

export function listRules(parts: ProductParts): RuleRow[] {
  return [
    ...parts.config.sampling.rules.map((rule) => ({ rule, source: "configuration" as const })),
    ...parts.policies.policy.rules.map((rule) => ({ rule, source: "policy" as const })),
  ];
}

export function addRule(parts: ProductParts, wanted: NewRule): RuleChange {
  const rule = { ...wanted, id: wanted.id ?? freshId(parts) };
  const { policy } = parts.policies;
  const checked = checkPolicyDocument({ ...policy, rules: [...policy.rules.filter(({ id }) => id !== rule.id), rule] });
  if (!checked.ok) return { kind: "refused", message: checked.errors[0] ?? "the rule is not valid" };
  if (parts.config.sampling.rules.some((known) => known.id === rule.id)) {
    return { kind: "conflict", message: "the configuration has a rule with this id: choose another id" };
  }
  return parts.policies.addRule(rule);
}

export function removeRule(parts: ProductParts, id: string): RuleChange {
  if (parts.config.sampling.rules.some((known) => known.id === id)) {
    return { kind: "conflict", message: "the rule is from the configuration file: remove it there and reload" };
  }
  return parts.policies.removeRule(id);
}

function freshId(parts: ProductParts): string {
  return `rule-${Buffer.from(parts.env.randomBytes(6)).toString("hex")}`;
}

/** The sampler holds which services are bypassed; the wall time at which a bypass ends is stored here. */
export class BypassList {
  readonly #parts: ProductParts;
  readonly #services = new Set<string>();

  constructor(parts: ProductParts) {
    this.#parts = parts;
  }

  start(request: BypassRequest): Bypass {
    const now = this.#parts.env.now();
    this.#parts.engine.sampler.bypass(request.service, now.monoMs + request.durationMs);
    if (request.service !== undefined) this.#services.add(request.service);
    return { service: request.service ?? null, until: new Date(now.wallMs + request.durationMs).toISOString() };
  }

  list(): Bypass[] {
    const now = this.#parts.env.now();
    const active: Bypass[] = [];
    for (const service of [undefined, ...this.#services]) {
      const leftMs = this.#parts.engine.sampler.view.bypassUntilMs(service) - now.monoMs;
      if (leftMs > 0) active.push({ service: service ?? null, until: new Date(now.wallMs + leftMs).toISOString() });
      else if (service !== undefined) this.#services.delete(service);
    }
    return active;
  }

  end(service: string | undefined): number {
    const ending = this.list().filter((bypass) => service === undefined || bypass.service === service);
    for (const bypass of ending) this.#parts.engine.sampler.bypass(bypass.service ?? undefined, -1);
    return ending.length;
  }
}
