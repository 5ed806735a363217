/** Clients that put requests of the test's own making to a running product, on one connection each. */
import { expect, onTestFinished } from "vitest";
import { GrpcSender } from "../../../tools/loadgen/requests/grpc-sender.ts";
import { HttpSender } from "../../../tools/loadgen/requests/http-sender.ts";
import type { Sender, SendOutcome } from "../../../tools/loadgen/requests/sender.ts";
import type { LoadTarget } from "../../../tools/loadgen/settings.ts";

const SETTINGS = { timeoutMs: 30_000, headers: {} };

export interface OtlpClient {
  /** @param request a protobuf ExportLogsServiceRequest */
  send(request: Uint8Array): Promise<SendOutcome>;
}

/** Closed when the test ends. */
export function otlpClient({ transport, endpoint }: LoadTarget): OtlpClient {
  const sender: Sender =
    transport === "grpc"
      ? new GrpcSender(endpoint, SETTINGS, false, Date.now)
      : new HttpSender(endpoint, SETTINGS, Date.now);
  onTestFinished(() => sender.close());
  // The number of records only matters to the load generator's own account.
  return { send: (request) => sender.send({ encoding: "protobuf", records: 0, plain: request, gzip: undefined }) };
}

/** Sends every request over the targets in turn, each of which must take it whole; at most one a target is under way. */
export async function sendAll(
  targets: readonly LoadTarget[],
  requests: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const supply = Symbol.asyncIterator in requests ? requests[Symbol.asyncIterator]() : requests[Symbol.iterator]();
  const work = async (client: OtlpClient): Promise<void> => {
    for (;;) {
      const next = await supply.next();
      if (next.done === true) return;
      expect(await client.send(next.value)).toEqual({ kind: "accepted", rejectedRecords: 0 });
    }
  };
  await Promise.all(targets.map((target) => work(otlpClient(target))));
}
