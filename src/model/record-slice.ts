/** A slice of a request. */
import type { Sender } from "./consumer.ts";
import type { Instant } from "./instant.ts";
import type { LogBatch } from "./log-batch.ts";

/**
 * Records [from, to) of a batch on their way through the core, with the time at which they are processed and their sender.
 * A large request is processed in several slices; between two of them other requests are.
 */
export interface RecordSlice {
  readonly batch: LogBatch;
  readonly from: number;
  readonly to: number;
  /** Number of the slice within its request, from 0. */
  readonly index: number;
  readonly now: Instant;
  readonly sender: Sender;
}

/** Billed input bytes of a slice: its share, by records, of the whole request. */
export function inputBytesOf({ batch, from, to }: RecordSlice): number {
  return batch.recordCount > 0 ? batch.length * ((to - from) / batch.recordCount) : 0;
}
