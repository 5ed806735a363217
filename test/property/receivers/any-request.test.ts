/** Whatever is sent, on either transport: an answer that a client understands, nothing left reserved, still serving. */
import { Agent } from "node:http";
import { deflateSync, gzipSync } from "node:zlib";
import { status } from "@grpc/grpc-js";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Status } from "../../kit/otlp/otlp-schema.ts";
import { requestOf } from "../../kit/otlp/wire-builder.ts";
import { call, framed, grpcSession } from "../../kit/product/grpc-post.ts";
import { send } from "../../kit/product/http-post.ts";
import type { ReceiverRig } from "../../kit/product/receiver-rig.ts";
import { startReceivers } from "../../kit/product/receiver-rig.ts";

let rig: ReceiverRig;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  rig = await startReceivers();
});

afterAll(async () => {
  agent.destroy();
  await rig.stop();
});

const records = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 4 }).map((contents) => requestOf(...contents));
const body = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  records,
  fc.json().map(Buffer.from),
  fc.constant(Buffer.from("{}")),
);
const coded = fc.tuple(body, fc.constantFrom("none", "gzip", "deflate", "torn")).map(([bytes, coding]) => {
  if (coding === "gzip") return gzipSync(bytes);
  if (coding === "deflate") return deflateSync(bytes);
  return coding === "torn" ? gzipSync(bytes).subarray(0, -3) : Buffer.from(bytes);
});

describe("any HTTP request", () => {
  const contentType = fc.constantFrom("application/x-protobuf", "application/json", "text/plain", "");
  const encoding = fc.constantFrom("", "identity", "gzip", "deflate", "br");

  it("gets 200, or a Status in its own format", async () => {
    await fc.assert(
      fc.asyncProperty(coded, contentType, encoding, async (bytes, type, coding) => {
        const reply = await send(
          `http://127.0.0.1:${rig.httpAddress.port}/v1/logs`,
          { headers: { "content-type": type, "content-encoding": coding }, body: bytes },
          agent,
        );

        expect([200, 400, 415]).toContain(reply.status);
        const isProtobuf = type === "application/x-protobuf";
        expect(reply.headers["content-type"]).toBe(isProtobuf ? type : "application/json");
        if (reply.status !== 200) {
          const message = isProtobuf
            ? Status.toObject(Status.decode(reply.body))["message"]
            : JSON.parse(reply.body.toString()).message;
          expect(message).toMatch(/\w/);
        }
        expect([rig.admission.inFlightBytes, rig.admission.inFlightRequests]).toEqual([0, 0]);
      }),
      { numRuns: 300 },
    );
    expect(rig.telemetry.total("requestRejected", "http", "internal")).toBe(0);
  });
});

describe("any gRPC call", () => {
  const frames = fc.oneof(
    fc.tuple(coded, fc.boolean()).map(([bytes, compressed]) => [framed(bytes, compressed)]),
    fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }),
  );
  const encoding = fc.constantFrom("identity", "gzip", "deflate", "br");

  it("gets OK or a permanent code with a Status", async () => {
    const session = grpcSession(rig.grpcTarget);
    const expected = [status.OK, status.INVALID_ARGUMENT, status.UNIMPLEMENTED, status.RESOURCE_EXHAUSTED];
    await fc.assert(
      fc.asyncProperty(frames, encoding, async (pieces, coding) => {
        const reply = await call(session, { frames: pieces, headers: { "grpc-encoding": coding } });

        expect(expected).toContain(reply.code);
        if (reply.code !== status.OK) {
          const encoded = Buffer.from(String(reply.trailers["grpc-status-details-bin"]), "base64");
          expect(Status.toObject(Status.decode(encoded))["message"]).toBe(reply.message);
        }
        expect([rig.admission.inFlightBytes, rig.admission.inFlightRequests]).toEqual([0, 0]);
      }),
      { numRuns: 300 },
    );
    expect(rig.telemetry.total("requestRejected", "grpc", "internal")).toBe(0);
  });
});
