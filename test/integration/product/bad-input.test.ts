/** Bad input among good, through the whole product: it costs itself and nothing else, and every refusal is counted. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { otlpClient, sendAll } from "../../kit/otlp/otlp-client.ts";
import { ExportLogsServiceResponse } from "../../kit/otlp/otlp-schema.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { attribute, bytesField, nestedValue, requestOf, varint } from "../../kit/otlp/wire-builder.ts";
import { call, grpcSession } from "../../kit/product/grpc-post.ts";
import { send } from "../../kit/product/http-post.ts";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import { patternOf } from "../../kit/sampling/kept-rows.ts";
import { seededBytes } from "../../kit/seeded-bytes.ts";

const PROTOBUF = { "content-type": "application/x-protobuf" };
const JSON_TYPE = { "content-type": "application/json" };
const noise = seededBytes();

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function goodRequest(running: RunningProduct, first: number): Uint8Array {
  const time = running.clock.now().wallMs;
  const records = Array.from({ length: 10 }, (_, i) => ({
    time,
    body: `good line ${first + i}`,
    attributes: { number: first + i },
  }));
  return buildRequest([{ resource: { "service.name": "shop" }, records }]);
}

/** A counter of the given labels, summed over the others. */
async function counter(
  running: RunningProduct,
  name: string,
  labels: Readonly<Record<string, string>>,
): Promise<number> {
  const samples = (await running.metrics()).get(name)?.samples ?? [];
  return samples
    .filter((sample) => Object.entries(labels).every(([key, value]) => sample.labels[key] === value))
    .reduce((sum, { value }) => sum + value, 0);
}

function storedNumbers(running: RunningProduct): number[] {
  return running.standin
    .rows()
    .map((row) => Number(row.attributes["number"]))
    .sort((a, b) => a - b);
}

describe("malformed requests between good ones", () => {
  it("over HTTP are answered with what is wrong, counted by cause, and leave no trace in the ledger", async () => {
    const running = await productForTest();
    const good = goodRequest(running, 0);
    const url = `${running.http}/v1/logs`;
    const bad: [number, string, Parameters<typeof send>][] = [
      [400, "malformed", [url, { headers: PROTOBUF, body: good.subarray(0, good.length - 3) }]],
      [400, "malformed", [url, { headers: PROTOBUF, body: Uint8Array.from(bytesField(1, [0xff, 0xff, 0xff])) }]],
      [400, "malformed", [url, { headers: PROTOBUF, body: Uint8Array.from([0x0a, ...varint(2 ** 40)]) }]],
      [400, "malformed", [url, { headers: JSON_TYPE, body: '{"resourceLogs":[{"scopeLogs":' }]],
      [400, "malformed", [url, { headers: JSON_TYPE, body: "[".repeat(100_000) }]],
      [400, "bad_encoding", [url, { headers: { ...PROTOBUF, "content-encoding": "gzip" }, body: good }]],
      [
        400,
        "bad_encoding",
        [url, { headers: { ...PROTOBUF, "content-encoding": "gzip" }, body: gzipSync(good).subarray(0, -5) }],
      ],
      [415, "unsupported_encoding", [url, { headers: { ...PROTOBUF, "content-encoding": "br" }, body: good }]],
      [415, "unsupported_media_type", [url, { headers: { "content-type": "text/plain" }, body: good }]],
      [404, "not_found", [`${running.http}/v1/traces`, { headers: PROTOBUF, body: good }]],
      [405, "method_not_allowed", [url, { method: "GET" }]],
    ];
    for (const [index, [status, cause, request]] of bad.entries()) {
      const before = await counter(running, "lipservice_requests_rejected_total", { transport: "http", cause });
      const reply = await send(...request);
      expect([reply.status, cause, index]).toEqual([status, cause, index]);
      expect(await counter(running, "lipservice_requests_rejected_total", { transport: "http", cause })).toBe(
        before + 1,
      );
      expect((await send(url, { headers: PROTOBUF, body: goodRequest(running, index * 10) })).status).toBe(200);
    }
    const ledger = await running.settled();

    expect(ledger).toMatchObject({ received: bad.length * 10, rejected: 0, dropped: 0 });
    expect(storedNumbers(running)).toEqual(Array.from({ length: bad.length * 10 }, (_, number) => number));
  });

  it("over gRPC are answered with what is wrong and counted, the connection lives on", async () => {
    const running = await productForTest();
    const session = grpcSession(running.grpc);
    const bad: [number, Parameters<typeof call>[1]][] = [
      [3, { message: goodRequest(running, 0).subarray(0, 40) }],
      [3, { message: noise(2_000) }],
      [3, { message: goodRequest(running, 0), compressed: true, headers: { "grpc-encoding": "gzip" } }],
      [12, { message: goodRequest(running, 0), headers: { "grpc-encoding": "snappy" } }],
      [12, { message: new Uint8Array(0), path: "/opentelemetry.proto.collector.trace.v1.TraceService/Export" }],
    ];
    for (const [index, [code, request]] of bad.entries()) {
      expect((await call(session, request)).code).toBe(code);
      expect((await call(session, { message: goodRequest(running, index * 10) })).code).toBe(0);
    }
    await running.settled();

    expect(await counter(running, "lipservice_requests_rejected_total", { transport: "grpc" })).toBe(bad.length);
    expect(storedNumbers(running)).toEqual(Array.from({ length: bad.length * 10 }, (_, number) => number));
  });

  it("of random bytes never stop the process or spoil its books", async () => {
    const running = await productForTest();
    const session = grpcSession(running.grpc);
    for (let round = 0; round < 60; round++) {
      const good = Buffer.from(goodRequest(running, 0));
      // Wrong bytes in a right place: most such requests are damaged somewhere, a few are still valid.
      for (let i = 0; i < 4; i++)
        good[Math.floor((good.length * ((round * 7 + i * 13) % 97)) / 97)] = (round * 31 + i * 57) % 256;
      await send(`${running.http}/v1/logs`, { headers: PROTOBUF, body: good });
      await call(session, { message: good });
      await send(`${running.http}/v1/logs`, { headers: JSON_TYPE, body: noise(300) });
    }
    const before = await running.settled();
    expect(before.received).toBeGreaterThan(100);
    expect(before.rejected).toBeGreaterThan(10);
    await sendAll(running.targets, [goodRequest(running, 0), goodRequest(running, 10)]);
    const after = await running.settled();

    expect(after.received - before.received).toBe(20);
    expect((await running.api("GET", "/livez")).status).toBe(200);
  });
});

describe("bad records between good ones", () => {
  const good = (number: number): number[] => [
    ...bytesField(5, bytesField(1, `good line ${number}`)),
    ...numbered(number),
  ];
  const numbered = (number: number): number[] =>
    bytesField(6, bytesField(1, "number"), bytesField(2, [0x18, ...varint(number)]));
  const DAMAGED = [
    // A body longer than its record.
    [0x2a, 100, 1, 2],
    // A tag without its value.
    [0x09, 1, 2],
    // Group tags of another century.
    [0x0b, 0x0c],
    // 33 levels.
    bytesField(5, nestedValue(33, "array")),
    bytesField(5, nestedValue(40, "kvlist")),
  ];

  it.each(["http", "grpc"] as const)(
    "over %s cost themselves: a partial success counts them, their neighbours arrive",
    async (transport) => {
      const running = await productForTest();
      const records = DAMAGED.flatMap((damaged, index) => [good(2 * index), damaged, good(2 * index + 1)]);
      const request = requestOf(...records, [...bytesField(5, nestedValue(32, "array")), ...numbered(10)]);
      const response =
        transport === "http"
          ? (await send(`${running.http}/v1/logs`, { headers: PROTOBUF, body: request })).body
          : (await call(grpcSession(running.grpc), { message: request })).response;
      const ledger = await running.settled();

      const { partialSuccess } = ExportLogsServiceResponse.toObject(
        ExportLogsServiceResponse.decode(response ?? Buffer.alloc(0)),
        { longs: Number },
      );
      expect(partialSuccess).toMatchObject({ rejectedLogRecords: DAMAGED.length });
      expect(partialSuccess.errorMessage).not.toBe("");
      expect(ledger).toMatchObject({ received: 11 + DAMAGED.length, rejected: DAMAGED.length, forwarded: 11 });
      expect(storedNumbers(running)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(await counter(running, "lipservice_records_rejected_total", { reason: "malformed" })).toBe(3);
      expect(await counter(running, "lipservice_records_rejected_total", { reason: "too_deep" })).toBe(2);
    },
  );

  it("in OTLP/JSON are refused by field, their neighbours arrive", async () => {
    const running = await productForTest();
    const record = (number: number, more: object = {}): object => ({
      body: { stringValue: `good line ${number}` },
      attributes: [{ key: "number", value: { intValue: number } }],
      ...more,
    });
    const records = [
      record(0),
      record(100, { timeUnixNano: "yesterday" }),
      record(1),
      record(101, { traceId: 7 }),
      record(102, { severityNumber: "HIGH" }),
      record(2),
    ];
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: records }] }] });
    const reply = await send(`${running.http}/v1/logs`, { headers: JSON_TYPE, body });
    const ledger = await running.settled();

    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.body.toString())).toMatchObject({ partialSuccess: { rejectedLogRecords: "3" } });
    expect(ledger).toMatchObject({ received: 6, rejected: 3, forwarded: 3 });
    expect(storedNumbers(running)).toEqual([0, 1, 2]);
  });

  it("in OTLP/JSON are counted as in protobuf: what nests too deep, and what was no valid UTF-8", async () => {
    const running = await productForTest();
    const nested = (levels: number): string => `${'{"arrayValue":{"values":['.repeat(levels)}${"]}}".repeat(levels)}`;
    const texts = [
      `{"body":${nested(33)}}`,
      '{"body":{"stringValue":"bad \xff byte"},"severityText":"\xfe"}',
      '{"body":{"stringValue":"half of a pair \\ud83d"}}',
      '{"body":{"stringValue":"fine"}}',
    ];
    const resource = '{"attributes":[{"key":"a","value":{"stringValue":"\xff"}}]}';
    const body = `{"resourceLogs":[{"resource":${resource},"scopeLogs":[{"logRecords":[${texts.join(",")}]}]}]}`;
    const reply = await send(`${running.http}/v1/logs`, { headers: JSON_TYPE, body: Buffer.from(body, "latin1") });
    await running.settled();

    expect(JSON.parse(reply.body.toString())).toMatchObject({ partialSuccess: { rejectedLogRecords: "1" } });
    expect(await counter(running, "lipservice_records_rejected_total", { reason: "too_deep" })).toBe(1);
    expect(await counter(running, "lipservice_records_rejected_total", { reason: "invalid_field" })).toBe(0);
    expect(await counter(running, "lipservice_records_repaired_total", { kind: "utf8" })).toBe(3);
  });

  it("with invalid UTF-8 are repaired wherever it stands, and arrive", async () => {
    const running = await productForTest();
    const bad = [0x66, 0xff, 0x6f];
    const record = [
      ...bytesField(5, bytesField(1, bad)),
      ...bytesField(6, bytesField(1, bad), bytesField(2, bytesField(1, bad))),
      ...bytesField(3, bad),
      ...attribute(6, "fine", "✓"),
      ...numbered(0),
    ];
    const session = grpcSession(running.grpc);
    expect((await call(session, { message: requestOf(good(1), record, good(2)) })).code).toBe(0);
    await running.settled();

    expect(storedNumbers(running)).toEqual([0, 1, 2]);
    const row = running.standin.rows().find((known) => known.attributes["number"] === "0");
    expect(row?.body).toBe("f\ufffdo");
    expect(row?.attributes).toMatchObject({ "f\ufffdo": '"f\ufffdo"', fine: '"✓"' });
    expect(patternOf(row ?? running.standin.rows()[0]!)).toMatch(/^[\w-]{12}$/);
    expect(await counter(running, "lipservice_records_repaired_total", { kind: "utf8" })).toBe(1);
  });
});

describe("requests of 10 MB", () => {
  it("pass in pieces that the destination takes, a record too large for any request with its body cut, in flat memory", async () => {
    const running = await productForTest({ standin: { decode: false } });
    const time = running.clock.now().wallMs;
    const many = buildRequest([
      { records: Array.from({ length: 20 }, (_, i) => ({ time, body: `${i} ${"much ".repeat(100_000)}` })) },
    ]);
    const one = buildRequest([
      {
        records: [
          { time, body: "one ".repeat(2_500_000) },
          { time, body: "beside it" },
        ],
      },
    ]);
    expect(many.length).toBeGreaterThan(10_000_000);
    const clients = running.targets.map(otlpClient);
    const round = async (): Promise<void> => {
      for (const request of [many, one]) {
        for (const client of clients) expect(await client.send(request)).toMatchObject({ kind: "accepted" });
      }
      await running.settled();
    };
    await round();
    const settledBytes = await retainedBytes();
    await round();
    await round();
    const grownBytes = (await retainedBytes()) - settledBytes;
    const tooLarge = await send(`${running.http}/v1/logs`, { headers: PROTOBUF, body: new Uint8Array(65 * 2 ** 20) });

    const records = 3 * 2 * 22;
    expect(running.ledger()).toMatchObject({ received: records, rejected: 0, dropped: 0, forwarded: records });
    expect(await counter(running, "lipservice_records_repaired_total", { kind: "truncated" })).toBe(6);
    expect(tooLarge.status).toBe(413);
    // Not even one request's worth is kept of the second and third round.
    expect(grownBytes).toBeLessThan(many.length);
  });
});

/** What is referred to, in the heap and outside of it: the least of several collections, which free in the background. */
async function retainedBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 10; attempt++) {
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}
