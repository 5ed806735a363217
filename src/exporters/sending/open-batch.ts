/**
 * The batch that is being filled: entries taken from the queue, not yet regrouped. It is ready when it should fill a
 * request, when its first entry has waited long enough, or when the process is leaving.
 * Bounded by the size of a request plus one entry.
 */
import type { QueuedEntry, QueueReader } from "../../model/ports/queue.ts";
import { TakenEntry } from "./taken-entry.ts";

export interface SealedBatch {
  readonly entries: readonly TakenEntry[];
  /** Sum of the entries' payloads. */
  readonly payloadBytes: number;
}

export class OpenBatch {
  readonly #flushIntervalMs: number;
  #entries: TakenEntry[] = [];
  #payloadBytes = 0;
  #deadlineMs = Number.POSITIVE_INFINITY;

  constructor(flushIntervalMs: number) {
    this.#flushIntervalMs = flushIntervalMs;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Sum of the payloads so far; what they become once regrouped is the caller's estimate. */
  get payloadBytes(): number {
    return this.#payloadBytes;
  }

  /** When the batch goes, full or not; infinite when it is empty. */
  get deadlineMs(): number {
    return this.#deadlineMs;
  }

  add(entry: QueuedEntry, reader: QueueReader, nowMs: number): void {
    if (this.isEmpty) this.#deadlineMs = nowMs + this.#flushIntervalMs;
    this.#entries.push(new TakenEntry(entry, reader));
    this.#payloadBytes += entry.payload.byteLength;
  }

  /** Hands the content over and starts anew. */
  seal(): SealedBatch {
    const sealed = { entries: this.#entries, payloadBytes: this.#payloadBytes };
    this.#entries = [];
    this.#payloadBytes = 0;
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    return sealed;
  }
}
