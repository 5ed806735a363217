/**
 * The rules in force. A rule that names a pattern follows it: when patterns are merged, their ids become aliases, and
 * such rules are compiled again before the next decision. Bound: the rules; merges are rare.
 */
import type { SamplingRule } from "../../model/policy.ts";
import { encodeUtf8 } from "../otlp/wire/utf8.ts";
import type { RecordProbe } from "../sampling/rules/rules.ts";
import { compileRules } from "../sampling/rules/rules.ts";
import type { Sampler } from "../sampling/sampler.ts";

export interface ServingRulesDeps {
  readonly sampler: Sampler;
  readonly probe: RecordProbe;
  /** The current id of a pattern, by an id that it had. */
  readonly canonicalId: (id: string) => string;
  readonly parseTime: (rfc3339: string) => number;
}

export class ServingRules {
  readonly #deps: ServingRulesDeps;
  #rules: readonly SamplingRule[] = [];
  #resolve: (id: string) => string = (id) => id;
  #isStale = false;

  constructor(deps: ServingRulesDeps) {
    this.#deps = deps;
  }

  /** @param resolve alias to canonical id, by the policy */
  set(rules: readonly SamplingRule[], wallMs: number, resolve: (id: string) => string): void {
    this.#rules = rules;
    this.#resolve = resolve;
    this.#compile(wallMs);
  }

  /** Called when a pattern has another id from now on. */
  patternsMerged(): void {
    this.#isStale ||= this.#rules.some((rule) => rule.match.pattern !== undefined);
  }

  /** Called before every decision. */
  refresh(wallMs: number): void {
    if (this.#isStale) this.#compile(wallMs);
  }

  #compile(wallMs: number): void {
    const { sampler, probe, canonicalId, parseTime } = this.#deps;
    const resolve = (id: string): string => canonicalId(this.#resolve(id));
    sampler.setRules(compileRules(this.#rules, wallMs, encodeUtf8, resolve, parseTime), probe);
    this.#isStale = false;
  }
}
