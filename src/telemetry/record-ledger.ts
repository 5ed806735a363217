/**
 * The record ledger: what came in, what became of it, and what is still here, as plain counts.
 * Promises that `error` is exactly left minus right, and that a count costs one addition: no label map, no allocation.
 * Bounded by its closed label lists (a few hundred numbers). Counts are exact up to 2^53 records.
 */

import type { DropReason, KeepReason, RejectReason } from "../model/decision.ts";
import { DROP_REASONS, KEEP_REASONS, REJECT_REASONS } from "../model/decision.ts";
import { SEVERITY_CLASSES, severityClassOf } from "../model/severity.ts";
import type { Ledger, LedgerSnapshot, Transport } from "../model/telemetry.ts";

/** Label values of `transport`, in the order of RecordLedger.receivedBy. */
export const TRANSPORTS: readonly Transport[] = ["grpc", "http"];

/** The drop reasons that are a decision of the sampler; every other one is a loss. */
const INTENDED_DROPS: readonly DropReason[] = ["sampled_out", "muted"];

/**
 * One per process: handed to every stage that moves records. Its arrays are read at scrape time and written only here.
 */
export class RecordLedger implements Ledger {
  /** By index in TRANSPORTS. */
  readonly receivedBy: Float64Array = new Float64Array(TRANSPORTS.length);
  /** By index in REJECT_REASONS. */
  readonly rejectedBy: Float64Array = new Float64Array(REJECT_REASONS.length);
  /** By index in KEEP_REASONS. */
  readonly keptBy: Float64Array = new Float64Array(KEEP_REASONS.length);
  /** By index in KEEP_REASONS. */
  readonly forwardedBy: Float64Array = new Float64Array(KEEP_REASONS.length);
  /** Index in DROP_REASONS times SEVERITY_CLASSES.length plus index in SEVERITY_CLASSES. */
  readonly droppedBy: Float64Array = new Float64Array(DROP_REASONS.length * SEVERITY_CLASSES.length);
  #recovered = 0;
  #generated = 0;
  #held = 0;
  #queued = 0;

  received(transport: Transport, records: number): void {
    add(this.receivedBy, transport === "grpc" ? 0 : 1, records);
  }

  recovered(records: number): void {
    this.#recovered += records;
  }

  generated(records: number): void {
    this.#generated += records;
  }

  rejected(reason: RejectReason, records: number): void {
    add(this.rejectedBy, REJECT_REASONS.indexOf(reason), records);
  }

  kept(reason: KeepReason, records: number): void {
    add(this.keptBy, KEEP_REASONS.indexOf(reason), records);
  }

  forwarded(reason: KeepReason, records: number): void {
    add(this.forwardedBy, KEEP_REASONS.indexOf(reason), records);
  }

  dropped(reason: DropReason, severityNumber: number, records: number): void {
    const row = DROP_REASONS.indexOf(reason) * SEVERITY_CLASSES.length;
    add(this.droppedBy, row + severityClassOf(severityNumber), records);
  }

  held(delta: number): void {
    this.#held += delta;
  }

  queued(delta: number): void {
    this.#queued += delta;
  }

  /** @returns all sides of the balance now; O(label values), a few dozen additions. */
  snapshot(): LedgerSnapshot {
    const received = sum(this.receivedBy, 0, this.receivedBy.length);
    const forwarded = sum(this.forwardedBy, 0, this.forwardedBy.length);
    const rejected = sum(this.rejectedBy, 0, this.rejectedBy.length);
    let sampledOut = 0;
    let dropped = 0;
    for (const [index, reason] of DROP_REASONS.entries()) {
      const row = index * SEVERITY_CLASSES.length;
      const records = sum(this.droppedBy, row, row + SEVERITY_CLASSES.length);
      if (INTENDED_DROPS.includes(reason)) sampledOut += records;
      else dropped += records;
    }
    const [recovered, generated, held, queued] = [this.#recovered, this.#generated, this.#held, this.#queued];
    const error = received + recovered + generated - (forwarded + sampledOut + rejected + dropped + held + queued);
    return { received, recovered, generated, forwarded, sampledOut, rejected, dropped, held, queued, error };
  }
}

function add(counts: Float64Array, index: number, records: number): void {
  counts[index] = (counts[index] ?? 0) + records;
}

function sum(counts: Float64Array, from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index++) total += counts[index] ?? 0;
  return total;
}
