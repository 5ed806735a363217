/**
 * What the send loop needs of a set of records on its way out: the survivors of several queue entries, merged under
 * identical resources and scopes, and where each of them came from. Made by core/otlp; nothing here is per record.
 */
import type { QueueEntry } from "../../model/ports/queue.ts";

/** Merges the records of these entries; `payloadOf` refers to their order. Throws DecodeError for a damaged payload. */
export type Regroup = (entries: readonly QueueEntry[]) => Regrouped;

export interface Regrouped {
  readonly recordCount: number;
  /** Exact size of `encode()`. */
  readonly byteLength: number;
  /** A protobuf ExportLogsServiceRequest of all records; a fresh array. */
  encode(): Uint8Array;
  /** Of output record `record`: index of the payload it came from. */
  payloadOf(record: number): number;
  /** Of output record `record`: its index inside that payload, in wire order. */
  indexOf(record: number): number;
  /** Two sets of about half the bytes, or of half the records, neither empty; only for two records or more. */
  split(by: "bytes" | "records"): readonly [Regrouped, Regrouped];
}
