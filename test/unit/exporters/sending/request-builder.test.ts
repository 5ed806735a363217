import { describe, expect, it } from "vitest";
import { regroupUnchanged } from "../../../../src/exporters/sending/core-regroup.ts";
import { RequestBuilder } from "../../../../src/exporters/sending/request-builder.ts";
import type { QueueEntry } from "../../../../src/model/ports/queue.ts";
import { MemoryQueue } from "../../../../src/queue/memory-queue.ts";
import { RecordLedger } from "../../../../src/telemetry/record-ledger.ts";
import { buildRequest } from "../../../kit/otlp/record-builder.ts";
import { queueEntry } from "../../../kit/queue-entries.ts";
import { VirtualEnvironment } from "../../../kit/virtual-environment.ts";

function builderOver(entries: readonly QueueEntry[]): {
  builder: RequestBuilder;
  ledger: RecordLedger;
  corrupt: number[];
} {
  const ledger = new RecordLedger();
  const queue = new MemoryQueue({ maxBytes: 2 ** 24 }, { env: new VirtualEnvironment(), ledger });
  const reader = queue.reader("test");
  const builder = new RequestBuilder({ flushIntervalMs: 1000, maxRequestBytes: 10_000 }, reader, regroupUnchanged());
  for (const entry of entries) {
    ledger.generated(entry.reasons.length);
    queue.reserve(10_000)?.commit(entry);
  }
  builder.fill(0);
  return { builder, ledger, corrupt: [] };
}

const good = (body: string): QueueEntry => queueEntry({ records: 1, payload: buildRequest([{ records: [{ body }] }]) });

describe("RequestBuilder", () => {
  it("loses a damaged entry to its reason, and only that one", () => {
    const damaged = queueEntry({ records: 2, payload: Uint8Array.of(0x0a, 0x7f, 0x00), severity: 17 });
    const short = queueEntry({ records: 3, payload: buildRequest([{ records: [{ body: "one" }, { body: "two" }] }]) });
    const { builder, ledger, corrupt } = builderOver([good("a"), damaged, good("b"), short]);
    const requests = builder.build((records) => corrupt.push(records));
    for (const request of requests) request.delivered();

    expect(corrupt).toEqual([2, 3]);
    expect(requests.map((request) => request.recordCount)).toEqual([2]);
    expect(ledger.snapshot()).toMatchObject({ forwarded: 2, dropped: 5, queued: 0, error: 0 });
  });

  it("builds nothing of entries that are all damaged", () => {
    const { builder, ledger } = builderOver([queueEntry({ records: 1, payload: Uint8Array.of(0xff) })]);

    expect(builder.build(() => undefined)).toEqual([]);
    expect(builder.isEmpty).toBe(true);
    expect(ledger.snapshot()).toMatchObject({ dropped: 1, queued: 0, error: 0 });
  });

  it("stops learning at 64 KiB, and never learns upwards", () => {
    const { builder } = builderOver([]);

    expect(builder.learn(30_000)).toBeUndefined();
    const wide = new RequestBuilder(
      { flushIntervalMs: 1, maxRequestBytes: 900_000 },
      emptyReader(),
      regroupUnchanged(),
    );
    expect([wide.learn(900_000), wide.learn(900_000), wide.learn(300_000), wide.learn(10)]).toEqual([
      450_000,
      undefined,
      150_000,
      65_536,
    ]);
  });
});

function emptyReader(): ReturnType<MemoryQueue["reader"]> {
  return new MemoryQueue({ maxBytes: 1 }, { env: new VirtualEnvironment(), ledger: new RecordLedger() }).reader(
    "empty",
  );
}
