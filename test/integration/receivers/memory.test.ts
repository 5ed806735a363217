/** What stays in memory after requests were answered and their connections stay open: nothing of the requests. */
import { Agent } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { call, framed, grpcSession } from "../../kit/product/grpc-post.ts";
import { send } from "../../kit/product/http-post.ts";
import type { ReceiverRig } from "../../kit/product/receiver-rig.ts";
import { receiversForTest } from "../../kit/product/receiver-rig.ts";
import { requestOfSize } from "./conformance/requests.ts";

const CONNECTIONS = 40;
const BODY = requestOfSize(1024 * 1024);
const PB = { "content-type": "application/x-protobuf" };

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes outside the heap that something still refers to: the least of several collections, which free in the background. */
async function bufferBytes(rig: ReceiverRig, enough: number, attempts: number): Promise<number> {
  rig.consumer.forget();
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < attempts && least > enough; attempt++) {
    // Streams let go of their buffers a few turns after they ended.
    for (let turn = 0; turn < 10; turn++) await nextTurn();
    collect();
    least = Math.min(least, process.memoryUsage().arrayBuffers);
  }
  return least;
}

async function expectNothingKept(rig: ReceiverRig, round: () => Promise<void>): Promise<void> {
  const enough = (await bufferBytes(rig, 0, 5)) + (CONNECTIONS / 4) * BODY.length;
  for (let again = 0; again < 3; again++) await round();

  expect(await bufferBytes(rig, enough, 50)).toBeLessThanOrEqual(enough);
  expect(rig.admission.inFlightBytes).toBe(0);
}

describe(`${CONNECTIONS} open connections`, () => {
  it.each([
    ["plain", BODY, PB],
    ["gzip", gzipSync(BODY), { ...PB, "content-encoding": "gzip" }],
  ])("keep nothing of their last HTTP request, %s", async (_name, body, headers) => {
    const rig = await receiversForTest();
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    const url = `http://127.0.0.1:${rig.httpAddress.port}/v1/logs`;

    await expectNothingKept(rig, async () => {
      const replies = await Promise.all(Array.from({ length: CONNECTIONS }, () => send(url, { headers, body }, agent)));
      expect(replies.every((reply) => reply.status === 200)).toBe(true);
    });
    agent.destroy();
  });

  it.each([
    ["plain", BODY, {}, false],
    ["gzip", gzipSync(BODY), { "grpc-encoding": "gzip" }, true],
  ] as const)("keep nothing of their last gRPC call, %s", async (_name, message, headers, compressed) => {
    const rig = await receiversForTest();
    const frames = [framed(message, compressed)];
    const sessions = Array.from({ length: CONNECTIONS }, () => grpcSession(rig.grpcTarget));

    await expectNothingKept(rig, async () => {
      const replies = await Promise.all(sessions.map((session) => call(session, { frames, headers })));
      expect(replies.every((reply) => reply.code === status.OK)).toBe(true);
    });
  });
});
