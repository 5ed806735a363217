/** The memory queue against a list: any sequence of operations leaves the bound, the order and the ledger intact. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DropReason } from "../../../src/model/decision.ts";
import type { QueuedEntry } from "../../../src/model/ports/queue.ts";
import type { MemoryReservation } from "../../../src/queue/memory-queue.ts";
import { MemoryQueue } from "../../../src/queue/memory-queue.ts";
import { RecordLedger } from "../../../src/telemetry/record-ledger.ts";
import { queueEntry } from "../../kit/queue-entries.ts";
import { VirtualEnvironment } from "../../kit/virtual-environment.ts";

const MAX_BYTES = 20_000;

type Step =
  | { readonly kind: "reserve"; readonly records: number; readonly bytes: number }
  | { readonly kind: "commit" }
  | { readonly kind: "release" }
  | { readonly kind: "take"; readonly reader: number }
  | { readonly kind: "settle"; readonly reader: number; readonly pick: number; readonly lost: readonly number[] };

const readerIndex = fc.nat({ max: 2 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("reserve" as const),
    records: fc.integer({ min: 1, max: 6 }),
    bytes: fc.nat({ max: 3000 }),
  }),
  fc.record({ kind: fc.constant("commit" as const) }),
  fc.record({ kind: fc.constant("release" as const) }),
  fc.record({ kind: fc.constant("take" as const), reader: readerIndex }),
  fc.record({
    kind: fc.constant("settle" as const),
    reader: readerIndex,
    pick: fc.nat({ max: 5 }),
    lost: fc.array(fc.nat({ max: 5 }), { maxLength: 4 }),
  }),
);

describe("MemoryQueue", () => {
  it("keeps bound, order and ledger under any interleaving, and abandons exactly the rest", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const ledger = new RecordLedger();
        const queue = new MemoryQueue({ maxBytes: MAX_BYTES }, { env: new VirtualEnvironment(), ledger });
        const readers = ["a", "b", "c"].map((id) => queue.reader(id));
        const taken: QueuedEntry[][] = [[], [], []];
        const lastSequence = [0, 0, 0];
        const open: { reservation: MemoryReservation; records: number; bytes: number }[] = [];
        let committed = 0;
        for (const now of steps) {
          if (now.kind === "reserve") {
            const reservation = queue.reserve(now.bytes + 2 * now.records);
            if (reservation !== undefined) open.push({ reservation, records: now.records, bytes: now.bytes });
          } else if (now.kind === "commit" || now.kind === "release") {
            const one = open.shift();
            if (now.kind === "release") one?.reservation.release();
            else if (one !== undefined) {
              ledger.generated(one.records);
              committed += one.records;
              one.reservation.commit(queueEntry({ records: one.records, payload: new Uint8Array(one.bytes) }));
            }
          } else if (now.kind === "take") {
            const entry = readers[now.reader]!.take();
            if (entry === undefined) continue;
            expect(entry.sequence).toBe(lastSequence[now.reader]! + 1);
            lastSequence[now.reader] = entry.sequence;
            taken[now.reader]!.push(entry);
          } else {
            const [entry] = taken[now.reader]!.splice(now.pick % Math.max(1, taken[now.reader]!.length), 1);
            if (entry === undefined) continue;
            const lost = now.lost.filter((record) => record < entry.reasons.length);
            const losses = new Map(lost.map((record): [number, DropReason] => [record, "poison"]));
            readers[now.reader]!.settle(entry, losses.size === 0 ? undefined : losses);
          }
          expect(queue.fill()).toBeLessThanOrEqual(1);
          expect(ledger.snapshot()).toMatchObject({ error: 0, queued: queue.depth().records });
        }
        await queue.shutdown(AbortSignal.abort());
        const { forwarded, dropped, queued, error } = ledger.snapshot();
        expect([forwarded + dropped, queued, error]).toEqual([committed, 0, 0]);
        for (const one of open) one.reservation.release();
        expect(queue.fill()).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
