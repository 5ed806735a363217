/** Metrics of what the product knows and decides by: budget, patterns, anomalies, policy; and of the process itself. */
import { POLICY_AUTHORS } from "../model/policy.ts";
import type { MetricRow } from "./metric-row.ts";
import { samplesOfRecord } from "./metric-row.ts";

const MAX_VERSION_CHARACTERS = 64;

const BUDGET_METRICS: readonly MetricRow[] = [
  {
    name: "budget_bytes_per_second",
    kind: "gauge",
    help: "Bytes a second that may be kept now; +Inf without a budget",
    labels: [],
    read: ({ sources }) => sources.budget().bytesPerSecond,
  },
  {
    name: "budget_state",
    kind: "gauge",
    help: "1 for each state that holds now",
    labels: ["state"],
    read: ({ sources }) =>
      Object.entries(sources.budget().states).map(([state, holds]) => ({ labels: { state }, value: holds ? 1 : 0 })),
  },
  {
    name: "reserve_bytes",
    kind: "gauge",
    help: "Unspent allowance, which pays novelty, context and boosts; negative while a debt is paid back",
    labels: [],
    read: ({ sources }) => sources.budget().reserveBytes,
  },
  {
    name: "over_budget_bytes_total",
    kind: "counter",
    help: "Bytes kept beyond the budget because somebody asked for them",
    labels: ["cause"],
    read: ({ sources }) => samplesOfRecord("cause", sources.budget().overBudgetBytes),
  },
  {
    name: "errors_sampled",
    kind: "gauge",
    help: "1 while ERROR records do not fit their lane and are sampled",
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
    help: "Patterns in the table",
    labels: [],
    read: ({ sources }) => sources.patterns().active,
  },
  {
    name: "patterns_new_total",
    kind: "counter",
    help: "Patterns seen for the first time",
    labels: [],
    read: ({ sources }) => sources.patterns().created,
  },
  {
    name: "patterns_evicted_total",
    kind: "counter",
    help: "Patterns forgotten to make room for others",
    labels: [],
    read: ({ sources }) => sources.patterns().evicted,
  },
  {
    name: "patterns_coarse_scopes",
    kind: "gauge",
    help: "Services and severity classes whose lines have no patterns; their new shapes are reported as a few coarse ones",
    labels: [],
    read: ({ sources }) => sources.patterns().coarseScopes,
  },
  {
    name: "patterns_coarse_records_total",
    kind: "counter",
    help: "Records reported as a coarse pattern",
    labels: [],
    read: ({ sources }) => sources.patterns().coarseRecords,
  },
  {
    name: "patterns_collapsed_services",
    kind: "gauge",
    help: "Services that bring far more new patterns than their past lets expect; their first lines beyond a share are sampled",
    labels: [],
    read: ({ sources }) => sources.patterns().collapsedServices,
  },
  {
    name: "patterns_recalled_total",
    kind: "counter",
    help: "Patterns that came back after they were forgotten to make room, and went on where they had been",
    labels: [],
    read: ({ sources }) => sources.patterns().recalled,
  },
  {
    name: "services_overflow_total",
    kind: "counter",
    help: "Times that a resource named a service beyond max_services: such share the service other",
    labels: [],
    read: ({ sources }) => sources.patterns().servicesRefused,
  },
  {
    name: "novelty_overflow_total",
    kind: "counter",
    help: "First lines beyond the novelty allowance, which became a weighted sample",
    labels: [],
    read: ({ sources }) => sources.patterns().noveltyOverflow,
  },
  {
    name: "anomalies_active",
    kind: "gauge",
    help: "Anomalies under way",
    labels: ["kind"],
    read: ({ sources }) => samplesOfRecord("kind", sources.anomalies()),
  },
];

const POLICY_METRICS: readonly MetricRow[] = [
  {
    name: "policy_version",
    kind: "gauge",
    help: "Always 1; the label names the serving policy",
    labels: ["version"],
    read: ({ sources }) => [{ labels: { version: versionLabel(sources.policy().version) }, value: 1 }],
  },
  {
    name: "policy_age_seconds",
    kind: "gauge",
    help: "Seconds since the serving policy was written",
    labels: [],
    read: ({ sources }) => sources.policy().ageSeconds,
  },
  {
    name: "policy_changes_total",
    kind: "counter",
    help: "Policy versions that came to serve, by author",
    labels: ["author"],
    read: ({ sources }) => {
      const { changes } = sources.policy();
      return POLICY_AUTHORS.map((author) => ({ labels: { author }, value: changes[author] }));
    },
  },
  {
    name: "policy_refused_total",
    kind: "counter",
    help: "Proposed policies refused, by guardrail",
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
    help: "Always 1; the labels name the versions of the product and of Node",
    labels: ["version", "node"],
    read: ({ version }) => [{ labels: { version, node: process.versions.node }, value: 1 }],
  },
  {
    name: "event_loop_lag_seconds",
    kind: "gauge",
    help: "99th percentile of the event loop's delay over the last seconds",
    labels: [],
    read: ({ sources }) => sources.runtime().eventLoopLagSeconds,
  },
  {
    name: "memory_pressure",
    kind: "gauge",
    help: "Memory in use over the memory limit",
    labels: [],
    read: ({ sources }) => sources.runtime().memoryPressure,
  },
  {
    name: "config_reloads_total",
    kind: "counter",
    help: "Reloads of the configuration; a failed one kept the running configuration",
    labels: ["result"],
    read: ({ sources }) => {
      const { succeeded, failed } = sources.configReloads();
      return samplesOfRecord("result", { ok: succeeded, failed });
    },
  },
  {
    // Last of all: it counts what the rows before it could not tell.
    name: "scrape_errors_total",
    kind: "counter",
    help: "Metrics that could not be read at a scrape and were left out of it",
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

/** A policy may come from a file or a URL: its version is cut to what a label can bear. */
function versionLabel(version: string): string {
  return version.slice(0, MAX_VERSION_CHARACTERS).replace(/[^A-Za-z0-9._:+-]/g, "_");
}
