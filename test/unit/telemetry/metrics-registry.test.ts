import { describe, expect, it } from "vitest";
import type { GaugeSources } from "../../../src/telemetry/gauge-sources.ts";
import { MetricsRegistry } from "../../../src/telemetry/metrics-registry.ts";
import { ProcessTelemetry } from "../../../src/telemetry/process-telemetry.ts";
import { restingSources } from "../../kit/gauge-sources.ts";
import type { MetricFamily } from "../../kit/prometheus-text.ts";
import { parsePrometheusText } from "../../kit/prometheus-text.ts";

/** Every metric that operators were promised, with its labels. */
const PROMISED: Readonly<Record<string, readonly string[]>> = {
  records_received_total: ["transport"],
  records_recovered_total: [],
  records_generated_total: [],
  records_forwarded_total: ["reason"],
  records_kept_total: ["reason"],
  records_dropped_total: ["reason", "severity"],
  records_rejected_total: ["reason"],
  records_held: [],
  records_queued: [],
  ledger_error_records: [],
  requests_refused_total: ["transport", "cause"],
  requests_rejected_total: ["transport", "cause"],
  bytes_received_total: [],
  bytes_exported_total: [],
  over_budget_bytes_total: ["cause"],
  budget_bytes_per_second: [],
  budget_state: ["state"],
  reserve_bytes: [],
  errors_sampled: [],
  service_records_total: ["service", "outcome"],
  export_records_total: ["exporter", "result"],
  export_requests_total: ["exporter", "code"],
  export_retries_total: ["exporter"],
  queue_records: [],
  queue_bytes: [],
  queue_oldest_age_seconds: [],
  patterns_active: [],
  patterns_new_total: [],
  patterns_evicted_total: [],
  patterns_coarse_scopes: [],
  patterns_coarse_records_total: [],
  patterns_collapsed_services: [],
  patterns_recalled_total: [],
  services_overflow_total: [],
  novelty_overflow_total: [],
  context_ring_seconds: [],
  anomalies_active: ["kind"],
  policy_version: ["version"],
  policy_age_seconds: [],
  policy_changes_total: ["author"],
  policy_refused_total: ["guardrail"],
  recluster_duration_seconds: [],
  event_loop_lag_seconds: [],
  memory_pressure: [],
  config_reloads_total: ["result"],
};

async function scrape(
  telemetry: ProcessTelemetry,
  overrides: Partial<GaugeSources> = {},
): Promise<Map<string, MetricFamily>> {
  const inputs = { telemetry, sources: restingSources(overrides), version: "1.2.3" };
  return parsePrometheusText(await new MetricsRegistry(inputs, { processMetrics: false }).text());
}

function sampleValue(
  families: Map<string, MetricFamily>,
  name: string,
  labels: Record<string, string> = {},
): number | undefined {
  const samples = families.get(`lipservice_${name}`)?.samples ?? [];
  return samples.find((sample) => JSON.stringify(sample.labels) === JSON.stringify(labels))?.value;
}

describe("MetricsRegistry", () => {
  it("holds every promised metric with exactly its labels", async () => {
    const telemetry = new ProcessTelemetry({ exporters: ["posthog"] });
    telemetry.exportRequest("posthog", "200");

    const families = await scrape(telemetry);

    for (const [name, labels] of Object.entries(PROMISED)) {
      const family = families.get(`lipservice_${name}`);
      expect(family, name).toBeDefined();
      expect(family?.type, name).toBe(name.endsWith("_total") ? "counter" : "gauge");
      expect(Object.keys(family?.samples[0]?.labels ?? {}).sort(), name).toEqual([...labels].sort());
    }
  });

  it("shows every combination that is known in advance as 0 before anything happened", async () => {
    const families = await scrape(new ProcessTelemetry({ exporters: ["posthog", "debug"] }));
    const samplesOf = (name: string): number => families.get(`lipservice_${name}`)?.samples.length ?? 0;

    expect(samplesOf("records_dropped_total")).toBe(7 * 7);
    expect(samplesOf("records_kept_total")).toBe(11);
    expect(samplesOf("requests_refused_total")).toBe(2 * 4);
    expect(samplesOf("requests_rejected_total")).toBe(2 * 11);
    expect(samplesOf("export_records_total")).toBe(2 * 3);
    expect(sampleValue(families, "export_retries_total", { exporter: "debug" })).toBe(0);
  });

  it("shows what was counted, call by call", async () => {
    const telemetry = new ProcessTelemetry({ exporters: ["posthog"] });
    telemetry.ledger.received("http", 7);
    telemetry.ledger.queued(5);
    telemetry.ledger.dropped("sampled_out", 13, 2);
    telemetry.requestRefused("grpc", "memory");
    telemetry.requestRejected("http", "internal");
    telemetry.bytesReceived(100);
    telemetry.bytesExported("posthog", 60);
    telemetry.bytesExported("debug", 1);
    telemetry.exportRequest("posthog", "503");
    telemetry.exportRecords("posthog", "rejected_by_destination", 4);
    telemetry.exportRetry("posthog");
    telemetry.recordsRepaired("utf8", 3);
    telemetry.serviceRecords("checkout", "kept", 9);

    const families = await scrape(telemetry);

    expect(sampleValue(families, "records_received_total", { transport: "http" })).toBe(7);
    expect(sampleValue(families, "records_queued")).toBe(5);
    expect(sampleValue(families, "records_dropped_total", { reason: "sampled_out", severity: "warn" })).toBe(2);
    expect(sampleValue(families, "ledger_error_records")).toBe(0);
    expect(sampleValue(families, "requests_refused_total", { transport: "grpc", cause: "memory" })).toBe(1);
    expect(sampleValue(families, "requests_rejected_total", { transport: "http", cause: "internal" })).toBe(1);
    expect(sampleValue(families, "bytes_received_total")).toBe(100);
    expect(sampleValue(families, "bytes_exported_total")).toBe(61);
    expect(sampleValue(families, "export_bytes_total", { exporter: "posthog" })).toBe(60);
    expect(sampleValue(families, "export_requests_total", { exporter: "posthog", code: "503" })).toBe(1);
    expect(
      sampleValue(families, "export_records_total", { exporter: "posthog", result: "rejected_by_destination" }),
    ).toBe(4);
    expect(sampleValue(families, "export_retries_total", { exporter: "posthog" })).toBe(1);
    expect(sampleValue(families, "records_repaired_total", { kind: "utf8" })).toBe(3);
    expect(sampleValue(families, "service_records_total", { service: "checkout", outcome: "kept" })).toBe(9);
    expect(sampleValue(families, "scrape_errors_total")).toBe(0);
  });

  it("reads sources at every scrape, and shows an unlimited budget as infinite", async () => {
    const active = { now: 1 };
    const inputs = {
      telemetry: new ProcessTelemetry({ exporters: [] }),
      sources: restingSources({
        patterns: () => ({ ...restingSources().patterns(), active: active.now }),
        budget: () => ({ ...restingSources().budget(), bytesPerSecond: Number.POSITIVE_INFINITY, errorsSampled: true }),
      }),
      version: "1",
    };
    const registry = new MetricsRegistry(inputs, { processMetrics: false });

    const first = parsePrometheusText(await registry.text());
    active.now = 2;
    const second = parsePrometheusText(await registry.text());

    expect(sampleValue(first, "patterns_active")).toBe(1);
    expect(sampleValue(second, "patterns_active")).toBe(2);
    expect(sampleValue(second, "budget_bytes_per_second")).toBe(Number.POSITIVE_INFINITY);
    expect(sampleValue(second, "errors_sampled")).toBe(1);
  });

  it("leaves out what a failing source cannot tell, counts it, and keeps everything else", async () => {
    const failing = {
      queue: () => {
        throw new Error("closed");
      },
    };

    const families = await scrape(new ProcessTelemetry({ exporters: [] }), failing);

    expect(families.get("lipservice_queue_bytes")?.samples).toEqual([]);
    expect(sampleValue(families, "scrape_errors_total")).toBe(4);
    expect(sampleValue(families, "patterns_active")).toBe(0);
  });

  it("names one policy version at a time, cut to what a label can bear", async () => {
    let version = "v1";
    const policy = () => ({ ...restingSources().policy(), version });
    const inputs = {
      telemetry: new ProcessTelemetry({ exporters: [] }),
      sources: restingSources({ policy }),
      version: "1",
    };
    const registry = new MetricsRegistry(inputs, { processMetrics: false });

    await registry.text();
    version = `x"\n${"y".repeat(100)}`;
    const families = parsePrometheusText(await registry.text());

    expect(families.get("lipservice_policy_version")?.samples.map(({ labels }) => labels["version"])).toEqual([
      `x__${"y".repeat(61)}`,
    ]);
  });

  it("stays below 2,000 series, however many services send", async () => {
    const telemetry = new ProcessTelemetry({ exporters: ["posthog"] });
    for (let index = 0; index < 10_000; index++) {
      telemetry.serviceRecords(`service-${index}"\\\n`, "received", 1);
      telemetry.exportRequest("posthog", String(index));
    }

    const inputs = { telemetry, sources: restingSources(), version: "1" };
    const families = parsePrometheusText(await new MetricsRegistry(inputs, { processMetrics: true }).text());

    const series = [...families.values()].reduce((sum, { samples }) => sum + samples.length, 0);
    expect(series).toBeLessThanOrEqual(2_000);
    expect(families.has("process_resident_memory_bytes")).toBe(true);
    const received = families
      .get("lipservice_service_records_total")!
      .samples.filter((s) => s.labels["outcome"] === "received");
    expect(received.reduce((sum, { value }) => sum + value, 0)).toBe(10_000);
  });

  it("bounds label values that a source brings", async () => {
    const anomalies = () => Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`kind${index}`, 1]));

    const families = await scrape(new ProcessTelemetry({ exporters: [] }), { anomalies });

    expect(families.get("lipservice_anomalies_active")?.samples).toHaveLength(33);
    expect(sampleValue(families, "anomalies_active", { kind: "other" })).toBe(68);
  });
});
