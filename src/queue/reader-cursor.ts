/**
 * One exporter's position in a queue: hands entries out in order of commit, each once, and sleeps without polling.
 * A closed queue wakes no reader: a waiting reader is ended by its own signal, so that it never spins.
 * Holds a sequence number and at most a few waiting promises; the entries stay with the queue.
 */
import type { QueuedEntry, QueueReader, SettledLosses } from "../model/ports/queue.ts";

/** What a cursor needs of its queue. */
export interface CursorSource {
  /** The entry under this number, or undefined when it left the queue. */
  entryAt(sequence: number): QueuedEntry | undefined;
  /** One past the last entry. */
  tail(): number;
  settle(entry: QueuedEntry, losses: SettledLosses): void;
}

export class ReaderCursor implements QueueReader {
  readonly exporterId: string;
  readonly #source: CursorSource;
  readonly #sleepers = new Set<() => void>();
  #next: number;

  /** @param first sequence number of the first entry this reader sees */
  constructor(exporterId: string, first: number, source: CursorSource) {
    this.exporterId = exporterId;
    this.#next = first;
    this.#source = source;
  }

  take(): QueuedEntry | undefined {
    while (this.#next < this.#source.tail()) {
      const entry = this.#source.entryAt(this.#next++);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted || this.#next < this.#source.tail()) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener("abort", done);
        this.#sleepers.delete(done);
        resolve();
      };
      this.#sleepers.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }

  settle(entry: QueuedEntry, losses: SettledLosses): void {
    this.#source.settle(entry, losses);
  }

  /** Resolves every wait(); called when an entry was stored. */
  wake(): void {
    for (const sleeper of [...this.#sleepers]) sleeper();
  }
}
