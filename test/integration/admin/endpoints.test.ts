import { afterEach, describe, expect, it } from "vitest";
import { answerSchemas } from "../../../src/admin/openapi/answer-schemas.ts";
import { routeTable } from "../../../src/admin/routes/route-table.ts";
import type { AdminPort, AdminPortOptions } from "../../kit/product/admin-port.ts";
import { startAdminPort } from "../../kit/product/admin-port.ts";
import type { RecordedAsk } from "../../kit/product/admin-sources.ts";
import { adminSources, PATTERN_ID_OF_TEST, RULE_OF_TEST } from "../../kit/product/admin-sources.ts";
import { parsePrometheusText } from "../../kit/prometheus-text.ts";

const ports: AdminPort[] = [];

afterEach(async () => {
  for (const port of ports.splice(0)) await port.stop();
});

async function start(options: AdminPortOptions = {}): Promise<AdminPort> {
  const port = await startAdminPort(options);
  ports.push(port);
  return port;
}

/** A request that succeeds on each route of the table. */
const EXAMPLES: Readonly<Record<string, { readonly path?: string; readonly json?: unknown }>> = {
  "GET /api/v1/patterns/{id}": { path: `/api/v1/patterns/${PATTERN_ID_OF_TEST}` },
  "GET /api/v1/services/{id}": { path: "/api/v1/services/checkout" },
  "GET /api/v1/policies/{service_name}": { path: "/api/v1/policies/any%20service" },
  "POST /api/v1/policy/rules": { json: { match: { service: "payments" }, kind: "pin" } },
  "DELETE /api/v1/policy/rules/{id}": { path: `/api/v1/policy/rules/${RULE_OF_TEST.id}` },
  "POST /api/v1/bypass": { json: { for: "30m" } },
  "POST /api/v1/explain": { json: { body: "user 42 logged in" } },
  "POST /api/v1/reload": { json: {} },
};

describe("every route of the admin API", () => {
  const schemas = answerSchemas();

  it.each(routeTable(() => 0).map((route) => [`${route.method} ${route.path}`, route] as const))(
    "%s answers what its schema says",
    async (name, route) => {
      const admin = await start();
      const { path = route.path, json } = EXAMPLES[name] ?? {};

      const answer = await admin.send(route.method, path, json === undefined ? {} : { json });

      expect(answer.status, answer.text).toBe(route.created ?? 200);
      expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
      expect(schemas[route.answers]?.safeParse(answer.json)).toMatchObject({ success: true });
    },
  );

  it.each(["GET /livez", "GET /api/v1/stats", "GET /metrics", "GET /nowhere"])(
    "%s is not cached, framed, sniffed or shared with other sites",
    async (name) => {
      const admin = await start();
      const [method = "", path = ""] = name.split(" ");

      const { headers } = await admin.send(method, path, { headers: { origin: "https://attacker.example" } });

      expect(headers["content-security-policy"]).toBe("default-src 'none'; frame-ancestors 'none'");
      expect(headers["x-content-type-options"]).toBe("nosniff");
      expect(headers["cache-control"]).toBe("no-store");
      expect(Object.keys(headers).filter((header) => header.startsWith("access-control"))).toEqual([]);
      expect(headers["x-powered-by"]).toBeUndefined();
    },
  );
});

describe("probes", () => {
  it("/readyz answers 503 with what is missing, while /livez and /healthz answer 200", async () => {
    const admin = await start({
      sources: {
        ready: () => ({ ready: false, waiting_for: ["The queue's store is not open yet"] }),
        components: () => [
          { id: "queue", state: "ok" },
          { id: "policy", state: "degraded", message: "The policy's path cannot be written" },
        ],
      },
    });

    const [ready, live, health] = await Promise.all(
      ["/readyz", "/livez", "/healthz"].map((path) => admin.send("GET", path)),
    );

    expect([ready?.status, ready?.json]).toEqual([
      503,
      { ready: false, waiting_for: ["The queue's store is not open yet"] },
    ]);
    expect(live?.status).toBe(200);
    expect(health?.status).toBe(200);
    expect(health?.json).toMatchObject({ status: "degraded", ready: false, components: [{}, { id: "policy" }] });
  });

  it("/healthz says failing when any component does, and tells the uptime", async () => {
    const admin = await start({
      sources: {
        components: () => ["degraded", "failing"].map((state, id) => ({ id: `c${id}`, state: state as "ok" })),
      },
    });
    admin.environment.advance(61_000);

    const { json } = await admin.send("GET", "/health");

    expect(json).toMatchObject({ status: "failing", uptime_seconds: 61 });
  });

  it("answer HEAD without a body", async () => {
    const admin = await start();

    expect(await admin.send("HEAD", "/readyz")).toMatchObject({ status: 200, text: "" });
  });
});

describe("/metrics", () => {
  it("serves valid Prometheus text of the process as it is now", async () => {
    const admin = await start();
    admin.telemetry.ledger.received("grpc", 3);

    const { status, headers, text } = await admin.send("GET", "/metrics");

    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    const family = parsePrometheusText(text).get("lipservice_records_received_total");
    expect(family?.samples[0]).toEqual({ name: family?.name, labels: { transport: "grpc" }, value: 3 });
  });
});

describe("/openapi.json", () => {
  it("documents every route", async () => {
    const admin = await start();

    const { json } = await admin.send("GET", "/openapi.json");

    const { paths } = json as { paths: Record<string, Record<string, unknown>> };
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const rows = routeTable(() => 0).map(({ method, path }) => `${method} ${path}`);
    const texts = ["/metrics", "/api/v1/stats/stream", "/openapi.json"].map((path) => `GET ${path}`);
    expect(documented.sort()).toEqual([...rows, ...texts].sort());
  });
});

describe("what handlers are asked", () => {
  it("patterns: defaults, and every parameter", async () => {
    const asks: RecordedAsk[] = [];
    const admin = await start({ sources: adminSources({}, asks) });

    await admin.send("GET", "/api/v1/patterns");
    await admin.send(
      "GET",
      "/api/v1/patterns?limit=5&cursor=c2&sort=id&service=a%2Fb&severity=error&search=logged%20in",
    );

    expect(asks.map(({ argument }) => argument)).toEqual([
      { limit: 100, sort: "records_per_second" },
      { limit: 5, cursor: "c2", sort: "id", service: "a/b", severity: "error", search: "logged in" },
    ]);
  });

  it("names in paths, percent-decoded, slashes and all", async () => {
    const asks: RecordedAsk[] = [];
    const admin = await start({ sources: adminSources({}, asks) });

    await admin.send("GET", "/api/v1/policies/team%2Fcheckout%20%F0%9F%8E%89");

    expect(asks).toEqual([{ of: "servicePolicy", argument: "team/checkout 🎉" }]);
  });

  it("bypass: the duration in milliseconds, for one service or all", async () => {
    const asks: RecordedAsk[] = [];
    const admin = await start({ sources: adminSources({}, asks) });

    await admin.send("POST", "/api/v1/bypass", { json: { service: "checkout", for: "30m" } });
    await admin.send("POST", "/api/v1/bypass", { json: { for: "90s" } });
    await admin.send("DELETE", "/api/v1/bypass?service=checkout");
    await admin.send("DELETE", "/api/v1/bypass");

    expect(asks.map(({ argument }) => argument)).toEqual([
      { service: "checkout", durationMs: 1_800_000 },
      { durationMs: 90_000 },
      "checkout",
      undefined,
    ]);
  });

  it("explain: an OTLP request whole, or the fields of a record that count", async () => {
    const asks: RecordedAsk[] = [];
    const admin = await start({ sources: adminSources({}, asks) });
    const request = { resourceLogs: [{ scopeLogs: [] }], somethingElse: 1 };

    await admin.send("POST", "/api/v1/explain", { json: request });
    await admin.send("POST", "/api/v1/explain", { json: { body: "x", service: "a", other: true } });

    expect(asks.map(({ argument }) => argument)).toEqual([
      { format: "otlp-json", request },
      { format: "ndjson", record: { body: "x", service: "a" } },
    ]);
  });
});

describe("policies of a service", () => {
  it("answers 304 without a body to whoever has this version", async () => {
    const admin = await start();
    const path = "/api/v1/policies/checkout";

    const first = await admin.send("GET", path);
    const tag = first.headers.etag ?? "";
    const second = await admin.send("GET", path, { headers: { "if-none-match": `"v0", W/${tag}` } });
    const other = await admin.send("GET", path, { headers: { "if-none-match": '"v0"' } });

    expect(tag).toBe('"v1"');
    expect([second.status, second.text, second.headers.etag]).toEqual([304, "", tag]);
    expect(other.status).toBe(200);
  });
});

describe("refusals", () => {
  it.each([
    ["GET", "/api/v1/patterns/unknown-id--", {}, 404, "not_found"],
    ["GET", "/api/v1/patterns/..%2F..%2Fetc", {}, 404, "not_found"],
    ["GET", "/api/v1/services/nobody", {}, 404, "not_found"],
    ["DELETE", "/api/v1/policy/rules/nobody", {}, 404, "not_found"],
    ["GET", "/api/v1/nothing", {}, 404, "not_found"],
    ["GET", "/", {}, 404, "not_found"],
    ["PUT", "/api/v1/policy/rules", {}, 405, "method_not_allowed"],
    ["OPTIONS", "/api/v1/bypass", {}, 405, "method_not_allowed"],
    ["POST", "/metrics", { json: {} }, 405, "method_not_allowed"],
    ["GET", "/api/v1/patterns?limit=0", {}, 400, "invalid_request"],
    ["GET", "/api/v1/patterns?limit=1001", {}, 400, "invalid_request"],
    ["GET", "/api/v1/patterns?limit=1&limit=2", {}, 400, "invalid_request"],
    ["GET", "/api/v1/patterns?sort=template", {}, 400, "invalid_request"],
    ["GET", "/api/v1/patterns?surprise=1", {}, 400, "invalid_request"],
    ["GET", "/api/v1/services/%ZZ", {}, 400, "invalid_request"],
    ["POST", "/api/v1/bypass", { json: {} }, 400, "invalid_request"],
    ["POST", "/api/v1/bypass", { json: { for: "25h" } }, 400, "invalid_request"],
    ["POST", "/api/v1/bypass", { json: { for: 30 } }, 400, "invalid_request"],
    ["POST", "/api/v1/explain", { json: [] }, 400, "invalid_request"],
    ["POST", "/api/v1/explain", { json: { body: 1 } }, 400, "invalid_request"],
    ["POST", "/api/v1/policy/rules", { json: { match: {}, kind: "floor" } }, 400, "invalid_request"],
    ["POST", "/api/v1/policy/rules", { json: { match: {}, kind: "pin", value: 1 } }, 400, "invalid_request"],
  ] as const)("%s %s with %j is %i %s", async (method, path, options, status, code) => {
    const admin = await start();

    const answer = await admin.send(method, path, options);

    expect([answer.status, answer.json]).toEqual([status, { error: { code, message: expect.any(String) } }]);
    expect((answer.json as { error: { message: string } }).error.message).toMatch(/^[^.]\S.*[^.]$/);
  });

  it("names the methods that a path takes", async () => {
    const admin = await start();

    expect((await admin.send("PATCH", "/api/v1/policy/rules")).headers["allow"]).toBe("GET, HEAD, POST");
    expect((await admin.send("GET", "/api/v1/policy/rules/x?y=1")).headers["allow"]).toBe("DELETE");
  });

  it("passes on why a rule or a reload was refused", async () => {
    const admin = await start({
      sources: {
        addRule: () => ({ kind: "conflict", message: "A rule of that id exists" }),
        removeRule: () => ({ kind: "refused", message: "The policy cannot be written" }),
        reload: () => ({ reloaded: false, errors: ["3:5 sampling.mode is wrong", "4:1 queue is wrong"] }),
      },
    });

    const added = await admin.send("POST", "/api/v1/policy/rules", { json: { match: {}, kind: "mute" } });
    const removed = await admin.send("DELETE", "/api/v1/policy/rules/a");
    const reloaded = await admin.send("POST", "/api/v1/reload", { json: {} });

    expect([added.status, removed.status, reloaded.status]).toEqual([409, 422, 422]);
    expect(reloaded.text).toContain("3:5 sampling.mode is wrong; 4:1 queue is wrong");
  });

  it("says nothing of what went wrong inside, and logs it", async () => {
    const admin = await start({
      sources: {
        savings: () => Promise.reject(new Error("canary-secret")),
        stats: () => {
          throw new Error("canary-secret");
        },
      },
    });

    const answers = await Promise.all(["/api/v1/savings", "/api/v1/stats"].map((path) => admin.send("GET", path)));

    for (const { status, json } of answers) {
      expect([status, json]).toEqual([
        500,
        { error: { code: "internal", message: "The request failed; the log says why" } },
      ]);
    }
    expect(admin.logger.lines.filter(({ level }) => level === "error").map(({ fields }) => fields["route"])).toEqual(
      expect.arrayContaining(["/api/v1/savings", "/api/v1/stats"]),
    );
  });
});
