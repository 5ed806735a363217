/** The stand-in's edge against the contract of PostHog's capture-logs: routes, layers, encodings, sizes, answers. */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import { encodeLogsRequest, requestOf } from "../../kit/otlp/otlp-message.ts";
import { post, standinForTest } from "../../kit/product/standin.ts";
import { VirtualEnvironment } from "../../kit/virtual-environment.ts";

const LIMIT = 2 * 1024 * 1024;
const BEARER = { authorization: `Bearer ${STANDIN_TOKEN}` };

function requestBytes(body = "hello"): Uint8Array {
  return encodeLogsRequest(requestOf([{ body: { stringValue: body } }]));
}

/** A request of exactly `size` bytes. */
function requestOfSize(size: number): Uint8Array {
  const envelope = requestBytes("x".repeat(size - 1_000)).length - (size - 1_000);
  const request = requestBytes("x".repeat(size - envelope));
  expect(request.length).toBe(size);
  return request;
}

describe("an accepted request", () => {
  it("is answered 200 with an empty JSON object, though it was protobuf", async () => {
    const standin = await standinForTest();

    const answer = await post(standin, gzipSync(requestBytes()), {
      headers: { ...BEARER, "content-encoding": "gzip" },
    });

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.text).toBe("{}");
    expect(standin.rows().map((row) => row.body)).toEqual(["hello"]);
  });

  it("may come to either path, with a content type that lies", async () => {
    const standin = await standinForTest();

    for (const path of ["/v1/logs", "/i/v1/logs"]) {
      const answer = await post(standin, requestBytes(), {
        path,
        headers: { ...BEARER, "content-type": "application/json" },
      });
      expect(answer.status).toBe(200);
    }
    expect(standin.rows()).toHaveLength(2);
  });

  it.each([
    ["gzip", gzipSync(requestBytes())],
    ["deflate", deflateSync(requestBytes())],
    ["br", brotliCompressSync(requestBytes())],
    ["identity", requestBytes()],
  ])("may be encoded as %s", async (encoding, body) => {
    const standin = await standinForTest();

    const answer = await post(standin, body, { headers: { ...BEARER, "content-encoding": encoding } });

    expect(answer.status).toBe(200);
    expect(standin.rows()).toHaveLength(1);
  });

  it("is inflated by ?compression= without a header, and by gzip's magic without either", async () => {
    const standin = await standinForTest();

    for (const path of ["/i/v1/logs?compression=gzip-js", "/i/v1/logs?a=b&compression=gzip", "/i/v1/logs"]) {
      expect((await post(standin, gzipSync(requestBytes()), { path, headers: BEARER })).status).toBe(200);
    }
    expect(standin.rows()).toHaveLength(3);
  });

  it.each([
    ["no bytes", ""],
    ["an empty list", '{"resourceLogs":[]}'],
    ["empty scopes", '{"resourceLogs":[{"scopeLogs":[]}]}'],
  ])("that is empty (%s) produces nothing", async (_name, body) => {
    const standin = await standinForTest();

    const answer = await post(standin, body, { headers: BEARER });

    expect([answer.status, answer.text]).toEqual([200, "{}"]);
    expect(standin.stats().records.accepted).toBe(0);
    expect(standin.stats().bytes.billed).toBe(0);
  });
});

describe("sizes", () => {
  it("admit a body of exactly the limit", async () => {
    const standin = await standinForTest();

    expect((await post(standin, requestOfSize(LIMIT))).status).toBe(200);
  });

  it("refuse one byte more with 413 in plain text, before the token is looked at", async () => {
    const standin = await standinForTest();
    const body = requestOfSize(LIMIT + 1);

    const plain = await post(standin, body, { headers: {} });
    const compressed = await post(standin, gzipSync(body), { headers: { "content-encoding": "gzip" } });

    for (const answer of [plain, compressed]) {
      expect(answer.status).toBe(413);
      expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
    }
    expect(standin.stats().rejected.missing_token).toBe(0);
  });

  it("refuse a 3 MiB record with 413 and let it be read by its sender", async () => {
    const standin = await standinForTest();

    expect((await post(standin, requestBytes("x".repeat(3 * LIMIT)))).status).toBe(413);
    expect(standin.stats().requests.byStatus).toEqual({ "413": 1 });
  });

  it("are checked in JSON when gzip was only found by its magic, after the token", async () => {
    const standin = await standinForTest();
    const body = gzipSync(requestOfSize(LIMIT + 1));

    const answer = await post(standin, body);

    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text).error).toMatch(/^Decompressed request body exceeds limit \(\d+ > 2097152 bytes\)$/);
    expect((await post(standin, body, { headers: {} })).status).toBe(401);
  });

  it("of the message behind the edge answer 500 when compression does not save it", async () => {
    const standin = await standinForTest();
    const noise = Buffer.from(new VirtualEnvironment().randomBytes(1_400_000)).toString("base64");

    const answer = await post(standin, requestBytes(noise));
    const compressible = await post(standin, requestBytes("x".repeat(1_900_000)));

    expect([answer.status, answer.text]).toEqual([500, '{"error":"Internal server error"}']);
    expect(compressible.status).toBe(200);
  });
});

describe("bodies that cannot be read", () => {
  it("are 400 with both decoders' reasons", async () => {
    const standin = await standinForTest();

    const answer = await post(standin, "not a request");

    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).error).toMatch(/^Failed to decode JSON: .+ or Protobuf: .+$/);
  });

  it("are 400 when a string is not UTF-8, as prost decides", async () => {
    const standin = await standinForTest();
    const bytes = requestBytes("AAAA");
    bytes.fill(0xff, Buffer.from(bytes).indexOf("AAAA"), Buffer.from(bytes).indexOf("AAAA") + 1);

    expect((await post(standin, bytes)).status).toBe(400);
  });

  it("are 400 as text when the announced encoding is corrupt, and as JSON when only the magic said gzip", async () => {
    const standin = await standinForTest();
    const corrupt = gzipSync(requestBytes()).subarray(0, 20);

    const announced = await post(standin, corrupt, { headers: { ...BEARER, "content-encoding": "gzip" } });
    const found = await post(standin, corrupt);

    expect([announced.status, announced.headers.get("content-type")]).toEqual([400, "text/plain; charset=utf-8"]);
    expect(found.status).toBe(400);
    expect(JSON.parse(found.text).error).toMatch(/^Failed to decompress gzip request body: /);
  });

  it("are 400 as a whole for one record with a time beyond 2^63 - 1", async () => {
    const standin = await standinForTest();
    const records = Array.from({ length: 100 }, (_, index) => ({
      body: { stringValue: `line ${index}` },
      timeUnixNano: index === 57 ? "9223372036854775808" : "0",
    }));

    const answer = await post(standin, encodeLogsRequest(requestOf(records)));

    expect([answer.status, answer.text]).toEqual([400, '{"error":"Bad input format provided"}']);
    expect(standin.rows()).toEqual([]);
  });

  it("are 400 for one bad line among JSON Lines; all good lines are merged", async () => {
    const standin = await standinForTest();
    const line = (body: string) =>
      JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: body } }] }] }] });

    expect((await post(standin, `${line("one")}\nnot json\n`)).status).toBe(400);
    expect((await post(standin, `${line("one")}\n\n${line("two")}\n`)).status).toBe(200);
    expect(standin.rows().map((row) => row.body)).toEqual(["one", "two"]);
  });
});

describe("routes and methods", () => {
  it("are 404 and 405 without a body to parse", async () => {
    const standin = await standinForTest();

    const missing = await post(standin, requestBytes(), { path: "/v1/log" });
    const wrongMethod = await post(standin, "", { method: "GET", headers: BEARER });

    expect([missing.status, missing.text]).toEqual([404, ""]);
    expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "POST,OPTIONS"]);
  });

  it("refuse a query that names two tokens with 400, before the body is looked at", async () => {
    const standin = await standinForTest();

    const answer = await post(standin, requestBytes("x".repeat(3 * LIMIT)), { path: "/i/v1/logs?token=a&token=b" });

    expect([answer.status, answer.headers.get("content-type")]).toEqual([400, "text/plain; charset=utf-8"]);
  });

  it("refuse an unknown encoding with 415, name the known ones, and match them byte for byte", async () => {
    const standin = await standinForTest();

    for (const encoding of ["snappy", "GZIP"]) {
      const answer = await post(standin, requestBytes(), { headers: { ...BEARER, "content-encoding": encoding } });
      expect([answer.status, answer.text]).toEqual([415, ""]);
      expect(answer.headers.get("accept-encoding")).toMatch(/gzip,deflate,br$/);
    }
  });

  it("mirror what a browser asks for", async () => {
    const standin = await standinForTest();
    const origin = "https://shop.example";

    const preflight = await post(standin, "", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-headers": "authorization,x-own" },
    });
    const refused = await post(standin, "", { headers: { origin } });

    expect(preflight.status).toBe(200);
    expect(preflight.headers.get("access-control-allow-headers")).toBe("authorization,x-own");
    expect(preflight.headers.get("access-control-allow-methods")).toBe("GET,POST,OPTIONS");
    for (const answer of [preflight, refused]) {
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
      expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
    }
  });
});
