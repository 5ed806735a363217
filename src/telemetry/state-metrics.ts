/** Metrics of the product's state (budget, patterns, anomalies, policy) and of the process. */
import { POLICY_AUTHORS } from "../model/policy.ts";
import type { MetricRow } from "./metric-row.ts";
import { samplesOfRecord } from "./metric-row.ts";

const MAX_VERSION_CHARACTERS = 64;

const BUDGET_METRICS: readonly MetricRow[] = [
  {
    name: "budget_bytes_per_second",
    kind: "gauge",
    help: "Allowance: billed bytes a second that may be kept now; +Inf without a budget",
    labels: [],
    read: ({ sources }) => sources.budget().bytesPerSecond,
  },
  {
    name: "budget_state",
    kind: "gauge",
    help: "1 for each state of the budget that applies now, else 0; several may apply",
    labels: ["state"],
    read: ({ sources }) =>
      Object.entries(sources.budget().states).map(([state, holds]) => ({ labels: { state }, value: holds ? 1 : 0 })),
  },
  {
    name: "reserve_bytes",
    kind: "gauge",
    help: "Reserve: granted bytes that are not spent, which pay first lines, context and bursts; 0 while the budget is in debt",
    labels: [],
    read: ({ sources }) => sources.budget().reserveBytes,
  },
  {
    name: "over_budget_bytes_total",
    kind: "counter",
    help: "Bytes that rules (pins) and bypasses kept regardless of the budget, by cause",
    labels: ["cause"],
    read: ({ sources }) => samplesOfRecord("cause", sources.budget().overBudgetBytes),
  },
  {
    name: "errors_sampled",
    kind: "gauge",
    help: "1 while ERROR records do not fit the ERROR lane and are sampled, else 0",
    labels: [],
    read: ({ sources }) => (sources.budget().errorsSampled ? 1 : 0),
  },
  {
    name: "context_ring_seconds",
    kind: "gauge",
    help: "Age of the oldest record in the context ring",
    labels: [],
    read: ({ sources }) => sources.budget().contextRingSeconds,
  },
];

const PATTERN_METRICS: readonly MetricRow[] = [
  {
    name: "patterns_active",
    kind: "gauge",
    help: "Live patterns: those with a record in about the last 15 minutes",
    labels: [],
    read: ({ sources }) => sources.patterns().active,
  },
  {
    name: "patterns_new_total",
    kind: "counter",
    help: "Patterns added to the table: new ones, and evicted ones that came back",
    labels: [],
    read: ({ sources }) => sources.patterns().created,
  },
  {
    name: "patterns_evicted_total",
    kind: "counter",
    help: "Patterns evicted from the table to make room for others",
    labels: [],
    read: ({ sources }) => sources.patterns().evicted,
  },
  {
    name: "patterns_coarse_scopes",
    kind: "gauge",
    help: "Pairs of service and severity class whose lines have no patterns; their new shapes are reported as a few coarse patterns",
    labels: [],
    read: ({ sources }) => sources.patterns().coarseScopes,
  },
  {
    name: "patterns_coarse_records_total",
    kind: "counter",
    help: "Records that were counted under a coarse pattern",
    labels: [],
    read: ({ sources }) => sources.patterns().coarseRecords,
  },
  {
    name: "patterns_collapsed_services",
    kind: "gauge",
    help: "Services with a pattern explosion: far more new patterns than their past predicts; their first lines beyond a share are sampled",
    labels: [],
    read: ({ sources }) => sources.patterns().collapsedServices,
  },
  {
    name: "patterns_recalled_total",
    kind: "counter",
    help: "Evicted patterns that came back, were recognised, and continued with their former rate",
    labels: [],
    read: ({ sources }) => sources.patterns().recalled,
  },
  {
    name: "services_overflow_total",
    kind: "counter",
    help: "Resources of services beyond max_services, which share the service other",
    labels: [],
    read: ({ sources }) => sources.patterns().servicesRefused,
  },
  {
    name: "novelty_overflow_total",
    kind: "counter",
    help: "First lines beyond the novelty allowance, which were sampled and weighted",
    labels: [],
    read: ({ sources }) => sources.patterns().noveltyOverflow,
  },
  {
    name: "anomalies_active",
    kind: "gauge",
    help: "Active anomalies, by kind",
    labels: ["kind"],
    read: ({ sources }) => samplesOfRecord("kind", sources.anomalies()),
  },
];

const POLICY_METRICS: readonly MetricRow[] = [
  {
    name: "policy_version",
    kind: "gauge",
    help: "Always 1; the label is the version of the policy in force",
    labels: ["version"],
    read: ({ sources }) => [{ labels: { version: versionLabel(sources.policy().version) }, value: 1 }],
  },
  {
    name: "policy_age_seconds",
    kind: "gauge",
    help: "Seconds since the policy came into force in this process",
    labels: [],
    read: ({ sources }) => sources.policy().ageSeconds,
  },
  {
    name: "policy_changes_total",
    kind: "counter",
    help: "Policy versions that came into force, by author",
    labels: ["author"],
    read: ({ sources }) => {
      const { changes } = sources.policy();
      return POLICY_AUTHORS.map((author) => ({ labels: { author }, value: changes[author] }));
    },
  },
  {
    name: "policy_refused_total",
    kind: "counter",
    help: "Proposed policies that were refused, by guardrail",
    labels: ["guardrail"],
    read: ({ sources }) => samplesOfRecord("guardrail", sources.policy().refused),
  },
  {
    name: "recluster_duration_seconds",
    kind: "gauge",
    help: "Duration of the last reclustering; 0 before the first",
    labels: [],
    read: ({ sources }) => sources.reclusterSeconds(),
  },
];

const PROCESS_METRICS: readonly MetricRow[] = [
  {
    name: "build_info",
    kind: "gauge",
    help: "Always 1; the labels are the versions of LipService and of Node",
    labels: ["version", "node"],
    read: ({ version }) => [{ labels: { version, node: process.versions.node }, value: 1 }],
  },
  {
    name: "event_loop_lag_seconds",
    kind: "gauge",
    help: "99th percentile of the event loop's delay in the last seconds",
    labels: [],
    read: ({ sources }) => sources.runtime().eventLoopLagSeconds,
  },
  {
    name: "memory_pressure",
    kind: "gauge",
    help: "Memory in use divided by the memory limit",
    labels: [],
    read: ({ sources }) => sources.runtime().memoryPressure,
  },
  {
    name: "config_reloads_total",
    kind: "counter",
    help: "Reloads of the configuration, by result; after a failed one the running configuration stays in force",
    labels: ["result"],
    read: ({ sources }) => {
      const { succeeded, failed } = sources.configReloads();
      return samplesOfRecord("result", { ok: succeeded, failed });
    },
  },
  {
    // The last row, so that it counts failures of all rows before it.
    name: "scrape_errors_total",
    kind: "counter",
    help: "Metrics that could not be read and were left out of a scrape",
    labels: [],
    read: ({ readErrors }) => readErrors,
  },
];

export const STATE_METRICS: readonly MetricRow[] = [
  ...BUDGET_METRICS,
  ...PATTERN_METRICS,
  ...POLICY_METRICS,
  ...PROCESS_METRICS,
];

/** A policy may come from a file or a URL: its version is cut and cleaned to be a label value. */
function versionLabel(version: string): string {
  return version.slice(0, MAX_VERSION_CHARACTERS).replace(/[^A-Za-z0-9._:+-]/g, "_");
}
