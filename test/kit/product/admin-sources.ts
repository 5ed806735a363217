/** Admin sources with one of everything, remembering what was asked of them; a test overrides what it is about. */

import type { PatternDetail, PatternRow } from "../../../src/admin/shapes/patterns.ts";
import type { ServiceDetail, ServiceRow } from "../../../src/admin/shapes/services.ts";
import type { Savings, Stats } from "../../../src/admin/shapes/stats.ts";
import type { AdminSources } from "../../../src/admin/sources.ts";
import type { SamplingRule } from "../../../src/model/policy.ts";

const START = "2026-01-01T00:00:00.000Z";
const LATER = "2026-01-01T01:00:00.000Z";

export const PATTERN_ID_OF_TEST = "1AbCdEfGhIjK";

export const RULE_OF_TEST: SamplingRule = { id: "payments", match: { service: "payments" }, kind: "pin" };

const PATTERN_ROW: PatternRow = {
  id: PATTERN_ID_OF_TEST,
  template: "user <*> logged in",
  service: "checkout",
  severity: "info",
  state: "steady",
  records: 1_000,
  bytes: 100_000,
  kept: 200,
  records_per_second: 3.5,
  bytes_per_second: 350,
  probability: 0.2,
  reason: "sampled",
  rule: null,
  first_seen: START,
  last_seen: LATER,
};

const PATTERN: PatternDetail = {
  ...PATTERN_ROW,
  weighted_records: 1_010,
  weighted_records_plus_minus: 120,
  value: 1,
  floor_per_minute: 1,
  baseline_per_second: 3,
  family: null,
  aliases: [],
  because: ["The share of 350 bytes a second that fits the budget is 0.2"],
};

const SERVICE_ROW: ServiceRow = {
  service: "checkout",
  mode: "enforce",
  records: 1_000,
  bytes: 100_000,
  kept_records: 200,
  kept_bytes: 20_000,
  records_per_second: 3.5,
  bytes_per_second: 350,
  patterns: 12,
  errors_sampled: false,
};

const SERVICE: ServiceDetail = {
  ...SERVICE_ROW,
  budget_bytes_per_second: null,
  baseline_bytes_per_second: 340,
  first_seen: START,
  last_seen: LATER,
  bypassed_until: null,
};

export const STATS_OF_TEST: Stats = {
  instance: "instance-1",
  version: "1.2.3",
  started: START,
  uptime_seconds: 3_600,
  mode: "enforce",
  mode_exceptions: {},
  ledger: {
    received: 1_000,
    recovered: 0,
    generated: 1,
    forwarded: 190,
    sampled_out: 800,
    rejected: 0,
    dropped: 0,
    held: 0,
    queued: 11,
    error: 0,
  },
  rates: {
    received_records_per_second: 3.5,
    kept_records_per_second: 0.7,
    received_bytes_per_second: 350,
    kept_bytes_per_second: 70,
  },
  kept: { sampled: 200 },
  dropped: { sampled_out: 800 },
  bytes: { received: 100_000, exported: 19_000 },
  budget: {
    bytes_per_second: null,
    reserve_bytes: 10,
    states: { within: true },
    errors_sampled: false,
    over_budget_bytes: { rule: 0 },
  },
  queue: { records: 11, bytes: 1_000, max_bytes: 1_000_000, oldest_age_seconds: 0.2 },
  exporters: [{ id: "posthog", mode: "sending", message: "", consecutive_failures: 0, in_flight: 1 }],
  patterns: { active: 12, created: 12, evicted: 0 },
  policy: { version: "v1", author: "user", age_seconds: 60 },
  bypasses: [],
  event_loop_lag_seconds: 0.001,
  memory_pressure: 0.3,
};

const SAVINGS: Savings = {
  since: START,
  received_bytes: 100_000,
  kept_bytes: 20_000,
  saved_bytes: 80_000,
  saved_ratio: 0.8,
  price_per_gb: null,
  saved_money: null,
  projected_saved_bytes_per_month: 57_600_000,
  by_service: [{ service: "checkout", received_bytes: 100_000, kept_bytes: 20_000 }],
};

export interface RecordedAsk {
  readonly of: keyof AdminSources;
  readonly argument: unknown;
}

/** @param asks every call with an argument is appended here */
export function adminSources(overrides: Partial<AdminSources> = {}, asks: RecordedAsk[] = []): AdminSources {
  const remember = <Result>(of: keyof AdminSources, argument: unknown, result: Result): Result => {
    asks.push({ of, argument });
    return result;
  };
  return {
    version: () => ({ version: "1.2.3", node: "20.20.0" }),
    ready: () => ({ ready: true, waiting_for: [] }),
    components: () => [{ id: "queue", state: "ok" }],
    stats: () => STATS_OF_TEST,
    savings: () => SAVINGS,
    patterns: (query) => remember("patterns", query, { items: [PATTERN_ROW], next: "c2" }),
    pattern: (id) => remember("pattern", id, id === PATTERN_ID_OF_TEST ? PATTERN : undefined),
    services: (query) => remember("services", query, { items: [SERVICE_ROW], next: null }),
    service: (name) => remember("service", name, name === "checkout" ? SERVICE : undefined),
    servicePolicy: (service) =>
      remember("servicePolicy", service, {
        service,
        policy_version: "v1",
        mode: "enforce",
        refresh_seconds: 60,
        severity_probability: { info: 0.2, error: 1 },
        patterns: { [PATTERN_ID_OF_TEST]: { probability: 0.2, floor_per_minute: 1 } },
        rules: [RULE_OF_TEST],
      }),
    policy: () => ({
      version: "v1",
      parent: null,
      author: "user",
      created: START,
      expires: null,
      rules: [RULE_OF_TEST],
      patterns: { [PATTERN_ID_OF_TEST]: { template: "user <*> logged in", service: "checkout", severity: "info" } },
      aliases: {},
      baseline_bytes_per_second: { checkout: 340 },
      evidence: [],
    }),
    rules: () => [{ rule: RULE_OF_TEST, source: "policy" }],
    addRule: (rule) =>
      remember("addRule", rule, { kind: "changed", rule: { id: "rule-1", ...rule }, policyVersion: "v2" }),
    removeRule: (id) =>
      remember(
        "removeRule",
        id,
        id === RULE_OF_TEST.id ? { kind: "changed", rule: RULE_OF_TEST, policyVersion: "v2" } : { kind: "not_found" },
      ),
    bypasses: () => [{ service: null, until: LATER }],
    startBypass: (request) => remember("startBypass", request, { service: request.service ?? null, until: LATER }),
    endBypass: (service) => remember("endBypass", service, 1),
    explain: (input) =>
      remember("explain", input, {
        kind: "explained",
        items: [
          {
            pattern: PATTERN_ID_OF_TEST,
            template: "user <*> logged in",
            masked: "user <*> logged in",
            aliases: ["1LmNoPqRsTuV"],
            known: true,
            service: "checkout",
            severity: "info",
            tokens: [
              { text: "user", mask: null },
              { text: "42", mask: "number" },
            ],
            steps: [{ step: "sampled", matched: true, rule: null, because: "Nothing before it matched" }],
            keep: true,
            reason: "sampled",
            probability: 0.2,
            weight: 5,
            policy_version: "v1",
          },
        ],
      }),
    config: () => ({ exporters: { posthog: { api_key: "[redacted]" } } }),
    reload: () => ({ reloaded: true, restart_required: [] }),
    ...overrides,
  };
}
