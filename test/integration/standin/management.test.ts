/** The management port: what a demo or a test in another process reads and sets. */
import { describe, expect, it } from "vitest";
import type { Standin } from "../../../tools/standin/standin.ts";
import { encodeLogsRequest, requestOf, stringAttribute } from "../../kit/otlp/otlp-message.ts";
import type { PostAnswer } from "../../kit/product/standin.ts";
import { post, standinForTest } from "../../kit/product/standin.ts";

async function call(standin: Standin, method: string, path: string, body?: unknown) {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  const response = await fetch(`${standin.managementUrl}${path}`, init);
  const text = await response.text();
  return { status: response.status, text, json: () => JSON.parse(text) };
}

function send(standin: Standin, service: string, ...bodies: string[]): Promise<PostAnswer> {
  const records = bodies.map((stringValue) => ({ body: { stringValue } }));
  return post(standin, encodeLogsRequest(requestOf(records, [stringAttribute("service.name", service)])));
}

describe("rows", () => {
  it("are read in pages, by service and by substring", async () => {
    const standin = await standinForTest();
    await send(standin, "cart", "one", "two", "three");
    await send(standin, "mail", "four");

    const first = (await call(standin, "GET", "/standin/rows?limit=2")).json();
    const rest = (await call(standin, "GET", `/standin/rows?after=${first.next}`)).json();
    const filtered = (await call(standin, "GET", "/standin/rows?service=cart&contains=t")).json();

    expect(first.items.map((row: { body: string }) => row.body)).toEqual(["one", "two"]);
    expect(rest.items.map((row: { body: string }) => row.body)).toEqual(["three", "four"]);
    expect(filtered.items.map((row: { body: string }) => row.body)).toEqual(["two", "three"]);
  });

  it("are the last ones only, while counts stay exact", async () => {
    const standin = await standinForTest({ maxRows: 2 });

    await send(standin, "cart", "one", "two", "three");

    expect(standin.rows().map((row) => [row.sequence, row.body])).toEqual([
      [1, "two"],
      [2, "three"],
    ]);
    expect(standin.stats().records.stored).toBe(3);
  });

  it("are bounded in bytes too", async () => {
    const standin = await standinForTest({ maxRowBytes: 250 });

    await send(standin, "cart", ...Array.from({ length: 20 }, (_, index) => `${index}`.padStart(80)));

    expect(standin.rows()).toHaveLength(2);
  });

  it("are shown to an observer as they are stored", async () => {
    const seen: string[] = [];
    const standin = await standinForTest({ maxRows: 1, onRow: (row) => seen.push(row.body) });

    await send(standin, "cart", "one", "two");

    expect(seen).toEqual(["one", "two"]);
  });

  it("are not kept when it only counts; every variant of a request is counted", async () => {
    const standin = await standinForTest({ decode: false });

    await send(standin, "cart", "one", "two");
    await post(standin, '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{},{}]}]}]}');

    expect(standin.rows()).toEqual([]);
    expect(standin.stats().records).toMatchObject({ accepted: 5, stored: 5 });
    expect((await post(standin, "no request")).status).toBe(400);
  });
});

describe("control", () => {
  it("sets, shows and clears faults", async () => {
    const standin = await standinForTest();
    const rules = [{ fault: { kind: "status", status: 503, retryAfter: { seconds: 1 } }, times: 2, probability: 1 }];

    expect((await call(standin, "PUT", "/standin/faults", rules)).status).toBe(200);
    expect((await call(standin, "GET", "/standin/faults")).json()).toEqual(rules);
    expect((await send(standin, "cart", "one")).status).toBe(503);
    await call(standin, "DELETE", "/standin/faults");

    expect((await send(standin, "cart", "one")).status).toBe(200);
  });

  it("refuses a misspelt fault and says what is wrong", async () => {
    const standin = await standinForTest();

    const answer = await call(standin, "PUT", "/standin/faults", [{ fault: { kind: "status", staus: 503 } }]);

    expect(answer.status).toBe(400);
    expect(answer.json().error).toMatch(/status/);
    expect((await call(standin, "GET", "/standin/faults")).json()).toEqual([]);
  });

  it("changes switches one by one", async () => {
    const standin = await standinForTest();

    await call(standin, "PATCH", "/standin/switches", { unknownTokens: "reject" });
    await call(standin, "PATCH", "/standin/switches", { projectTokens: ["phc_other"] });

    expect((await call(standin, "GET", "/standin/switches")).json()).toMatchObject({
      unknownTokens: "reject",
      projectTokens: ["phc_other"],
      quota: "ignore",
    });
    expect((await send(standin, "cart", "one")).status).toBe(401);
  });

  it("leaves and takes the capture port", async () => {
    const standin = await standinForTest();

    await call(standin, "PUT", "/standin/connections", "refuse");
    await expect(send(standin, "cart", "one")).rejects.toThrow();
    await call(standin, "PUT", "/standin/connections", "accept");

    expect((await send(standin, "cart", "one")).status).toBe(200);
  });

  it("forgets rows, counts and faults, and keeps switches", async () => {
    const standin = await standinForTest({ switches: { unknownTokens: "reject" } });
    await send(standin, "cart", "one");
    standin.setFaults([{ fault: { kind: "hang" } }]);

    await call(standin, "POST", "/standin/reset");
    await send(standin, "cart", "two");

    expect(standin.rows().map((row) => [row.sequence, row.body])).toEqual([[0, "two"]]);
    expect(standin.stats()).toMatchObject({ requests: { total: 1 }, records: { stored: 1 } });
    expect((await call(standin, "GET", "/standin/switches")).json().unknownTokens).toBe("reject");
  });
});

describe("probes and metrics", () => {
  it("answer while it runs", async () => {
    const standin = await standinForTest();
    await send(standin, "cart", "one");
    await post(standin, "", { headers: {} });

    for (const path of ["/", "/_readiness", "/_liveness"]) {
      expect((await call(standin, "GET", path)).status).toBe(200);
    }
    const { text } = await call(standin, "GET", "/metrics");
    expect(text).toContain('capture_logs_requests_rejected_total{reason="missing_token"} 1\n');
    expect(text).toContain("standin_records_stored_total 1\n");
    expect((await call(standin, "GET", "/other")).status).toBe(404);
  });
});
