/**
 * One request on its way through the engine, for the live pipeline and for replay: `index` until it is read, `step`
 * until it is decided, then `commit` when its survivors are stored, or `abort` when they are not. `end` frees its
 * memory, and aborts a request that was not committed.
 *
 * Promise: an aborted request leaves no counter changed: arrivals, charges, totals, summaries, first lines and floors
 * are as if it had never arrived. Only state of randomness and of time stays: a pattern's position in its random
 * sequence, its time of arrival, promoted traces.
 */
import type { Sender } from "../../model/consumer.ts";
import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { RecordSlice } from "../../model/record-slice.ts";
import type { HeldRecords } from "../context/context-keeper.ts";
import type { ReleasedContext } from "../context/context-release.ts";
import type { RepairCounts } from "../otlp/encode/encode-survivors.ts";
import type { RequestWork } from "../request/request-work.ts";
import { SLICE_RECORDS } from "../request/request-work.ts";
import type { Decisions } from "../sampling/decide/decisions.ts";
import type { SliceCounts } from "../sampling/decide/slice-counts.ts";

/** Operations that a transaction calls on its engine. */
export interface TransactionHost {
  /** Decides a slice and appends its survivors to the work's output. */
  decide(work: RequestWork, slice: RecordSlice): void;
  undo(work: RequestWork, slice: RecordSlice): void;
  /** Holds the sampled-out records for a time, as possible context. */
  hold(work: RequestWork, slices: number, now: Instant): HeldRecords;
  releaseContext(work: RequestWork, record: number, now: Instant): ReleasedContext | undefined;
  spend(billedBytes: number): void;
  release(work: RequestWork): void;
}

/** The kept records of a request, as a queue entry holds them. */
export interface Survivors {
  /** An ExportLogsServiceRequest; a copy. */
  readonly payload: Uint8Array;
  /** KEEP_REASONS code and severity number of each record, in wire order. */
  readonly reasons: Uint8Array;
  readonly severities: Uint8Array;
}

/** Results of a commit beside the survivors. */
export interface Committed {
  readonly held: HeldRecords;
  /** Context that the triggers of the request release: forwarded with weight 0. */
  readonly contexts: readonly ReleasedContext[];
}

export class RequestTransaction {
  readonly #host: TransactionHost;
  readonly #work: RequestWork;
  readonly #sender: Sender;
  readonly #slices: RecordSlice[] = [];
  #decided = 0;
  #isCommitted = false;
  #hasEnded = false;

  /** @param request an uncompressed protobuf ExportLogsServiceRequest; views of it are used until `end` */
  constructor(host: TransactionHost, work: RequestWork, request: Uint8Array, sender: Sender) {
    this.#host = host;
    this.#work = work;
    this.#sender = sender;
    work.pass.begin(work.batch, request, request.length);
  }

  get batch(): LogBatch {
    return this.#work.batch;
  }

  get decisions(): Decisions {
    return this.#work.decisions;
  }

  /** Repairs made in the survivors. */
  get repairs(): Readonly<RepairCounts> {
    return this.#work.repairs;
  }

  /** Counts of the slices decided so far. */
  *counts(): IterableIterator<SliceCounts> {
    for (const { index } of this.#slices) yield this.#work.decisions.counts(index);
  }

  /**
   * Reads further records. @returns true when the whole request is read
   * @throws {DecodeError} when the framing above the LogRecords is damaged
   */
  index(maxRecords: number = SLICE_RECORDS): boolean {
    return this.#work.pass.step(maxRecords);
  }

  /**
   * Decides the next slice.
   * @param now time of arrival of the request, the same for all of its slices
   * @returns false when no record is left to decide
   */
  step(now: Instant, maxRecords: number = SLICE_RECORDS): boolean {
    const { batch } = this.#work;
    const from = this.#decided;
    if (from >= batch.recordCount) return false;
    const to = Math.min(batch.recordCount, from + maxRecords);
    const slice: RecordSlice = { batch, from, to, index: this.#slices.length, now, sender: this.#sender };
    this.#slices.push(slice);
    this.#host.decide(this.#work, slice);
    this.#decided = to;
    return to < batch.recordCount;
  }

  /** The kept records; undefined when there are none. */
  survivors(): Survivors | undefined {
    const { batch, decisions, out } = this.#work;
    let kept = 0;
    for (const { keptRecords } of this.counts()) kept += keptRecords;
    if (kept === 0) return undefined;
    const reasons = new Uint8Array(kept);
    const severities = new Uint8Array(kept);
    let at = 0;
    for (let i = 0; i < batch.recordCount; i++) {
      if (decisions.keep[i] === 0) continue;
      reasons[at] = decisions.reason[i];
      severities[at++] = batch.severity[i];
    }
    return { payload: out.copy(), reasons, severities };
  }

  /**
   * Commits when the survivors are stored: sampled-out records may become context, and triggers release theirs.
   * @param billedBytes expected cost of the survivors; 0 when the caller reports really billed bytes to the engine
   */
  commit(now: Instant, billedBytes: number): Committed {
    this.#isCommitted = true;
    const held = this.#host.hold(this.#work, this.#slices.length, now);
    this.#host.spend(billedBytes);
    const contexts: ReleasedContext[] = [];
    for (const { triggers, triggerCount } of this.counts()) {
      for (let at = 0; at < triggerCount; at++) {
        const released = this.#host.releaseContext(this.#work, triggers[at], now);
        if (released !== undefined) contexts.push(released);
      }
    }
    return { held, contexts };
  }

  /** Undoes every slice, the last one first, when the survivors are lost. */
  abort(): void {
    for (const slice of this.#slices.toReversed()) this.#host.undo(this.#work, slice);
    this.#slices.length = 0;
    this.#decided = 0;
  }

  /** Ends the transaction, which must not be used afterwards, except by another `end`. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (!this.#isCommitted) this.abort();
    this.#host.release(this.#work);
  }
}
