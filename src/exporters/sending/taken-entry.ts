/**
 * A queue entry while its exporter works on it: how many of its records still wait for an outcome, and which were lost.
 * Settles the entry exactly once, when the last record has its outcome.
 */
import type { DropReason } from "../../model/decision.ts";
import type { QueuedEntry, QueueReader } from "../../model/ports/queue.ts";

export class TakenEntry {
  readonly entry: QueuedEntry;
  readonly #reader: QueueReader;
  #pending: number;
  #losses: Map<number, DropReason> | undefined;

  constructor(entry: QueuedEntry, reader: QueueReader) {
    this.entry = entry;
    this.#reader = reader;
    this.#pending = entry.reasons.length;
  }

  delivered(): void {
    this.#finish();
  }

  /** @param record index in the entry */
  lost(record: number, reason: DropReason): void {
    this.#losses ??= new Map();
    this.#losses.set(record, reason);
    this.#finish();
  }

  /** None of the records was delivered, or will be. */
  lostWhole(reason: DropReason): void {
    for (let record = this.entry.reasons.length - 1; record >= 0; record--) this.lost(record, reason);
  }

  #finish(): void {
    this.#pending--;
    if (this.#pending === 0) this.#reader.settle(this.entry, this.#losses);
  }
}
