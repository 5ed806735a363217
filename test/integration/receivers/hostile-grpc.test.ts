/** What must not hurt the gRPC receiver: silent peers, half messages, explosions, resets, too much at once. */
import { constants } from "node:http2";
import { setImmediate as nextTurn } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { call, EXPORT_LOGS, framed, grpcSession } from "../../kit/product/grpc-post.ts";
import { RawConnection } from "../../kit/product/http-post.ts";
import type { ReceiverRig } from "../../kit/product/receiver-rig.ts";
import { RIG_MAX_REQUEST_BYTES, receiversForTest } from "../../kit/product/receiver-rig.ts";
import { requestOfSize, TWO_RECORDS } from "./conformance/requests.ts";

const HEADERS = { ":method": "POST", ":path": EXPORT_LOGS, "content-type": "application/grpc", te: "trailers" };
const GZIP = { "grpc-encoding": "gzip" };

function connectTo(rig: ReceiverRig): RawConnection {
  return new RawConnection(rig.grpcAddress.host, rig.grpcAddress.port);
}

async function expectHealthy(rig: ReceiverRig): Promise<void> {
  rig.consumer.forget();
  const reply = await call(grpcSession(rig.grpcTarget), { message: TWO_RECORDS });
  expect(reply.code).toBe(status.OK);
  expect(rig.consumer.records).toBe(2);
  expect(rig.admission.inFlightBytes).toBe(0);
  expect(rig.admission.inFlightRequests).toBe(0);
}

describe("before the first call", () => {
  it.each([
    ["nothing", ""],
    ["half a preface", "PRI * HTTP/2.0"],
  ])("closes a peer that sends %s", async (_name, bytes) => {
    const rig = await receiversForTest({ grpc: { prefaceTimeoutMs: 1_000 } });
    const connection = connectTo(rig);
    connection.write(bytes);

    expect(await connection.closed()).toBe("");
    expect(rig.telemetry.total("requestRejected", "grpc", "timeout")).toBe(1);
    await expectHealthy(rig);
  });

  it("tells a peer that speaks HTTP/1 which port it meant", async () => {
    const rig = await receiversForTest();
    const connection = connectTo(rig);
    connection.write(`POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello`);

    const received = await connection.until((text) => text.includes("}"));

    expect(received).toMatch(/^HTTP\/1\.1 415 .*"message":"This port speaks gRPC/s);
    expect(rig.telemetry.total("requestRejected", "grpc", "unsupported_media_type")).toBe(1);
    await expectHealthy(rig);
  });

  it("survives peers that reset before and right after the preface", async () => {
    const rig = await receiversForTest();
    for (const bytes of [
      "",
      "PRI * HT",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\ngarbage!!",
    ]) {
      const connection = connectTo(rig);
      connection.write(bytes);
      await new Promise<void>((resolve) => connection.socket.once("connect", () => resolve()));
      connection.socket.resetAndDestroy();
      await connection.closed();
    }
    await expectHealthy(rig);
  });

  it("closes connections beyond the limit and counts them", async () => {
    const rig = await receiversForTest({ grpc: { maxConnections: 1 } });
    const session = grpcSession(rig.grpcTarget);
    await call(session, { message: TWO_RECORDS });

    await connectTo(rig).closed();

    expect(rig.telemetry.total("requestRefused", "grpc", "concurrency")).toBe(1);
  });
});

describe("half-sent calls", () => {
  it("end in time, and give their reservation back", async () => {
    const rig = await receiversForTest({ grpc: { requestTimeoutMs: 1_000 } });
    const session = grpcSession(rig.grpcTarget);
    const stream = session.request(HEADERS);
    stream.write(framed(TWO_RECORDS).subarray(0, 30));
    const trailers = await new Promise<Record<string, unknown>>((resolve) => stream.on("response", resolve));

    expect(trailers["grpc-status"]).toBe(String(status.DEADLINE_EXCEEDED));
    expect(rig.telemetry.total("requestRejected", "grpc", "timeout")).toBe(1);
    await expectHealthy(rig);
  });

  it("reserve what they announce, so that 300 of 1 MB are refused beyond the bound, with a delay", async () => {
    const rig = await receiversForTest({
      grpc: { maxConcurrentStreams: 400 },
      admission: { maxInFlightBytes: 16 * 1024 * 1024 },
    });
    const session = grpcSession(rig.grpcTarget);
    const message = framed(new Uint8Array(1024 * 1024));
    const refused: string[] = [];
    const streams = Array.from({ length: 300 }, () => {
      const stream = session.request(HEADERS);
      stream.on("error", () => undefined);
      stream.on("response", (headers) => refused.push(String(headers["grpc-status"])));
      stream.write(message.subarray(0, 1000));
      return stream;
    });
    while (refused.length + rig.admission.inFlightRequests < streams.length) await nextTurn();

    expect(rig.admission.inFlightBytes).toBeLessThanOrEqual(16 * 1024 * 1024);
    expect(refused.length).toBeGreaterThanOrEqual(284);
    expect(new Set(refused)).toEqual(new Set([String(status.UNAVAILABLE)]));
    session.destroy();
    while (rig.admission.inFlightRequests > 0) await nextTurn();
    await expectHealthy(rig);
  });

  it("are released when cancelled or reset, 500 times in a row", async () => {
    const rig = await receiversForTest();
    for (let round = 0; round < 10; round++) {
      const session = grpcSession(rig.grpcTarget);
      const streams = Array.from({ length: 50 }, () => {
        const stream = session.request(HEADERS);
        stream.on("error", () => undefined);
        stream.write(framed(TWO_RECORDS).subarray(0, 20));
        return stream;
      });
      while (rig.admission.inFlightRequests < streams.length) await nextTurn();
      for (const stream of streams) stream.close(constants.NGHTTP2_CANCEL);
      while (rig.admission.inFlightRequests > 0) await nextTurn();
      session.destroy();
    }
    await expectHealthy(rig);
  });

  it("keep their reservation while the pipeline still works for a client that is gone", async () => {
    const rig = await receiversForTest();
    const release = rig.consumer.hold();
    const session = grpcSession(rig.grpcTarget);
    const stream = session.request(HEADERS);
    stream.on("error", () => undefined);
    stream.end(framed(TWO_RECORDS));
    while (rig.consumer.requests.length === 0) await nextTurn();

    session.destroy();
    for (let turn = 0; turn < 20; turn++) await nextTurn();
    expect(rig.admission.inFlightRequests).toBe(1);
    release();
    while (rig.admission.inFlightRequests > 0) await nextTurn();

    await expectHealthy(rig);
  });
});

describe("too much", () => {
  it.each([
    ["one member", gzipSync(Buffer.alloc(256 * 1024 * 1024))],
    ["many members", Buffer.concat(Array.from({ length: 64 }, () => gzipSync(Buffer.alloc(1024 * 1024))))],
  ])("stops a gzip bomb of %s at the limit, 20 at once", async (_name, message) => {
    const rig = await receiversForTest();
    const session = grpcSession(rig.grpcTarget);
    const before = process.memoryUsage().arrayBuffers;

    const replies = await Promise.all(
      Array.from({ length: 20 }, () => call(session, { message, compressed: true, headers: GZIP })),
    );

    const codes = new Set(replies.map((reply) => reply.code));
    expect([...codes].filter((code) => code !== status.RESOURCE_EXHAUSTED && code !== status.UNAVAILABLE)).toEqual([]);
    expect(codes).toContain(status.RESOURCE_EXHAUSTED);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * RIG_MAX_REQUEST_BYTES);
    await expectHealthy(rig);
  });

  it("refuses a message above the limit when its length is announced, not when it has arrived", async () => {
    const rig = await receiversForTest();
    const session = grpcSession(rig.grpcTarget);
    const stream = session.request(HEADERS);
    stream.on("error", () => undefined);
    stream.write(framed(new Uint8Array(RIG_MAX_REQUEST_BYTES + 1)).subarray(0, 5));

    const trailers = await new Promise<Record<string, unknown>>((resolve) => stream.on("response", resolve));

    expect(trailers["grpc-status"]).toBe(String(status.RESOURCE_EXHAUSTED));
    await expectHealthy(rig);
  });

  it.each([
    ["memory", { memoryPressure: 0.81 }],
    ["queue_full", { queueFill: 1 }],
  ] as const)(
    "refuses at metadata time with cause %s, before a byte of the message is sent",
    async (cause, readings) => {
      const rig = await receiversForTest();
      Object.assign(rig.readings, readings);
      const session = grpcSession(rig.grpcTarget);
      const stream = session.request(HEADERS);
      stream.on("error", () => undefined);

      const trailers = await new Promise<Record<string, unknown>>((resolve) => stream.on("response", resolve));

      expect(trailers["grpc-status"]).toBe(String(status.UNAVAILABLE));
      expect(trailers["grpc-status-details-bin"]).toBeDefined();
      expect(rig.telemetry.total("requestRefused", "grpc", cause)).toBe(1);
      Object.assign(rig.readings, { queueFill: 0, memoryPressure: 0 });
      await expectHealthy(rig);
    },
  );

  it("tells what can never fit so, even when it has no memory for anything", async () => {
    const rig = await receiversForTest();
    rig.readings.memoryPressure = 0.99;
    const session = grpcSession(rig.grpcTarget);
    const stream = session.request(HEADERS);
    stream.on("error", () => undefined);
    stream.write(framed(new Uint8Array(RIG_MAX_REQUEST_BYTES + 1)).subarray(0, 5));

    const trailers = await new Promise<Record<string, unknown>>((resolve) => stream.on("response", resolve));

    expect(trailers["grpc-status"]).toBe(String(status.RESOURCE_EXHAUSTED));
    expect(rig.telemetry.total("requestRejected", "grpc", "too_large")).toBe(1);
    rig.readings.memoryPressure = 0;
    await expectHealthy(rig);
  });

  it("serves 100 calls at once on one connection, small and large", async () => {
    const rig = await receiversForTest();
    const session = grpcSession(rig.grpcTarget);
    const large = requestOfSize(300_000);

    const replies = await Promise.all(
      Array.from({ length: 100 }, (_, index) => call(session, { message: index % 4 === 0 ? large : TWO_RECORDS })),
    );

    expect(replies.every((reply) => reply.code === status.OK)).toBe(true);
    expect(rig.consumer.records).toBe(25 + 75 * 2);
    await expectHealthy(rig);
  });
});
