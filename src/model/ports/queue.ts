/** Port: the export queue, its entries, reservations and readers. */
import type { DropReason } from "../decision.ts";
import type { Component } from "./component.ts";

/** Survivors of one batch (or a flush of summaries), ready to be sent by every exporter. */
export interface QueueEntry {
  /** A protobuf ExportLogsServiceRequest, owned by the queue from now on; never written to again. */
  readonly payload: Uint8Array;
  /** KEEP_REASONS code of each record, in wire order; its length is the number of records. */
  readonly reasons: Uint8Array;
  /** Severity number (1..25) of each record, in wire order. */
  readonly severities: Uint8Array;
  /** When the batch was received, unix milliseconds: what an absent timestamp becomes. */
  readonly receivedWallMs: number;
}

/** An entry as a reader sees it. */
export interface QueuedEntry extends QueueEntry {
  /** Increasing in order of commit. */
  readonly sequence: number;
}

/** Space promised before any counter moved. Exactly one of commit and release is called. */
export interface QueueReservation {
  /** Stores the entry as safely as `durability` says; resolves (or returns) when it is. Throws or rejects when it cannot: the batch is then undone. */
  commit(entry: QueueEntry): void | Promise<void>;
  release(): void;
}

/** What became of the records of an entry at one exporter: undefined = all delivered; else record index → why it was lost. */
export type SettledLosses = ReadonlyMap<number, DropReason> | undefined;

/** One exporter's position in the queue. Entries are handed out in order, and stay stored until every reader settled them. */
export interface QueueReader {
  /** The next entry not yet taken by this reader, or undefined. */
  take(): QueuedEntry | undefined;
  /** Resolves when take() may return an entry, or when the signal aborts. */
  wait(signal: AbortSignal): Promise<void>;
  settle(entry: QueuedEntry, losses: SettledLosses): void;
}

export interface ExportQueue extends Component {
  /** @returns undefined when the entry might not fit: the request is refused with `queue_full`. */
  reserve(bytes: number): QueueReservation | undefined;
  /** Every reader must be created before `start`; each gets every entry. */
  reader(exporterId: string): QueueReader;
  /** Of the bytes bound, 0..1: input of the sampler's budget. */
  fill(): number;
  depth(): QueueDepth;
}

export interface QueueDepth {
  readonly records: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** 0 when empty. */
  readonly oldestAgeSeconds: number;
}
