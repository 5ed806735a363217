/**
 * The export queue in memory: survivors wait here once for all exporters together, each reading at its own pace.
 * Promises that reserved plus stored bytes never exceed maxBytes, that every record leaves by the ledger exactly once
 * (forwarded, or dropped with a reason), and that a waiting reader costs nothing: no timer, no polling.
 * Bounded by maxBytes, which counts payloads, the two bytes a record beside them, and a fixed cost an entry.
 */
import type { Environment } from "../model/environment.ts";
import type { ComponentHealth } from "../model/ports/component.ts";
import type {
  ExportQueue,
  QueueDepth,
  QueuedEntry,
  QueueEntry,
  QueueReader,
  QueueReservation,
  SettledLosses,
} from "../model/ports/queue.ts";
import type { Ledger } from "../model/telemetry.ts";
import { describeQueueHealth } from "./queue-health.ts";
import { ReaderCursor } from "./reader-cursor.ts";
import { SequenceRing } from "./sequence-ring.ts";
import { accountSettled, MAX_READERS, Settlement } from "./settlement.ts";

/**
 * What an entry holds beside its three byte arrays: objects and array headers, about 300 bytes measured on 64-bit V8.
 */
export const ENTRY_OVERHEAD_BYTES = 320;

export interface MemoryQueueSettings {
  /** Reserved and stored bytes together never exceed this. */
  readonly maxBytes: number;
}

export interface MemoryQueueDeps {
  readonly env: Environment;
  readonly ledger: Ledger;
}

/** Storing in memory is immediate. */
export interface MemoryReservation extends QueueReservation {
  commit(entry: QueueEntry): void;
}

interface StoredEntry {
  readonly entry: QueuedEntry;
  readonly bytes: number;
  readonly storedMonoMs: number;
  readonly settlement: Settlement;
}

export class MemoryQueue implements ExportQueue {
  readonly id: string = "queue";
  readonly #maxBytes: number;
  readonly #env: Environment;
  readonly #ledger: Ledger;
  readonly #ring: SequenceRing<StoredEntry> = new SequenceRing<StoredEntry>(1);
  readonly #readers: ReaderCursor[] = [];
  #allReaderBits = 0;
  #reservedBytes = 0;
  #storedBytes = 0;
  #records = 0;
  #phase: "open" | "closing" | "closed" = "open";
  #onEmpty: (() => void) | undefined;

  constructor(settings: MemoryQueueSettings, deps: MemoryQueueDeps) {
    this.#maxBytes = settings.maxBytes;
    this.#env = deps.env;
    this.#ledger = deps.ledger;
  }

  start(): Promise<void> {
    if (this.#readers.length > 0) return Promise.resolve();
    return Promise.reject(new Error("the queue has no reader: configure at least one exporter"));
  }

  /**
   * Waits for the readers to settle everything. When `signal` aborts first, what is left is counted as
   * shutdown_abandoned. Exporters are shut down before the queue, so that they send without waiting for full batches.
   */
  async shutdown(signal: AbortSignal): Promise<void> {
    if (this.#phase === "closed") return;
    this.#phase = "closing";
    if (this.#records > 0 && this.#readers.length > 0 && !signal.aborted) await this.#emptyOrAborted(signal);
    this.#phase = "closed";
    this.#abandonAll();
  }

  health(): ComponentHealth {
    return describeQueueHealth(this.depth());
  }

  /** @param bytes the most that the entry's payload and its columns may take */
  reserve(bytes: number): MemoryReservation | undefined {
    const needed = bytes + ENTRY_OVERHEAD_BYTES;
    if (this.#phase !== "open" || this.#reservedBytes + this.#storedBytes + needed > this.#maxBytes) return undefined;
    this.#reservedBytes += needed;
    let held = needed;
    const release = (): void => {
      this.#reservedBytes -= held;
      held = 0;
    };
    const commit = (entry: QueueEntry): void => {
      if (held === 0) throw new Error("this reservation was used already: reserve once for each entry");
      release();
      this.#store(entry);
    };
    return { commit, release };
  }

  reader(exporterId: string): QueueReader {
    if (this.#readers.length === MAX_READERS) {
      throw new Error(`the queue serves at most ${MAX_READERS} exporters: remove exporters`);
    }
    const bit = 1 << this.#readers.length;
    const cursor = new ReaderCursor(exporterId, this.#ring.head, {
      entryAt: (sequence) => this.#ring.get(sequence)?.entry,
      tail: () => this.#ring.tail,
      settle: (entry, losses) => this.#settle(bit, entry, losses),
    });
    this.#readers.push(cursor);
    this.#allReaderBits |= bit;
    return cursor;
  }

  fill(): number {
    return (this.#reservedBytes + this.#storedBytes) / this.#maxBytes;
  }

  depth(): QueueDepth {
    const oldest = this.#ring.get(this.#ring.head);
    const ageMs = oldest === undefined ? 0 : this.#env.now().monoMs - oldest.storedMonoMs;
    return {
      records: this.#records,
      bytes: this.#storedBytes,
      maxBytes: this.#maxBytes,
      oldestAgeSeconds: ageMs / 1000,
    };
  }

  #store(entry: QueueEntry): void {
    const records = entry.reasons.length;
    const bytes = entry.payload.byteLength + records + entry.severities.length + ENTRY_OVERHEAD_BYTES;
    if (this.#phase === "closed") throw new Error("the queue is closed: nothing can be stored any more");
    if (this.#reservedBytes + this.#storedBytes + bytes > this.#maxBytes) {
      throw new Error(`the entry of ${bytes} bytes is larger than its reservation and the queue is full`);
    }
    if (records === 0) return;
    const queued: QueuedEntry = {
      payload: entry.payload,
      reasons: entry.reasons,
      severities: entry.severities,
      receivedWallMs: entry.receivedWallMs,
      sequence: this.#ring.tail,
    };
    const settlement = new Settlement(this.#allReaderBits);
    this.#ring.append({ entry: queued, bytes, storedMonoMs: this.#env.now().monoMs, settlement });
    this.#storedBytes += bytes;
    this.#records += records;
    this.#ledger.queued(records);
    for (const reader of this.#readers) reader.wake();
  }

  #settle(readerBit: number, entry: QueuedEntry, losses: SettledLosses): void {
    const stored = this.#ring.get(entry.sequence);
    if (stored === undefined || !stored.settlement.settle(readerBit, losses)) return;
    this.#remove(stored);
    if (this.#records === 0) this.#onEmpty?.();
  }

  #remove(stored: StoredEntry): void {
    this.#ring.remove(stored.entry.sequence);
    this.#storedBytes -= stored.bytes;
    this.#records -= stored.entry.reasons.length;
    accountSettled(this.#ledger, stored.entry, stored.settlement.losses);
  }

  #abandonAll(): void {
    for (let sequence = this.#ring.head; sequence < this.#ring.tail; sequence++) {
      const stored = this.#ring.get(sequence);
      if (stored === undefined) continue;
      stored.settlement.abandon(stored.entry.reasons.length);
      this.#remove(stored);
    }
  }

  #emptyOrAborted(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener("abort", done);
        this.#onEmpty = undefined;
        resolve();
      };
      this.#onEmpty = done;
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
