/** What must not hurt the HTTP receiver: slow, half, endless, exploding and countless requests. */
import { Agent } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { RawConnection, send } from "../../kit/product/http-post.ts";
import type { ReceiverRig } from "../../kit/product/receiver-rig.ts";
import { RIG_MAX_REQUEST_BYTES, receiversForTest } from "../../kit/product/receiver-rig.ts";
import { requestOfSize, TWO_RECORDS, TWO_RECORDS_JSON } from "./conformance/requests.ts";

const PB = { "content-type": "application/x-protobuf" };
const GZIP_PB = { ...PB, "content-encoding": "gzip" };
const HEAD = "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\n";
/** Short enough to wait for, long enough to be distinguished from "at once". */
const SHORT_TIMEOUTS = { headersTimeoutMs: 600, requestTimeoutMs: 1_000, timeoutCheckIntervalMs: 50 };

function connectTo(rig: ReceiverRig): RawConnection {
  return new RawConnection(rig.httpAddress.host, rig.httpAddress.port);
}

function urlOf(rig: ReceiverRig): string {
  return `http://127.0.0.1:${rig.httpAddress.port}/v1/logs`;
}

/** The last thing every test asserts: a good client is served, and nothing stayed reserved. */
async function expectHealthy(rig: ReceiverRig): Promise<void> {
  rig.consumer.forget();
  const reply = await send(urlOf(rig), { headers: PB, body: TWO_RECORDS });
  expect(reply.status).toBe(200);
  expect(rig.consumer.records).toBe(2);
  expect(rig.admission.inFlightBytes).toBe(0);
  expect(rig.admission.inFlightRequests).toBe(0);
}

describe("slow and silent peers", () => {
  it("closes a connection that says nothing, with 408 and a Status, and counts it", async () => {
    const rig = await receiversForTest({ http: SHORT_TIMEOUTS });

    const received = await connectTo(rig).closed();

    expect(received).toMatch(/^HTTP\/1\.1 408 .*"code":4/s);
    expect(rig.telemetry.total("requestRejected", "http", "timeout")).toBe(1);
    await expectHealthy(rig);
  });

  it("closes a connection that dribbles its headers", async () => {
    const rig = await receiversForTest({ http: SHORT_TIMEOUTS });
    const connection = connectTo(rig);
    const dribble = setInterval(() => connection.write("X-A: b\r\n"), 40);
    connection.write(HEAD);

    const received = await connection.closed();
    clearInterval(dribble);

    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    await expectHealthy(rig);
  });

  it("answers half a body with 408 in the request's format and gives its reservation back", async () => {
    const rig = await receiversForTest({ http: SHORT_TIMEOUTS });
    const connection = connectTo(rig);
    connection.write(`${HEAD}Content-Length: 100000\r\n\r\n`);
    connection.write(TWO_RECORDS);

    const received = await connection.closed();

    expect(received).toMatch(/^HTTP\/1\.1 408 .*Content-Type: application\/x-protobuf/s);
    expect(rig.telemetry.total("requestRejected", "http", "timeout")).toBe(1);
    expect(rig.consumer.requests).toHaveLength(0);
    await expectHealthy(rig);
  });

  it("gives the reservation of a request back whose connection is reset half-way", async () => {
    const rig = await receiversForTest();
    const connection = connectTo(rig);
    connection.write(`${HEAD}Content-Length: 100000\r\n\r\nabc`);
    while (rig.admission.inFlightRequests === 0) await nextTurn();

    connection.socket.resetAndDestroy();
    while (rig.admission.inFlightRequests > 0) await nextTurn();

    await expectHealthy(rig);
  });

  it("survives a client that is gone when the pipeline answers", async () => {
    const rig = await receiversForTest();
    const release = rig.consumer.hold();
    const connection = connectTo(rig);
    connection.write(`${HEAD}Content-Length: ${TWO_RECORDS.length}\r\n\r\n`);
    connection.write(TWO_RECORDS);
    while (rig.consumer.requests.length === 0) await nextTurn();

    connection.socket.resetAndDestroy();
    await connection.closed();
    expect(rig.admission.inFlightRequests).toBe(1);
    release();
    while (rig.admission.inFlightRequests > 0) await nextTurn();

    await expectHealthy(rig);
  });
});

describe("what is no request", () => {
  it.each([
    ["garbage", "\x16\x03\x01\x02\x00\x01\x00", 400],
    ["two lengths", `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ["a bad chunk", `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    ["headers of 20 KB", `${HEAD}X-Large: ${"a".repeat(20_000)}\r\n\r\n`, 431],
  ])("answers %s with a Status and closes", async (_name, bytes, status) => {
    const rig = await receiversForTest();
    const connection = connectTo(rig);
    connection.write(bytes);

    const received = await connection.closed();

    expect(received).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(received.toLowerCase()).toContain("connection: close");
    expect(received).toMatch(/The request('s headers are too large| is not valid HTTP\/1\.1)/);
    expect(rig.telemetry.total("requestRejected", "http")).toBe(1);
    await expectHealthy(rig);
  });

  it("refuses a declared 10 GB without waiting for them", async () => {
    const rig = await receiversForTest();
    const connection = connectTo(rig);
    connection.write(`${HEAD}Content-Length: 10000000000\r\n\r\n`);

    const received = await connection.until((text) => text.includes("\r\n\r\n"));

    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    await connection.closed();
    await expectHealthy(rig);
  });

  it("stops an endless chunked body at the limit", async () => {
    const rig = await receiversForTest();
    const connection = connectTo(rig);
    const chunk = Buffer.alloc(65_536, "a");
    connection.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    for (let sent = 0; sent <= RIG_MAX_REQUEST_BYTES; sent += chunk.length) {
      connection.write(`${chunk.length.toString(16)}\r\n`);
      connection.write(chunk);
      connection.write("\r\n");
    }

    expect(await connection.until((text) => text.includes("\r\n\r\n"))).toMatch(/^HTTP\/1\.1 413 /);
    await connection.closed();
    await expectHealthy(rig);
  });

  it("asks for the body only when it is admitted: Expect: 100-continue", async () => {
    const rig = await receiversForTest();
    const welcome = connectTo(rig);
    welcome.write(`${HEAD}Expect: 100-continue\r\nContent-Length: ${TWO_RECORDS.length}\r\n\r\n`);
    await welcome.until((text) => text.startsWith("HTTP/1.1 100 Continue\r\n\r\n"));
    welcome.write(TWO_RECORDS);
    await welcome.until((text) => text.includes("HTTP/1.1 200 OK"));

    const refused = connectTo(rig);
    refused.write(`${HEAD}Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n`);

    expect(await refused.closed()).toMatch(/^HTTP\/1\.1 413 /);
    await expectHealthy(rig);
  });
});

describe("explosions", () => {
  it.each([
    ["one member", gzipSync(Buffer.alloc(256 * 1024 * 1024))],
    ["many members", Buffer.concat(Array.from({ length: 64 }, () => gzipSync(Buffer.alloc(1024 * 1024))))],
    ["a member that claims to be small", lyingGzip()],
  ])("stops a gzip bomb of %s at the limit, 20 at once", async (_name, bomb) => {
    const rig = await receiversForTest();
    const before = process.memoryUsage().arrayBuffers;

    const replies = await Promise.all(
      Array.from({ length: 20 }, () => send(urlOf(rig), { headers: GZIP_PB, body: bomb })),
    );

    // 503: refused while others inflate, and told to come back, which then gives 413.
    expect(new Set(replies.map((reply) => reply.status))).toSatisfy((seen: Set<number>) =>
      [...seen].every((status) => status === 413 || status === 503),
    );
    expect(replies.some((reply) => reply.status === 413)).toBe(true);
    expect(rig.consumer.requests).toHaveLength(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * RIG_MAX_REQUEST_BYTES);
    await expectHealthy(rig);
  });

  it("takes and refuses 10 MB bodies without keeping them", async () => {
    const rig = await receiversForTest({
      http: { maxRequestBytes: 16 * 1024 * 1024 },
      admission: { maxRequestBytes: 16 * 1024 * 1024, maxInFlightBytes: 64 * 1024 * 1024 },
    });
    const body = requestOfSize(10 * 1024 * 1024);
    for (let round = 0; round < 5; round++) {
      const [taken, refused] = await Promise.all([
        send(urlOf(rig), { headers: PB, body }),
        send(urlOf(rig), { headers: { "content-type": "application/json" }, body }),
      ]);
      expect([taken.status, refused.status]).toEqual([200, 400]);
      rig.consumer.forget();
    }
    await expectHealthy(rig);
  });
});

describe("many at once", () => {
  it("answers pipelined requests in order", async () => {
    const rig = await receiversForTest();
    const connection = connectTo(rig);
    const good = Buffer.concat([Buffer.from(`${HEAD}Content-Length: ${TWO_RECORDS.length}\r\n\r\n`), TWO_RECORDS]);
    const missing = Buffer.from("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
    connection.write(Buffer.concat([good, missing, good, missing, good]));

    const received = await connection.until((text) => text.split("HTTP/1.1 ").length === 6);

    expect([...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual([
      "200",
      "404",
      "200",
      "404",
      "200",
    ]);
    expect(rig.consumer.records).toBe(6);
  });

  it("serves 100 connections at once, of both formats", async () => {
    const rig = await receiversForTest();
    const agent = new Agent({ keepAlive: true, maxSockets: 100 });
    const replies = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        index % 2 === 0
          ? send(urlOf(rig), { headers: PB, body: TWO_RECORDS }, agent)
          : send(urlOf(rig), { headers: { "content-type": "application/json" }, body: TWO_RECORDS_JSON }, agent),
      ),
    );
    agent.destroy();

    expect(replies.every((reply) => reply.status === 200)).toBe(true);
    expect(rig.consumer.records).toBe(1000);
    await expectHealthy(rig);
  });

  it("refuses what exceeds the bytes in flight, retryably, before it reads, and takes it afterwards", async () => {
    const rig = await receiversForTest({ admission: { maxInFlightBytes: 1_000, maxRequestBytes: 1_000 } });
    const release = rig.consumer.hold();
    const body = requestOfSize(700);
    const first = send(urlOf(rig), { headers: PB, body });
    while (rig.consumer.requests.length === 0) await nextTurn();

    const refused = await send(urlOf(rig), { headers: PB, body });
    release();

    expect(refused.status).toBe(503);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(1);
    expect(rig.telemetry.total("requestRefused", "http", "memory")).toBe(1);
    expect((await first).status).toBe(200);
    await expectHealthy(rig);
  });

  it("closes connections beyond the limit and counts them", async () => {
    const rig = await receiversForTest({ http: { maxConnections: 2 } });
    const held = [connectTo(rig), connectTo(rig)];
    for (const connection of held) connection.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    for (const connection of held) await connection.until((text) => text.includes("404"));

    await connectTo(rig).closed();

    expect(rig.telemetry.total("requestRefused", "http", "concurrency")).toBe(1);
    for (const connection of held) connection.socket.destroy();
  });

  it("ends a connection after its last request, with a Status on everything it answers", async () => {
    const rig = await receiversForTest({ http: { maxRequestsPerConnection: 2 } });
    const connection = connectTo(rig);
    const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    connection.write(request + request + request);

    const received = await connection.closed();

    expect(received.match(/"code":5/g)).toHaveLength(2);
    expect(received.match(/Connection: close/gi)).toHaveLength(1);
  });
});

/** 8 MiB whose trailer says 10 bytes. */
function lyingGzip(): Buffer {
  const zipped = gzipSync(Buffer.alloc(8 * 1024 * 1024));
  zipped.writeUInt32LE(10, zipped.length - 4);
  return zipped;
}
