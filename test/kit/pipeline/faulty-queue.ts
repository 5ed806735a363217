/** A real memory queue that fails where a test says so: the ways in which a queue on a disk can fail. */
import type { ComponentHealth } from "../../../src/model/ports/component.ts";
import type {
  ExportQueue,
  QueueDepth,
  QueueEntry,
  QueueReader,
  QueueReservation,
} from "../../../src/model/ports/queue.ts";
import { MemoryQueue } from "../../../src/queue/memory-queue.ts";
import type { RecordingTelemetry } from "../recording-telemetry.ts";
import type { VirtualEnvironment } from "../virtual-environment.ts";

export type QueueFault =
  /** Stored at once, or after a turn of the event loop. */
  | "none"
  | "async"
  /** No space is reserved. */
  | "refuse"
  /** The commit throws, or its promise rejects after a turn. */
  | "throw"
  | "reject"
  /** Half of the entry is written over several turns before the disk is full: the promise rejects late. */
  | "half-way";

export const QUEUE_FAULTS: readonly QueueFault[] = ["none", "async", "refuse", "throw", "reject", "half-way"];

export class FaultyQueue implements ExportQueue {
  readonly id: string = "queue";
  /** What the next request meets. */
  fault: QueueFault = "none";
  /** Reservations that were neither committed nor released. */
  open = 0;
  readonly entries: QueueEntry[] = [];
  readonly #queue: MemoryQueue;

  constructor(env: VirtualEnvironment, { ledger }: RecordingTelemetry) {
    this.#queue = new MemoryQueue({ maxBytes: 2 ** 30 }, { env, ledger });
  }

  reserve(bytes: number): QueueReservation | undefined {
    const { fault } = this;
    const reservation = fault === "refuse" ? undefined : this.#queue.reserve(bytes);
    if (reservation === undefined) return undefined;
    this.open++;
    return {
      commit: (entry) => this.#commit(fault, reservation, entry),
      release: () => {
        this.open--;
        reservation.release();
      },
    };
  }

  #commit(fault: QueueFault, reservation: QueueReservation, entry: QueueEntry): void | Promise<void> {
    this.open--;
    if (fault === "none") return this.#store(reservation, entry);
    if (fault === "async") return turns(1).then(() => this.#store(reservation, entry));
    reservation.release();
    if (fault === "throw") throw new Error("Store entry: the disk is full");
    return turns(fault === "half-way" ? 3 : 1).then(() => Promise.reject(new Error("Store entry: the disk is full")));
  }

  #store(reservation: QueueReservation, entry: QueueEntry): void {
    this.entries.push(entry);
    void reservation.commit(entry);
  }

  reader(exporterId: string): QueueReader {
    return this.#queue.reader(exporterId);
  }

  fill(): number {
    return this.#queue.fill();
  }

  depth(): QueueDepth {
    return this.#queue.depth();
  }

  start(): Promise<void> {
    return this.#queue.start();
  }

  shutdown(signal: AbortSignal): Promise<void> {
    return this.#queue.shutdown(signal);
  }

  health(): ComponentHealth {
    return this.#queue.health();
  }
}

/** So many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}
