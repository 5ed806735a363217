/** The admin port of the live product: what it says agrees with what was sent, with what arrived, and with itself. */
import { describe, expect, it } from "vitest";
import type { ExplainTrace } from "../../../src/admin/shapes/explain.ts";
import type { Health } from "../../../src/admin/shapes/health.ts";
import type { Page } from "../../../src/admin/shapes/page.ts";
import type { PatternDetail, PatternRow } from "../../../src/admin/shapes/patterns.ts";
import type { ServiceDetail, ServicePolicy, ServiceRow } from "../../../src/admin/shapes/services.ts";
import type { Savings, Stats } from "../../../src/admin/shapes/stats.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import type { ApiAnswer, RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import type { Line } from "../../kit/product/steady-traffic.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";
import { applicationRows, patternOf, weightsOf } from "../../kit/sampling/kept-rows.ts";

const SECONDS = 30;
/** 90 lines a second: two services, five patterns. */
const PER_SECOND = 90;

function spoken(second: number): Line[] {
  return [
    ...lines(60, (i) => ({ service: "shop", body: `order ${second * 60 + i} accepted` })),
    ...lines(20, (i) => ({ service: "shop", body: `page ${second * 20 + i} rendered`, severityNumber: 5 })),
    ...lines(5, (i) => ({ service: "bank", body: `transfer ${second * 5 + i} booked` })),
    ...lines(4, (i) => ({ service: "bank", body: `transfer ${second * 4 + i} is slow`, severityNumber: 13 })),
    { service: "bank", body: `transfer ${second} failed`, severityNumber: 17 },
  ];
}

async function busyProduct(): Promise<RunningProduct> {
  const running = await productForTest({ set: ["sampling.budget={ keep_ratio: 0.2, price_per_gb: 0.25 }"] });
  await new SteadyTraffic(running).pass(SECONDS, spoken);
  await running.settled();
  return running;
}

describe("statistics", () => {
  it("agree with the ledger, with what was sent and with what arrived", async () => {
    const running = await busyProduct();
    const stats = await running.read<Stats>("/api/v1/stats");
    const { error, received, sampledOut, ...rest } = running.ledger();
    const standin = running.standin.stats();

    expect(stats.ledger).toEqual({ ...rest, received, error, sampled_out: sampledOut });
    expect(stats).toMatchObject({
      version: "test",
      mode: "enforce",
      bypasses: [],
      patterns: { active: 5, created: 5, evicted: 0 },
    });
    expect(received).toBe(SECONDS * PER_SECOND);
    expect(stats.bytes).toEqual({
      received: running.product.parts.telemetry.bytesReceivedTotal,
      exported: standin.bytes.billed,
    });
    expect(sum(Object.values(stats.kept))).toBe(standin.records.stored);
    expect(stats.kept).toMatchObject({ error: SECONDS, bypass: 0, observe: 0 });
    expect(stats.exporters).toMatchObject([{ id: "posthog", mode: "sending", consecutive_failures: 0, in_flight: 0 }]);
    expect(stats.queue).toMatchObject({ records: 0, bytes: 0, oldest_age_seconds: 0 });
    expect(stats.budget.bytes_per_second).toBeGreaterThan(0);
  });

  it("are the same numbers as metrics, under the names that dashboards rely on", async () => {
    const running = await busyProduct();
    const metrics = await running.metrics();
    const value = (name: string): number => sum((metrics.get(`lipservice_${name}`)?.samples ?? []).map((s) => s.value));
    const stats = await running.read<Stats>("/api/v1/stats");

    expect(METRICS.filter((name) => !metrics.has(`lipservice_${name}`))).toEqual([]);
    expect([...metrics.keys()].filter((name) => /^(process|nodejs)_/.test(name)).length).toBeGreaterThan(10);
    expect(value("records_received_total")).toBe(stats.ledger.received);
    expect(value("records_forwarded_total")).toBe(stats.ledger.forwarded);
    expect(value("records_kept_total")).toBe(sum(Object.values(stats.kept)));
    expect(value("records_held")).toBe(stats.ledger.held);
    expect(value("ledger_error_records")).toBe(0);
    expect(value("bytes_received_total")).toBe(stats.bytes.received);
    expect(value("bytes_exported_total")).toBe(stats.bytes.exported);
    expect(value("export_records_total")).toBe(stats.ledger.forwarded);
    const services = metrics.get("lipservice_service_records_total")?.samples ?? [];
    const received = services.filter(({ labels }) => labels["outcome"] === "received");
    expect(Object.fromEntries(received.map((s) => [s.labels["service"], s.value]))).toMatchObject({
      shop: SECONDS * 80,
      bank: SECONDS * 10,
    });
  });

  it("of savings add up over the services and cost what the price says", async () => {
    const running = await busyProduct();
    const savings = await running.read<Savings>("/api/v1/savings");

    expect(savings.saved_bytes).toBe(savings.received_bytes - savings.kept_bytes);
    expect(savings.saved_ratio).toBeCloseTo(savings.saved_bytes / savings.received_bytes, 9);
    expect(savings.saved_ratio).toBeGreaterThan(0.3);
    expect(savings.saved_money).toBeCloseTo((savings.saved_bytes / 1e9) * 0.25, 12);
    expect(savings.by_service.map(({ service }) => service).sort()).toEqual(["bank", "shop"]);
    expect(Math.abs(sum(savings.by_service.map(({ kept_bytes }) => kept_bytes)) - savings.kept_bytes)).toBeLessThan(3);
  });

  it("are streamed", async () => {
    const running = await productForTest();
    const response = await fetch(`${running.admin}/api/v1/stats/stream`);
    const reader = response.body?.getReader();
    let text = "";
    while (!text.includes("\n\n")) text += new TextDecoder().decode((await reader?.read())?.value);
    await reader?.cancel();

    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const data = text.split("\n").find((line) => line.startsWith("data: ")) ?? "";
    expect(JSON.parse(data.slice("data: ".length))).toMatchObject({ version: "test", ledger: { error: 0 } });
  });
});

describe("patterns", () => {
  it("are listed with counts that add up, in order, page by page, by service, severity and words", async () => {
    const running = await busyProduct();
    const list = (query: string): Promise<Page<PatternRow>> => running.read(`/api/v1/patterns?${query}`);
    const all = (await list("sort=records")).items;

    expect(all.map(({ records }) => records)).toEqual([60, 20, 5, 4, 1].map((count) => count * SECONDS));
    expect(all.map(({ template, service, severity }) => [template, service, severity])).toEqual([
      ["order <num> accepted", "shop", "info"],
      ["page <num> rendered", "shop", "debug"],
      ["transfer <num> booked", "bank", "info"],
      ["transfer <num> is slow", "bank", "warn"],
      ["transfer <num> failed", "bank", "error"],
    ]);
    expect(all.at(-1)).toMatchObject({ kept: SECONDS, probability: 1, reason: "error", rule: null });
    const rows = applicationRows(running.standin.rows());
    for (const { id, kept } of all) {
      const counted = rows.filter((row) => patternOf(row) === id && row.attributes["lipservice.weight"] !== "0.0");
      expect(counted).toHaveLength(kept);
    }
    expect((await list("service=bank")).items).toHaveLength(3);
    expect((await list("severity=warn")).items).toHaveLength(1);
    expect((await list("search=transfer")).items).toHaveLength(3);
    const first = await list("sort=records&limit=3");
    const second = await list(`sort=records&limit=3&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(second.next).toBeNull();
  });

  it("are shown one by one with what decides, and not found under another id", async () => {
    const running = await busyProduct();
    const [order] = (await running.read<Page<PatternRow>>("/api/v1/patterns?search=order")).items;
    const detail = await running.read<PatternDetail>(`/api/v1/patterns/${order?.id}`);
    expect(detail).toMatchObject({ id: order?.id, template: "order <num> accepted", aliases: [] });
    const told = weightsOf(running.standin.rows(), detail.id);
    expect(detail.weighted_records / told.sum).toBeCloseTo(1, 9);
    expect(detail.weighted_records_plus_minus / told.plusMinus).toBeCloseTo(1, 5);
    expect(detail.because.length).toBeGreaterThan(1);
    expect(await running.api("GET", "/api/v1/patterns/1AAAAAAAAAAA")).toMatchObject({ status: 404 });
  });
});

describe("services", () => {
  it("are listed and shown, with the policy that an SDK samples by", async () => {
    const running = await busyProduct();
    const { items } = await running.read<Page<ServiceRow>>("/api/v1/services");
    const bank = await running.read<ServiceDetail>("/api/v1/services/bank");
    const policy = await running.read<ServicePolicy>("/api/v1/policies/bank");

    expect(items.map(({ service, records, patterns }) => [service, records, patterns])).toEqual([
      ["shop", SECONDS * 80, 2],
      ["bank", SECONDS * 10, 3],
    ]);
    expect(bank).toMatchObject({ mode: "enforce", bypassed_until: null, errors_sampled: false });
    expect(policy).toMatchObject({ service: "bank", mode: "enforce", severity_probability: { error: 1, fatal: 1 } });
    expect(Object.keys(policy.patterns)).toHaveLength(3);
    expect((await running.api("GET", "/api/v1/services/nobody")).status).toBe(404);
    expect(await running.read("/api/v1/policies/nobody")).toMatchObject({ service: "nobody", patterns: {} });
  });
});

describe("explanations", () => {
  const explain = (running: RunningProduct, body: unknown): Promise<ApiAnswer> =>
    running.api("POST", "/api/v1/explain", body);
  const traceOf = (answer: ApiAnswer): ExplainTrace => {
    expect(answer.status, answer.text).toBe(200);
    const [trace] = JSON.parse(answer.text).items;
    return trace;
  };

  it("of a record in ndjson or OTLP/JSON name the pattern its rows carry and the step that decides, and change nothing", async () => {
    const running = await busyProduct();
    const before = await running.read<Stats>("/api/v1/stats");
    const known = traceOf(await explain(running, { body: "order 7 accepted", service: "shop", severity_text: "INFO" }));
    const record = { severityNumber: 9, body: { stringValue: "order 8 accepted" } };
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "shop" } }] };
    const otlp = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] };
    const asOtlp = traceOf(await explain(running, otlp));
    const failed = traceOf(
      await explain(running, { body: "transfer 1 failed", service: "bank", severity_text: "ERROR" }),
    );
    const novel = traceOf(await explain(running, { body: "the roof is on fire", service: "shop" }));
    const after = await running.read<Stats>("/api/v1/stats");

    const row = running.standin.rows().find(({ body }) => /^order \d+ accepted$/.test(body));
    expect(known).toMatchObject({ known: true, template: "order <num> accepted", service: "shop", severity: "info" });
    expect(known.pattern).toBe(row === undefined ? "" : patternOf(row));
    expect(known).toMatchObject({ reason: "sampled", keep: false });
    expect(known.probability).toBeGreaterThan(0);
    expect(known.probability * known.weight).toBeCloseTo(1, 9);
    expect(known.steps.map(({ step }) => step)).toEqual([
      "bypass",
      "rule",
      "error",
      "novel",
      "trace",
      "floor",
      "sampled",
    ]);
    expect(asOtlp).toMatchObject({ pattern: known.pattern, reason: "sampled" });
    expect(failed).toMatchObject({ known: true, reason: "error", probability: 1, weight: 1, keep: true });
    expect(novel).toMatchObject({ known: false, reason: "novel", probability: 1 });
    expect(after.ledger).toEqual(before.ledger);
    expect(after.patterns).toEqual(before.patterns);
  });

  it("name the rule that decides, and refuse what is no record", async () => {
    const running = await busyProduct();
    await running.api("POST", "/api/v1/policy/rules", {
      id: "no-pages",
      kind: "mute",
      match: { body_contains: "page" },
    });
    const muted = traceOf(await explain(running, { body: "page 7 rendered", service: "shop", severity_text: "DEBUG" }));

    expect(muted).toMatchObject({ reason: "muted", keep: false, probability: 0, weight: 0 });
    expect(muted.steps.at(-1)).toMatchObject({ step: "muted", matched: true, rule: "no-pages" });
    expect(await explain(running, { resourceLogs: [{ scopeLogs: [] }] })).toMatchObject({ status: 400 });
    expect(await explain(running, { nothing: 1 })).toMatchObject({ status: 400 });
  });
});

describe("health", () => {
  it("tells of every component; configuration is shown without its secrets", async () => {
    const running = await productForTest();
    const health = await running.read<Health>("/healthz");
    const config = await running.api("GET", "/api/v1/config");

    expect(health).toMatchObject({ status: "ok", ready: true, version: "test" });
    expect(health.components.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["queue", "posthog", "pipeline", "policy", "receiver/otlp/grpc", "receiver/otlp/http"]),
    );
    expect(await running.api("GET", "/readyz")).toMatchObject({ status: 200, json: { ready: true } });
    expect(await running.api("GET", "/livez")).toMatchObject({ status: 200 });
    expect(await running.api("GET", "/version")).toMatchObject({ status: 200, json: { version: "test" } });
    expect(config.text).toContain("[redacted]");
    expect(config.text).not.toContain(STANDIN_TOKEN);
    expect(await running.api("GET", "/openapi.json")).toMatchObject({ status: 200, json: { openapi: "3.1.0" } });
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** Names that stay, without their prefix. */
const METRICS = [
  "records_received_total",
  "records_recovered_total",
  "records_generated_total",
  "records_forwarded_total",
  "records_kept_total",
  "records_dropped_total",
  "records_rejected_total",
  "records_held",
  "records_queued",
  "ledger_error_records",
  "requests_refused_total",
  "requests_rejected_total",
  "bytes_received_total",
  "bytes_exported_total",
  "over_budget_bytes_total",
  "budget_bytes_per_second",
  "budget_state",
  "reserve_bytes",
  "errors_sampled",
  "service_records_total",
  "export_records_total",
  "export_requests_total",
  "export_retries_total",
  "queue_records",
  "queue_bytes",
  "queue_oldest_age_seconds",
  "patterns_active",
  "patterns_new_total",
  "patterns_evicted_total",
  "novelty_overflow_total",
  "context_ring_seconds",
  "anomalies_active",
  "policy_version",
  "policy_age_seconds",
  "policy_changes_total",
  "policy_refused_total",
  "recluster_duration_seconds",
  "event_loop_lag_seconds",
  "memory_pressure",
  "config_reloads_total",
];
