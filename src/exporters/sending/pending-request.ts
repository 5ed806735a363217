/**
 * A request on its way: its records, where they came from, and what happened to it so far. It is retried until it has
 * an outcome, or split in two when it is refused. Bounded by the batch it was built from; the encoded bytes exist only
 * while an attempt is under way.
 */
import type { DropReason } from "../../model/decision.ts";
import { KEEP_REASONS } from "../../model/decision.ts";
import type { OutgoingRequest } from "./destination.ts";
import type { Regrouped } from "./regrouped.ts";
import { SplitGroup } from "./split-group.ts";
import type { TakenEntry } from "./taken-entry.ts";

/** 500s of one request while others succeed, until the request itself is the suspect. */
export const MAX_SUSPICIONS = 8;

export class PendingRequest implements OutgoingRequest {
  readonly recordCount: number;
  readonly byteLength: number;
  readonly splitGroup: SplitGroup;
  /** Attempts that ended without an outcome; a wait that the destination asked for is none. */
  failures = 0;
  /** Dispatched before: the next time is a retry. */
  sentBefore = false;
  /** Not before this instant, milliseconds on the clock that never jumps. */
  notBeforeMs = 0;
  /** Deferred until the destination accepts another request, or until the next probe. */
  deferred = false;
  readonly #records: Regrouped;
  readonly #entries: readonly TakenEntry[];
  #encoded: Uint8Array | undefined;
  #suspicions: number;
  #successesSeen = 0;

  constructor(
    records: Regrouped,
    entries: readonly TakenEntry[],
    splitGroup: SplitGroup = new SplitGroup(),
    suspicions = 0,
  ) {
    this.recordCount = records.recordCount;
    this.byteLength = records.byteLength;
    this.splitGroup = splitGroup;
    this.#records = records;
    this.#entries = entries;
    this.#suspicions = suspicions;
  }

  get bytes(): Uint8Array {
    this.#encoded ??= this.#records.encode();
    return this.#encoded;
  }

  /** Lets go of the encoded bytes between attempts. */
  forgetBytes(): void {
    this.#encoded = undefined;
  }

  countReasons(): Uint32Array {
    const counts = new Uint32Array(KEEP_REASONS.length);
    for (let record = 0; record < this.recordCount; record++) {
      const source = this.#entries[this.#records.payloadOf(record)];
      const reason = source?.entry.reasons[this.#records.indexOf(record)] ?? 0;
      counts[reason] = (counts[reason] ?? 0) + 1;
    }
    return counts;
  }

  /** All records were accepted. */
  delivered(): void {
    this.splitGroup.settled();
    for (let record = 0; record < this.recordCount; record++) {
      this.#entries[this.#records.payloadOf(record)]?.delivered();
    }
  }

  /** All records are lost to this exporter. */
  lost(reason: DropReason): void {
    this.splitGroup.settled();
    for (let record = 0; record < this.recordCount; record++) {
      this.#entries[this.#records.payloadOf(record)]?.lost(this.#records.indexOf(record), reason);
    }
  }

  /** @param successes requests the destination has accepted: only later ones say anything about this request */
  attemptStarts(successes: number): void {
    if (!this.sentBefore) this.#successesSeen = successes;
    this.sentBefore = true;
  }

  /**
   * Notes a failure that the request itself may have caused; it counts only when others succeeded since the last one.
   * @returns true when the request is to be treated as refused
   */
  suspect(successes: number): boolean {
    if (successes > this.#successesSeen) this.#suspicions++;
    this.#successesSeen = successes;
    return this.#suspicions >= MAX_SUSPICIONS;
  }

  /** @returns two halves by records, or undefined for a single record and for a batch that has cost enough requests */
  bisect(): readonly [PendingRequest, PendingRequest] | undefined {
    if (this.recordCount < 2 || !this.splitGroup.paySplit()) return undefined;
    return this.#cut("records");
  }

  /** Two halves by bytes, uncounted: for a request that is known to be too large. Two records or more. */
  halve(): readonly [PendingRequest, PendingRequest] {
    return this.#cut("bytes");
  }

  #cut(by: "bytes" | "records"): readonly [PendingRequest, PendingRequest] {
    this.splitGroup.halved();
    const [left, right] = this.#records.split(by);
    return [this.#piece(left), this.#piece(right)];
  }

  #piece(records: Regrouped): PendingRequest {
    // Half of a suspect needs one more failure among successes to be split again. A single record needs all eight:
    // a destination that fails at random must not make it be dropped.
    const inherits = this.#suspicions >= MAX_SUSPICIONS && records.recordCount > 1;
    return new PendingRequest(records, this.#entries, this.splitGroup, inherits ? MAX_SUSPICIONS - 1 : 0);
  }
}
