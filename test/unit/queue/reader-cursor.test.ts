import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import type { QueuedEntry } from "../../../src/model/ports/queue.ts";
import { ReaderCursor } from "../../../src/queue/reader-cursor.ts";
import { queueEntry } from "../../kit/queue-entries.ts";

/** A cursor over a list that a test fills; undefined is an entry that left the queue. */
function cursorOver(entries: (QueuedEntry | undefined)[]): ReaderCursor {
  return new ReaderCursor("test", 0, {
    entryAt: (sequence) => entries[sequence],
    tail: () => entries.length,
    settle: () => undefined,
  });
}

const entry = (sequence: number): QueuedEntry => ({ ...queueEntry({ records: 1 }), sequence });

describe("ReaderCursor", () => {
  it("skips entries that left the queue, and takes none twice", () => {
    const cursor = cursorOver([entry(0), undefined, entry(2)]);

    expect([cursor.take()?.sequence, cursor.take()?.sequence, cursor.take()]).toEqual([0, 2, undefined]);
  });

  it("keeps nothing of a wait that is over", async () => {
    const entries: QueuedEntry[] = [];
    const cursor = cursorOver(entries);
    const { signal } = new AbortController();
    const waits = [cursor.wait(signal), cursor.wait(signal)];
    expect(getEventListeners(signal, "abort")).toHaveLength(2);
    entries.push(entry(0));
    cursor.wake();
    await Promise.all(waits);

    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("does not wait when there is something to take, nor for an aborted signal", async () => {
    await cursorOver([entry(0)]).wait(new AbortController().signal);
    await cursorOver([]).wait(AbortSignal.abort());
  });
});
