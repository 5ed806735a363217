/**
 * Everything the admin port shows or changes, as functions that compose wires to the parts. Results are the JSON that
 * clients get (names in snake_case, times in RFC 3339, no NaN or Infinity); requests were parsed and bounded before.
 * Expected refusals are results; a throw becomes a 500 that names nothing.
 */
import type { PolicyDocument } from "../model/policy.ts";
import type { Bypass, BypassRequest } from "./shapes/bypass.ts";
import type { ExplainInput, ExplainResult } from "./shapes/explain.ts";
import type { ComponentStatus, Readiness, ReloadResult, VersionInfo } from "./shapes/health.ts";
import type { Page } from "./shapes/page.ts";
import type { PatternDetail, PatternQuery, PatternRow } from "./shapes/patterns.ts";
import type { NewRule, RuleChange, RuleRow } from "./shapes/rules.ts";
import type { ServiceDetail, ServicePolicy, ServiceQuery, ServiceRow } from "./shapes/services.ts";
import type { Savings, Stats } from "./shapes/stats.ts";

type Awaitable<Result> = Result | Promise<Result>;

export interface AdminSources {
  version(): VersionInfo;
  ready(): Readiness;
  /** Every component with something to tell, in start order. */
  components(): readonly ComponentStatus[];

  /** Called once a second for every open stream together: returns at once. */
  stats(): Stats;
  savings(): Awaitable<Savings>;

  patterns(query: PatternQuery): Awaitable<Page<PatternRow>>;
  /** @param id a published id; aliases are followed */
  pattern(id: string): Awaitable<PatternDetail | undefined>;

  services(query: ServiceQuery): Awaitable<Page<ServiceRow>>;
  service(name: string): Awaitable<ServiceDetail | undefined>;
  servicePolicy(name: string): Awaitable<ServicePolicy>;

  policy(): Awaitable<PolicyDocument>;
  rules(): Awaitable<readonly RuleRow[]>;
  addRule(rule: NewRule): Awaitable<RuleChange>;
  removeRule(id: string): Awaitable<RuleChange>;

  bypasses(): Awaitable<readonly Bypass[]>;
  /** Starts a bypass, or replaces the one of the same service. */
  startBypass(request: BypassRequest): Awaitable<Bypass>;
  /**
   * @param service undefined ends every bypass
   * @returns how many were ended
   */
  endBypass(service: string | undefined): Awaitable<number>;

  explain(input: ExplainInput): Awaitable<ExplainResult>;

  /** The effective configuration, secrets redacted. */
  config(): Awaitable<object>;
  reload(): Awaitable<ReloadResult>;
}
