/** Applies the policy and the configuration in force to the engine: rules between two slices, known patterns once. */
import type { Config } from "../config/config.ts";
import type { PolicyStore } from "../control/policy-store.ts";
import type { Engine } from "../core/engine/engine.ts";
import { severityClassFrom } from "../core/sampling/rules/rules.ts";
import type { Environment } from "../model/environment.ts";
import type { PolicyDocument } from "../model/policy.ts";
import { inForce } from "./reloader.ts";

export interface PolicyServing {
  /** The configuration in force; a reload replaces the parts that can change while running. */
  config(): Config;
  reconfigure(next: Config): void;
}

export function servePolicy(engine: Engine, policies: PolicyStore, initial: Config, env: Environment): PolicyServing {
  let config = initial;
  const serveRules = (): void => {
    const { policy } = policies;
    const rules = [...config.sampling.rules, ...policy.rules];
    engine.setRules(rules, env.now().wallMs, (id) => policy.aliases[id] ?? id);
  };
  policies.onChange((policy) => {
    seedEngine(engine, policy);
    serveRules();
  });
  return {
    config: () => config,
    reconfigure: (next) => {
      config = inForce(config, next);
      serveRules();
    },
  };
}

/**
 * Patterns and aliases of the policy are not new to the engine; values and floors are replaced by those of this
 * version.
 */
export function seedEngine(engine: Engine, policy: PolicyDocument): void {
  engine.signature.seed(
    Object.entries(policy.patterns).map(([id, { template, service, severity }]) => ({
      id,
      template,
      service,
      severityClass: severityClassFrom(severity),
    })),
    Object.entries(policy.aliases),
  );
  engine.setPolicyVersion(policy.version);
  engine.sampler.clearPolicyValues();
  for (const [id, { value, floor_per_minute }] of Object.entries(policy.patterns)) {
    const row = engine.signature.patterns.find(id);
    if (row >= 0) engine.sampler.setPolicyValue(row, value ?? 1, floor_per_minute ?? 0);
  }
}
