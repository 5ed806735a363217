/**
 * Rules of users and of the policy, compiled. Conditions on the pattern (service, severity, id) are tested once, when
 * the pattern arrives; conditions on attributes or body text are tested record by record. The first match in document
 * order wins. There are no regular expressions: a rule costs at most one pass over a record.
 */
import type { LogBatch } from "../../../model/log-batch.ts";
import type { SamplingRule } from "../../../model/policy.ts";
import { SEVERITY_CLASSES } from "../../../model/severity.ts";
import { RULE_NONE, RULE_PER_RECORD } from "../../patterns/pattern-state.ts";
import { RuleLimits } from "./rule-limits.ts";

export interface CompiledRule {
  readonly rule: SamplingRule;
  readonly service: string | undefined;
  /** Index into SEVERITY_CLASSES; 0 matches every class. */
  readonly severityMin: number;
  readonly pattern: string | undefined;
  readonly attributes: readonly { readonly key: Uint8Array; readonly value: Uint8Array }[];
  readonly bodyContains: Uint8Array | undefined;
  readonly expiresWallMs: number;
}

/** How rules test a record; core/otlp implements it over the wire bytes. */
export interface RecordProbe {
  attributeEquals(batch: LogBatch, record: number, key: Uint8Array, value: Uint8Array): boolean;
  bodyContains(batch: LogBatch, record: number, needle: Uint8Array): boolean;
}

/** Properties of a pattern that rules match. */
export interface PatternScope {
  readonly service: string;
  /** Index into SEVERITY_CLASSES. */
  readonly severityClass: number;
  /** Published id, aliases resolved. */
  readonly id: string;
}

export class RuleSet {
  readonly #rules: readonly CompiledRule[];
  readonly #probe: RecordProbe;
  readonly limits: RuleLimits;
  /** Wall time, unix milliseconds, at which the next rule expires; Infinity when none does. */
  readonly nextExpiryWallMs: number;

  /** @param before the set that this one replaces: unchanged rules keep their limits */
  constructor(rules: readonly CompiledRule[], probe: RecordProbe, before: RuleSet | undefined) {
    this.#rules = rules;
    this.#probe = probe;
    this.limits = new RuleLimits(
      rules.map(({ rule }) => rule),
      before?.limits,
    );
    this.nextExpiryWallMs = rules.reduce((soonest, r) => Math.min(soonest, r.expiresWallMs), Number.POSITIVE_INFINITY);
  }

  /** The set without the rules for which `isGone` is true. */
  without(isGone: (rule: CompiledRule) => boolean): RuleSet {
    return new RuleSet(
      this.#rules.filter((rule) => !isGone(rule)),
      this.#probe,
      this,
    );
  }

  at(index: number): CompiledRule {
    return this.#rules[index];
  }

  get size(): number {
    return this.#rules.length;
  }

  /** Index of the rule for every record of this pattern, RULE_NONE, or RULE_PER_RECORD when records must be tested. */
  forPattern(scope: PatternScope): number {
    for (let index = 0; index < this.#rules.length; index++) {
      const rule = this.#rules[index];
      if (!matchesPattern(rule, scope)) continue;
      return rule.attributes.length > 0 || rule.bodyContains !== undefined ? RULE_PER_RECORD : index;
    }
    return RULE_NONE;
  }

  /** Index of the rule, or RULE_NONE, for one record of a pattern for which `forPattern` returned RULE_PER_RECORD. */
  forRecord(scope: PatternScope, batch: LogBatch, record: number): number {
    for (let index = 0; index < this.#rules.length; index++) {
      const rule = this.#rules[index];
      if (matchesPattern(rule, scope) && this.#matchesRecord(rule, batch, record)) return index;
    }
    return RULE_NONE;
  }

  #matchesRecord(rule: CompiledRule, batch: LogBatch, record: number): boolean {
    for (const { key, value } of rule.attributes) {
      if (!this.#probe.attributeEquals(batch, record, key, value)) return false;
    }
    return rule.bodyContains === undefined || this.#probe.bodyContains(batch, record, rule.bodyContains);
  }
}

function matchesPattern(rule: CompiledRule, scope: PatternScope): boolean {
  if (rule.service !== undefined && rule.service !== scope.service) return false;
  if (scope.severityClass < rule.severityMin) return false;
  return rule.pattern === undefined || rule.pattern === scope.id;
}

/**
 * Compiles the rules that have not expired.
 * @param encode UTF-8 encoder
 * @param resolve alias → canonical pattern id
 */
export function compileRules(
  rules: readonly SamplingRule[],
  wallMs: number,
  encode: (text: string) => Uint8Array,
  resolve: (id: string) => string,
  parseTime: (rfc3339: string) => number,
): CompiledRule[] {
  const compiled: CompiledRule[] = [];
  for (const rule of rules) {
    const expiresWallMs = rule.expires === undefined ? Number.POSITIVE_INFINITY : parseTime(rule.expires);
    if (expiresWallMs <= wallMs) continue;
    const { match } = rule;
    compiled.push({
      rule,
      service: match.service,
      severityMin: match.severity_min === undefined ? 0 : severityClassFrom(match.severity_min),
      pattern: match.pattern === undefined ? undefined : resolve(match.pattern),
      attributes: Object.entries(match.attributes ?? {}).map(([key, value]) => ({
        key: encode(key),
        value: encode(value),
      })),
      bodyContains: match.body_contains === undefined ? undefined : encode(match.body_contains),
      expiresWallMs,
    });
  }
  return compiled;
}

const CLASS_NAMES: readonly string[] = SEVERITY_CLASSES;

/** Class index of a configured name ("warn", "WARNING") or SeverityNumber; an unknown name means fatal. */
export function severityClassFrom(value: string | number): number {
  if (typeof value === "number") return Math.min(6, Math.max(0, Math.ceil(value / 4)));
  const name = value.toLowerCase();
  const alias = name === "warning" ? "warn" : name === "critical" ? "fatal" : name;
  const index = CLASS_NAMES.indexOf(alias);
  return index < 0 ? 6 : index;
}
