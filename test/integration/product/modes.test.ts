/** What stops dropping: observing, and bypasses through the API. */
import { describe, expect, it } from "vitest";
import type { Bypass } from "../../../src/admin/shapes/bypass.ts";
import type { Page } from "../../../src/admin/shapes/page.ts";
import type { Stats } from "../../../src/admin/shapes/stats.ts";
import type { Standin } from "../../../tools/standin/standin.ts";
import type { StoredRow } from "../../../tools/standin/stored-row.ts";
import { sendAll } from "../../kit/otlp/otlp-client.ts";
import type { PlainGroup, PlainRecord } from "../../kit/otlp/record-builder.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { productForTest } from "../../kit/product/product.ts";
import { RunningCommand } from "../../kit/product/running-command.ts";
import { post, standinForTest } from "../../kit/product/standin.ts";
import type { Line } from "../../kit/product/steady-traffic.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";
import { applicationRows, patternOf, weightOf } from "../../kit/sampling/kept-rows.ts";

/** Records of every shape that OTLP has, each numbered; together they are alike enough to be one pattern or many. */
function variedGroups(timeMs: number): PlainGroup[] {
  const varied: PlainRecord[] = [
    { body: "plain" },
    { body: "with a level", severityNumber: 13, severityText: "Warning" },
    { body: "a level as text", severityText: "debug" },
    { body: '{"level":"error","msg":"in json","nested":{"a":[1,2,{"b":null}]}}' },
    { body: { list: { level: "info", event: "structured", at: 7 } } },
    { body: ["a", 1, true, 2.5, null] },
    { body: 42 },
    { body: { double: 0.1 } },
    { body: true },
    { body: new Uint8Array([0, 255, 1, 254]) },
    { body: "" },
    {},
    { body: "späte Zeile: ✓ 雨 \u0000 \u{1f4a5}" },
    { body: `${"long ".repeat(4_000)}end` },
    { body: "traced", traceId: "5b8aa5a2d2c872e8321cf37308d69df2", spanId: "051581bf3cb55c13", flags: 1 },
    { body: "named", eventName: "session.end", observedTime: timeMs + 5 },
    { body: "dropped some", droppedAttributesCount: 9 },
    { body: "far\nfrom\none line\r\n\tat all" },
  ];
  const attributes = {
    text: "a=b",
    whole: 9_007_199_254_740_993n,
    fraction: -0.5,
    yes: true,
    bytes: new Uint8Array([1, 2, 3]),
    list: ["x", "y"],
    map: { list: { "deep.key": { list: { deeper: 1 } } } },
    empty: "",
  };
  const numbered = Array.from({ length: 360 }, (_, number): PlainRecord => {
    const record = varied[number % varied.length] ?? {};
    return { ...record, time: timeMs + number, attributes: { ...(number % 3 === 0 ? attributes : {}), number } };
  });
  return [
    {
      resource: { "service.name": "shop", "process.pid": 7, tags: ["a"] },
      resourceSchemaUrl: "https://opentelemetry.io/schemas/1.30.0",
      scope: { name: "app", version: "1.2", attributes: { "scope.key": "v" } },
      records: numbered.slice(0, 200),
    },
    { resource: {}, records: numbered.slice(200, 300) },
    { records: numbered.slice(300) },
  ];
}

/** The rows by number, without what every arrival gets anew. */
function comparable(rows: readonly StoredRow[]): Map<string, object> {
  return new Map(
    rows.map((row) => {
      const { sequence: _, uuid: __, observed_timestamp: ___, bytes_uncompressed: ____, attributes, ...rest } = row;
      const { "lipservice.pattern": _____, ...own } = attributes;
      return [attributes["number"] ?? "", { ...rest, attributes: own }];
    }),
  );
}

async function sentDirectly(request: Uint8Array): Promise<Standin> {
  const standin = await standinForTest();
  expect((await post(standin, request)).status).toBe(200);
  return standin;
}

describe("observe", () => {
  it("stores every record as if there were no sidecar, but for lipservice.pattern", async () => {
    const running = await productForTest();
    const request = buildRequest(variedGroups(running.clock.now().wallMs));
    const direct = await sentDirectly(request);
    await sendAll(running.targets, [request]);
    await running.settled();

    const rows = running.standin.rows();
    expect(rows).toHaveLength(360);
    expect(comparable(rows)).toEqual(comparable(direct.rows()));
    expect(rows.filter((row) => !/^[\w-]{12}$/.test(patternOf(row) ?? ""))).toEqual([]);
    const added = rows.flatMap((row) =>
      Object.keys(row.attributes).filter((key) => /^(lipservice|sampling)\./.test(key)),
    );
    expect(new Set(added)).toEqual(new Set(["lipservice.pattern"]));
    expect(await running.read<Stats>("/api/v1/stats")).toMatchObject({ mode: "observe", kept: { observe: 360 } });
  });

  it("holds for a single service while the others are sampled", async () => {
    const running = await productForTest({
      set: ["sampling.budget.keep_ratio=0.05", "sampling.services={ audit: { mode: observe } }"],
    });
    await new SteadyTraffic(running).pass(20, (second) => [
      ...lines(40, (i) => ({ service: "audit", body: `entry ${second * 40 + i} signed` })),
      ...lines(40, (i) => ({ service: "shop", body: `order ${second * 40 + i} signed` })),
    ]);
    await running.settled();

    const rows = applicationRows(running.standin.rows());
    const audited = rows.filter((row) => row.service_name === "audit");
    expect(audited).toHaveLength(800);
    expect(audited.filter((row) => weightOf(row) !== 1)).toEqual([]);
    expect(rows.length).toBeLessThan(800 + 400);
  });

  it("holds for all but a service with a budget of its own, which is sampled, told of, and held for context", async () => {
    const running = await productForTest({ set: ["sampling.services.shop.budget.keep_ratio=0.05"] });
    await new SteadyTraffic(running).pass(20, (second) =>
      ["audit", "shop"].flatMap((service) => lines(40, (i) => ({ service, body: `order ${second * 40 + i} signed` }))),
    );
    const during = await running.read<Stats>("/api/v1/stats");
    await running.settled();

    const rows = applicationRows(running.standin.rows());
    expect(rows.filter((row) => row.service_name === "audit")).toHaveLength(800);
    expect(rows.filter((row) => row.service_name === "shop").length).toBeLessThan(400);
    expect(during).toMatchObject({ mode: "observe", mode_exceptions: { shop: "enforce" } });
    expect(during.ledger.held).toBeGreaterThan(400);
  });
});

describe("lipservice run", () => {
  it("says at the start which services are sampled while the others are observed", async () => {
    const env = { POSTHOG_HOST: "http://127.0.0.1:9", POSTHOG_API_KEY: "phc_of_the_test" };
    const command = new RunningCommand(["sampling.services.web.budget.keep_ratio=0.1"], env);

    expect(await command.said("lipservice is ready")).toMatchObject({
      mode: "observe",
      mode_exceptions: "web: enforce",
    });
  });
});

describe("a bypass", () => {
  const spoken = (second: number): Line[] =>
    ["a", "b"].flatMap((service) =>
      lines(50, (i) => ({ service, body: `job ${second * 50 + i} done`, attributes: { second } })),
    );
  const rowsOf = (standin: Standin, service: string, from: number, to: number): StoredRow[] =>
    applicationRows(standin.rows()).filter((row) => {
      const second = Number(row.attributes["second"]);
      return row.service_name === service && second >= from && second < to;
    });

  it("of a service forwards all of it at weight 1, for the reason bypass and over the budget, until it ends", async () => {
    const running = await productForTest({ set: ["sampling.budget.keep_ratio=0.05"] });
    const traffic = new SteadyTraffic(running);
    await traffic.pass(10, spoken);
    expect((await running.api("POST", "/api/v1/bypass", { service: "a", for: "10m" })).status).toBe(201);
    await traffic.pass(20, spoken);
    const during = await running.read<Stats>("/api/v1/stats");
    expect(await running.read<Page<Bypass>>("/api/v1/bypass")).toMatchObject({ items: [{ service: "a" }] });
    expect(await running.api("DELETE", "/api/v1/bypass?service=a")).toMatchObject({ json: { ended: 1 } });
    await traffic.pass(20, spoken);
    await running.settled();

    expect(rowsOf(running.standin, "a", 0, 10).length).toBeLessThan(250);
    const bypassed = rowsOf(running.standin, "a", 10, 30);
    expect(bypassed).toHaveLength(1_000);
    expect(bypassed.filter((row) => weightOf(row) !== 1)).toEqual([]);
    expect(rowsOf(running.standin, "b", 10, 30).length).toBeLessThan(500);
    expect(rowsOf(running.standin, "a", 30, 50).length).toBeLessThan(500);
    expect(during.kept).toMatchObject({ bypass: 1_000 });
    const kept = bypassed.reduce((sum, row) => sum + Buffer.byteLength(row.body), 0);
    expect(during.budget.over_budget_bytes["bypass"]).toBeGreaterThan(kept);
    const metrics = await running.metrics();
    const causes = metrics.get("lipservice_over_budget_bytes_total")?.samples ?? [];
    expect(causes.find(({ labels }) => labels["cause"] === "bypass")?.value).toBe(
      during.budget.over_budget_bytes["bypass"],
    );
    const forwarded = metrics.get("lipservice_records_forwarded_total")?.samples ?? [];
    expect(forwarded.find(({ labels }) => labels["reason"] === "bypass")?.value).toBe(1_000);
  });

  it("of everything ends by itself when its time is over", async () => {
    const running = await productForTest({ set: ["sampling.budget.keep_ratio=0.05"] });
    const traffic = new SteadyTraffic(running);
    await traffic.pass(5, spoken);
    await running.api("POST", "/api/v1/bypass", { for: "60s" });
    await traffic.pass(10, spoken);
    running.clock.skip(60_000);
    await traffic.pass(20, spoken);
    await running.settled();

    for (const service of ["a", "b"]) {
      expect(rowsOf(running.standin, service, 5, 15)).toHaveLength(500);
      expect(rowsOf(running.standin, service, 15, 35).length).toBeLessThan(500);
    }
    expect(await running.read<Page<Bypass>>("/api/v1/bypass")).toMatchObject({ items: [] });
  });
});
