/** Starting and stopping: what was taken is answered, what is new is refused or turned away, nothing hangs. */
import { Agent } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import type { OtlpReceiver } from "../../../src/receivers/otlp/otlp-receiver.ts";
import { call, EXPORT_LOGS, framed, grpcSession } from "../../kit/product/grpc-post.ts";
import { RawConnection, send } from "../../kit/product/http-post.ts";
import type { ReceiverRig } from "../../kit/product/receiver-rig.ts";
import { createReceiverRig, receiversForTest } from "../../kit/product/receiver-rig.ts";
import { TWO_RECORDS } from "./conformance/requests.ts";

const PB = { "content-type": "application/x-protobuf" };
const HEAD = "POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\n";
const HEADERS = { ":method": "POST", ":path": EXPORT_LOGS, "content-type": "application/grpc", te: "trailers" };

function urlOf(rig: ReceiverRig): string {
  return `http://127.0.0.1:${rig.httpAddress.port}/v1/logs`;
}

function never(): AbortSignal {
  return new AbortController().signal;
}

async function requestsArrived(rig: ReceiverRig, count: number): Promise<void> {
  while (rig.consumer.requests.length < count) await nextTurn();
}

describe("starting", () => {
  it("tells the real port when 0 was asked for, and forgets it after shutdown", async () => {
    const rig = createReceiverRig();
    expect([rig.http.address(), rig.grpc.address()]).toEqual([undefined, undefined]);

    await Promise.all([rig.http.start(), rig.grpc.start()]);
    expect(rig.http.address()?.port).toBeGreaterThan(0);
    expect(rig.grpc.address()?.port).toBeGreaterThan(0);

    await Promise.all([rig.http.shutdown(never()), rig.grpc.shutdown(never())]);
    expect([rig.http.address(), rig.grpc.address()]).toEqual([undefined, undefined]);
  });

  it("fails with a sentence when the port is in use", async () => {
    const taken = await receiversForTest();
    const { httpAddress, grpcAddress } = taken;

    const again = createReceiverRig({ http: { port: httpAddress.port }, grpc: { port: grpcAddress.port } });

    await expect(again.http.start()).rejects.toThrow(/^cannot listen on 127\.0\.0\.1:\d+: the port is in use; .*http/);
    await expect(again.grpc.start()).rejects.toThrow(/^cannot listen on 127\.0\.0\.1:\d+: the port is in use; .*grpc/);
    await again.stop();
  });

  it("fails with a sentence when the .proto files are missing", async () => {
    const rig = createReceiverRig({ grpc: { protoDirectory: "/nowhere" } });

    await expect(rig.grpc.start()).rejects.toThrow(/logs_service\.proto/);
  });
});

describe.each(["http", "grpc"] as const)("shutdown of %s", (transport) => {
  function receiverOf(rig: Pick<ReceiverRig, "http" | "grpc">): OtlpReceiver {
    return rig[transport];
  }

  it("is safe before start and when called twice", async () => {
    const unused = createReceiverRig();
    await receiverOf(unused).shutdown(never());

    const rig = await receiversForTest();
    await Promise.all([receiverOf(rig).shutdown(never()), receiverOf(rig).shutdown(never())]);
    await receiverOf(rig).shutdown(never());
  });

  it("is not held up by connections that do nothing", async () => {
    const rig = await receiversForTest();
    const { port } = transport === "http" ? rig.httpAddress : rig.grpcAddress;
    const mute = new RawConnection("127.0.0.1", port);
    await new Promise<void>((resolve) => mute.socket.once("connect", () => resolve()));
    if (transport === "grpc") await call(grpcSession(rig.grpcTarget), { message: TWO_RECORDS });
    else await send(urlOf(rig), { headers: PB, body: TWO_RECORDS }, new Agent({ keepAlive: true }));

    await receiverOf(rig).shutdown(never());
    await mute.closed();
  });

  it("cuts what the pipeline does not finish when the signal aborts", async () => {
    const rig = await receiversForTest();
    rig.consumer.hold();
    const pending =
      transport === "http"
        ? send(urlOf(rig), { headers: PB, body: TWO_RECORDS })
        : call(grpcSession(rig.grpcTarget), { message: TWO_RECORDS });
    const outcome = pending.then(
      () => "answered",
      () => "cut",
    );
    await requestsArrived(rig, 1);
    const deadline = new AbortController();
    const stopped = receiverOf(rig).shutdown(deadline.signal);

    deadline.abort();
    await stopped;

    expect(await outcome).toBe("cut");
  });
});

describe("draining HTTP", () => {
  it("answers what it took and closes that connection", async () => {
    const rig = await receiversForTest();
    const release = rig.consumer.hold();
    const taken = send(urlOf(rig), { headers: PB, body: TWO_RECORDS }, new Agent({ keepAlive: true }));
    await requestsArrived(rig, 1);

    const stopped = rig.http.shutdown(never());
    release();

    const reply = await taken;
    expect([reply.status, reply.headers.connection]).toEqual([200, "close"]);
    await stopped;
  });

  it("refuses, with a delay, a request that was still on its way", async () => {
    const rig = await receiversForTest();
    const connection = new RawConnection("127.0.0.1", rig.httpAddress.port);
    connection.write("POST /v1/logs HT");
    // When a later connection has been served, the bytes of this one have been read.
    await send(urlOf(rig), { method: "GET" });

    const stopped = rig.http.shutdown(never());
    connection.write(`TP/1.1\r\n${HEAD.slice(HEAD.indexOf("Host"))}Content-Length: ${TWO_RECORDS.length}\r\n\r\n`);
    connection.write(TWO_RECORDS);

    expect(await connection.closed()).toMatch(/^HTTP\/1\.1 503 .*Retry-After: \d/s);
    await stopped;
    expect(rig.telemetry.total("requestRefused", "http", "draining")).toBe(1);
    expect(rig.consumer.requests).toHaveLength(0);
  });

  it("does not wait for half a request longer than for a whole one", async () => {
    const rig = await receiversForTest({ http: { requestTimeoutMs: 300, headersTimeoutMs: 300 } });
    const connection = new RawConnection("127.0.0.1", rig.httpAddress.port);
    connection.write(`${HEAD}Content-Length: 1000\r\n\r\nabc`);
    while (rig.admission.inFlightRequests === 0) await nextTurn();

    await rig.http.shutdown(never());

    await connection.closed();
    while (rig.admission.inFlightRequests > 0) await nextTurn();
  });
});

describe("draining gRPC", () => {
  it("answers what it took and tells clients to go", async () => {
    const rig = await receiversForTest();
    const release = rig.consumer.hold();
    const session = grpcSession(rig.grpcTarget);
    const wentAway = new Promise<void>((resolve) => session.once("goaway", () => resolve()));
    const taken = call(session, { message: TWO_RECORDS });
    await requestsArrived(rig, 1);

    const stopped = rig.grpc.shutdown(never());
    await wentAway;
    release();

    expect((await taken).code).toBe(status.OK);
    await stopped;
  });

  it("refuses a call that arrives while it drains with UNAVAILABLE and a delay", async () => {
    const rig = await receiversForTest();
    rig.admission.startDraining();

    const reply = await call(grpcSession(rig.grpcTarget), { message: TWO_RECORDS });

    expect(reply.code).toBe(status.UNAVAILABLE);
    expect(reply.details.map((detail) => detail.typeUrl)).toEqual(["type.googleapis.com/google.rpc.RetryInfo"]);
    expect(rig.telemetry.total("requestRefused", "grpc", "draining")).toBe(1);
  });

  it("finishes a message that was half-way", async () => {
    const rig = await receiversForTest();
    const session = grpcSession(rig.grpcTarget);
    const message = framed(TWO_RECORDS);
    const stream = session.request(HEADERS);
    const trailers = new Promise<Record<string, unknown>>((resolve) => stream.once("trailers", resolve));
    stream.resume();
    stream.write(message.subarray(0, 40));
    while (rig.admission.inFlightRequests === 0) await nextTurn();

    const stopped = rig.grpc.shutdown(never());
    stream.end(message.subarray(40));

    expect((await trailers)["grpc-status"]).toBe("0");
    await stopped;
    expect(rig.consumer.records).toBe(2);
  });
});

describe("the HTTP receiver", () => {
  it("takes the absolute form of a target, as proxies send it", async () => {
    const rig = await receiversForTest();
    const connection = new RawConnection("127.0.0.1", rig.httpAddress.port);
    const head = "Host: collector\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    connection.write(`POST http://collector:4318/v1/logs HTTP/1.1\r\n${head}`);

    expect(await connection.until((received) => received.includes("\r\n"))).toMatch(/^HTTP\/1\.1 200 /);
  });
});
