/**
 * Turns queue entries into requests: takes entries while the open batch has room, regroups a batch when it goes, and
 * cuts what came out too large. Learns from the destination how large a request may be, and from its own work how much
 * regrouping saves. Bounded by one request's worth of entries plus one entry.
 */
import { DecodeError } from "../../core/otlp/wire/decode-error.ts";
import type { QueueReader } from "../../model/ports/queue.ts";
import { OpenBatch } from "./open-batch.ts";
import { PendingRequest } from "./pending-request.ts";
import { RegroupRatio } from "./regroup-ratio.ts";
import type { Regroup, Regrouped } from "./regrouped.ts";
import type { TakenEntry } from "./taken-entry.ts";

/** A destination that refuses even this much at once is obeyed request by request, but not learned from. */
const MIN_LEARNED_BYTES: number = 64 * 1024;

export class RequestBuilder {
  readonly #reader: QueueReader;
  readonly #regroup: Regroup;
  readonly #open: OpenBatch;
  readonly #ratio: RegroupRatio = new RegroupRatio();
  #targetBytes: number;

  constructor(
    settings: { readonly flushIntervalMs: number; readonly maxRequestBytes: number },
    reader: QueueReader,
    regroup: Regroup,
  ) {
    this.#reader = reader;
    this.#regroup = regroup;
    this.#open = new OpenBatch(settings.flushIntervalMs);
    this.#targetBytes = settings.maxRequestBytes;
  }

  get isEmpty(): boolean {
    return this.#open.isEmpty;
  }

  get isFull(): boolean {
    return this.#ratio.estimate(this.#open.payloadBytes) >= this.#targetBytes;
  }

  /** Bytes of built requests over bytes of the entries they were built from, smoothed. */
  get regroupRatio(): number {
    return this.#ratio.value;
  }

  /** Takes what fits. */
  fill(nowMs: number): void {
    while (!this.isFull) {
      const entry = this.#reader.take();
      if (entry === undefined) return;
      this.#open.add(entry, this.#reader, nowMs);
    }
  }

  /** When the open batch is to go; infinite when it is empty. */
  dueMs(nowMs: number): number {
    return this.isFull ? nowMs : this.#open.deadlineMs;
  }

  /**
   * The open batch as requests of at most the target size; a single larger record goes by itself. Entries that cannot
   * be read (a damaged store) are lost to their reason, and only they.
   * @param onCorrupt told how many records were lost that way
   */
  build(onCorrupt: (records: number) => void): PendingRequest[] {
    const sealed = this.#open.seal();
    const whole = this.#regrouped(sealed.entries);
    if (whole !== undefined) {
      this.#ratio.observe(sealed.payloadBytes, whole.byteLength);
      return this.#cutToTarget(new PendingRequest(whole, sealed.entries));
    }
    const readable = sealed.entries.filter((taken) => this.#regrouped([taken]) !== undefined);
    for (const taken of sealed.entries) {
      if (readable.includes(taken)) continue;
      taken.lostWhole("corrupt_store");
      onCorrupt(taken.entry.reasons.length);
    }
    const records = this.#regrouped(readable);
    return records === undefined || records.recordCount === 0
      ? []
      : this.#cutToTarget(new PendingRequest(records, readable));
  }

  /** The destination called a request of this size too large. @returns the new target, or undefined when it stays */
  learn(refusedBytes: number): number | undefined {
    const learned = Math.max(MIN_LEARNED_BYTES, Math.floor(refusedBytes / 2));
    if (learned >= this.#targetBytes) return undefined;
    this.#targetBytes = learned;
    return learned;
  }

  /** Hands the open batch's entries back to the queue. */
  abandon(): void {
    for (const taken of this.#open.seal().entries) taken.lostWhole("shutdown_abandoned");
  }

  /** @returns undefined when an entry is damaged or does not hold as many records as it says */
  #regrouped(entries: readonly TakenEntry[]): Regrouped | undefined {
    try {
      const records = this.#regroup(entries.map((taken) => taken.entry));
      const expected = entries.reduce((sum, taken) => sum + taken.entry.reasons.length, 0);
      return records.recordCount === expected ? records : undefined;
    } catch (error) {
      if (error instanceof DecodeError) return undefined;
      throw error;
    }
  }

  #cutToTarget(request: PendingRequest): PendingRequest[] {
    if (request.byteLength <= this.#targetBytes || request.recordCount < 2) return [request];
    const [left, right] = request.halve();
    return [...this.#cutToTarget(left), ...this.#cutToTarget(right)];
  }
}
