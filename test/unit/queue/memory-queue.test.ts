import { describe, expect, it } from "vitest";
import type { QueueEntry } from "../../../src/model/ports/queue.ts";
import { ENTRY_OVERHEAD_BYTES, MemoryQueue } from "../../../src/queue/memory-queue.ts";
import { RecordLedger } from "../../../src/telemetry/record-ledger.ts";
import { queueEntry } from "../../kit/queue-entries.ts";
import { VirtualEnvironment } from "../../kit/virtual-environment.ts";

function openQueue(maxBytes = 1_000_000): { queue: MemoryQueue; ledger: RecordLedger; env: VirtualEnvironment } {
  const ledger = new RecordLedger();
  const env = new VirtualEnvironment();
  return { queue: new MemoryQueue({ maxBytes }, { env, ledger }), ledger, env };
}

function put(queue: MemoryQueue, ledger: RecordLedger, entry: QueueEntry): void {
  const reservation = queue.reserve(entry.payload.byteLength + 2 * entry.reasons.length);
  if (reservation === undefined) throw new Error("the queue is full");
  ledger.generated(entry.reasons.length);
  reservation.commit(entry);
}

const aborted = (): AbortSignal => AbortSignal.abort();

describe("MemoryQueue reservations", () => {
  it("count toward the bound from the moment they are made until they are released", () => {
    const { queue } = openQueue(2 * (1000 + ENTRY_OVERHEAD_BYTES));
    const first = queue.reserve(1000);
    const second = queue.reserve(1000);

    expect(queue.fill()).toBe(1);
    expect(queue.reserve(1)).toBeUndefined();
    first?.release();
    first?.release();
    expect(queue.fill()).toBe(0.5);
    second?.release();
    expect(queue.fill()).toBe(0);
  });

  it("become the real size when committed", () => {
    const { queue, ledger } = openQueue();
    queue.reader("a");
    const reservation = queue.reserve(10_000);
    reservation?.commit(queueEntry({ records: 3, payload: new Uint8Array(94) }));

    expect(queue.depth()).toMatchObject({ records: 3, bytes: 94 + 6 + ENTRY_OVERHEAD_BYTES });
    expect(queue.fill()).toBeCloseTo((100 + ENTRY_OVERHEAD_BYTES) / 1_000_000, 12);
    expect(ledger.snapshot().queued).toBe(3);
  });

  it("never let the bound be passed, even by an entry larger than what was reserved", () => {
    const { queue, ledger } = openQueue(1000);
    const reservation = queue.reserve(10);

    expect(() => reservation?.commit(queueEntry({ records: 1, payload: new Uint8Array(2000) }))).toThrow(/larger than/);
    expect([queue.fill(), ledger.snapshot().queued]).toEqual([0, 0]);
  });

  it("refuse to be used twice", () => {
    const { queue } = openQueue();
    queue.reader("a");
    const reservation = queue.reserve(100);
    reservation?.commit(queueEntry({ records: 1 }));

    expect(() => reservation?.commit(queueEntry({ records: 1 }))).toThrow(/used already/);
  });

  it("are refused for what could never fit", () => {
    expect(openQueue(1000).queue.reserve(1001)).toBeUndefined();
  });
});

describe("MemoryQueue readers", () => {
  it("each get every entry, in order, and share its memory", () => {
    const { queue, ledger } = openQueue();
    const [left, right] = [queue.reader("left"), queue.reader("right")];
    const entries = [queueEntry({ records: 1 }), queueEntry({ records: 2 })];
    for (const entry of entries) put(queue, ledger, entry);
    const taken = [left.take(), left.take(), left.take(), right.take(), right.take()];

    expect(taken.map((entry) => entry?.sequence)).toEqual([1, 2, undefined, 1, 2]);
    expect(taken[0]?.payload).toBe(entries[0]?.payload);
    expect(taken[3]?.payload).toBe(entries[0]?.payload);
  });

  it("free an entry when the last of them settled it, in whatever order", () => {
    const { queue, ledger } = openQueue();
    const [left, right] = [queue.reader("left"), queue.reader("right")];
    put(queue, ledger, queueEntry({ records: 1 }));
    put(queue, ledger, queueEntry({ records: 2 }));
    const [first, second] = [left.take()!, left.take()!];
    left.settle(second, undefined);
    right.settle(second, undefined);
    expect(queue.depth().records).toBe(1);
    left.settle(first, undefined);
    expect(queue.depth().records).toBe(1);
    right.settle(first, undefined);

    expect(queue.depth()).toMatchObject({ records: 0, bytes: 0 });
    expect(ledger.snapshot()).toMatchObject({ forwarded: 3, queued: 0, error: 0 });
  });

  it("count a record as forwarded when one of them delivered it, else as dropped", () => {
    const { queue, ledger } = openQueue();
    const [left, right] = [queue.reader("left"), queue.reader("right")];
    put(queue, ledger, queueEntry({ records: 3 }));
    left.settle(
      left.take()!,
      new Map([
        [0, "poison"],
        [1, "poison"],
      ]),
    );
    right.settle(right.take()!, new Map([[1, "too_large"]]));

    expect(ledger.snapshot()).toMatchObject({ forwarded: 2, dropped: 1, error: 0 });
  });

  it("wake when an entry arrives and when their signal aborts", async () => {
    const { queue, ledger } = openQueue();
    const reader = queue.reader("a");
    const stop = new AbortController();
    const arrival = reader.wait(stop.signal);
    put(queue, ledger, queueEntry({ records: 1 }));
    await arrival;
    await reader.wait(stop.signal);
    reader.settle(reader.take()!, undefined);
    const abortion = reader.wait(stop.signal);
    stop.abort();
    await abortion;
    await reader.wait(stop.signal);

    expect(reader.take()).toBeUndefined();
  });

  it("are required, and bounded", async () => {
    const { queue } = openQueue();
    await expect(queue.start()).rejects.toThrow(/no reader/);
    for (let index = 0; index < 30; index++) queue.reader(`exporter-${index}`);
    await queue.start();

    expect(() => queue.reader("one too many")).toThrow(/at most 30/);
  });
});

describe("MemoryQueue shutdown", () => {
  it("waits for the readers, then takes nothing more", async () => {
    const { queue, ledger } = openQueue();
    const reader = queue.reader("a");
    put(queue, ledger, queueEntry({ records: 2 }));
    const down = queue.shutdown(new AbortController().signal);
    expect(queue.reserve(1)).toBeUndefined();
    reader.settle(reader.take()!, undefined);
    await down;

    expect(ledger.snapshot()).toMatchObject({ forwarded: 2, dropped: 0, queued: 0, error: 0 });
  });

  it("counts exactly what nobody delivered when the signal aborts", async () => {
    const { queue, ledger } = openQueue();
    const [left, right] = [queue.reader("left"), queue.reader("right")];
    for (const records of [1, 2, 4]) put(queue, ledger, queueEntry({ records, severity: 17 }));
    left.settle(left.take()!, undefined);
    left.settle(left.take()!, new Map([[0, "poison"]]));
    right.take();
    const stop = new AbortController();
    const down = queue.shutdown(stop.signal);
    stop.abort();
    await down;

    expect(ledger.snapshot()).toMatchObject({ forwarded: 2, dropped: 5, queued: 0, error: 0 });
    expect(queue.depth()).toMatchObject({ records: 0, bytes: 0 });
  });

  it("hears no settlement afterwards, and may be called twice", async () => {
    const { queue, ledger } = openQueue();
    const reader = queue.reader("a");
    put(queue, ledger, queueEntry({ records: 1 }));
    const entry = reader.take()!;
    await queue.shutdown(aborted());
    reader.settle(entry, undefined);
    await queue.shutdown(aborted());

    expect(ledger.snapshot()).toMatchObject({ forwarded: 0, dropped: 1, error: 0 });
  });

  it("refuses a commit that comes after it, so that the batch is undone", async () => {
    const { queue, ledger } = openQueue();
    queue.reader("a");
    const reservation = queue.reserve(100);
    await queue.shutdown(aborted());

    expect(() => reservation?.commit(queueEntry({ records: 1 }))).toThrow(/closed/);
    expect(ledger.snapshot().queued).toBe(0);
  });
});

describe("MemoryQueue health", () => {
  it("tells the age of the oldest entry on the clock that never jumps", () => {
    const { queue, ledger, env } = openQueue();
    queue.reader("a");
    put(queue, ledger, queueEntry({ records: 1 }));
    env.advance(1500);
    env.jumpWall(-3_600_000);

    expect(queue.depth().oldestAgeSeconds).toBe(1.5);
    expect(queue.health().state).toBe("ok");
    env.advance(12 * 3_600_000);
    expect(queue.health()).toMatchObject({ state: "degraded", message: expect.stringMatching(/waited 12 hours/) });
  });

  it("is degraded when nearly full", () => {
    const { queue, ledger } = openQueue(1000);
    queue.reader("a");
    put(queue, ledger, queueEntry({ records: 1, payload: new Uint8Array(600) }));

    expect(queue.health()).toMatchObject({ state: "degraded", message: expect.stringMatching(/92 % full/) });
  });
});
