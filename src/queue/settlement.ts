/**
 * What became of one queue entry at its readers, and the one place where that reaches the ledger.
 * A record is forwarded when at least one exporter delivered it; it is lost, for the reason given last, when none did.
 * Shared by every queue behind the port. The reason shutdown_abandoned is special: it says that the exporter had to
 * stop, so a queue that outlives the process keeps such an entry instead of accounting for it.
 */

import type { DropReason } from "../model/decision.ts";
import { DROP_REASONS, KEEP_REASONS } from "../model/decision.ts";
import type { QueueEntry, SettledLosses } from "../model/ports/queue.ts";
import type { Ledger } from "../model/telemetry.ts";

/** Readers are bits of one int32; more exporters than this on one sidecar is a configuration error. */
export const MAX_READERS = 30;

const SEVERITY_NUMBERS = 26;
const NO_LOSSES: ReadonlyMap<number, DropReason> = new Map<number, DropReason>();

export class Settlement {
  #open: number;
  #lost: ReadonlyMap<number, DropReason> | undefined;

  /** @param readerBits one bit set for each reader that must settle */
  constructor(readerBits: number) {
    this.#open = readerBits;
  }

  /** True while this reader has not settled. */
  isOpen(readerBit: number): boolean {
    return (this.#open & readerBit) !== 0;
  }

  /**
   * Takes one reader's word. A second word of the same reader changes nothing.
   * @returns true when this was the last reader
   */
  settle(readerBit: number, losses: SettledLosses): boolean {
    if (!this.isOpen(readerBit)) return false;
    this.#open &= ~readerBit;
    this.#lost = this.#lost === undefined ? (losses ?? NO_LOSSES) : lostByBoth(this.#lost, losses ?? NO_LOSSES);
    return this.#open === 0;
  }

  /** Settles for every reader that has not: none of them delivered anything. */
  abandon(records: number): void {
    if (this.#open === 0) return;
    const losses = new Map<number, DropReason>();
    for (let record = 0; record < records; record++) {
      if (this.#lost === undefined || this.#lost.has(record)) losses.set(record, "shutdown_abandoned");
    }
    this.#open = 0;
    this.#lost = losses;
  }

  /** Record index → reason of every record that no reader delivered; meaningful once all have settled. */
  get losses(): ReadonlyMap<number, DropReason> {
    return this.#lost ?? NO_LOSSES;
  }
}

/** Moves the records of a settled entry out of `queued`, into `forwarded` and `dropped`. */
export function accountSettled(ledger: Ledger, entry: QueueEntry, losses: ReadonlyMap<number, DropReason>): void {
  const forwarded = new Uint32Array(KEEP_REASONS.length);
  const dropped = losses.size === 0 ? undefined : new Uint32Array(DROP_REASONS.length * SEVERITY_NUMBERS);
  for (let record = 0; record < entry.reasons.length; record++) {
    const lostTo = dropped === undefined ? undefined : losses.get(record);
    if (dropped === undefined || lostTo === undefined) {
      const reason = entry.reasons[record] ?? 0;
      forwarded[reason] = (forwarded[reason] ?? 0) + 1;
    } else {
      const cell = DROP_REASONS.indexOf(lostTo) * SEVERITY_NUMBERS + (entry.severities[record] ?? 0);
      dropped[cell] = (dropped[cell] ?? 0) + 1;
    }
  }
  ledger.queued(-entry.reasons.length);
  for (const [code, reason] of KEEP_REASONS.entries()) {
    const records = forwarded[code] ?? 0;
    if (records > 0) ledger.forwarded(reason, records);
  }
  if (dropped !== undefined) accountDropped(ledger, dropped);
}

function accountDropped(ledger: Ledger, dropped: Uint32Array): void {
  for (const [code, reason] of DROP_REASONS.entries()) {
    for (let severity = 0; severity < SEVERITY_NUMBERS; severity++) {
      const records = dropped[code * SEVERITY_NUMBERS + severity] ?? 0;
      if (records > 0) ledger.dropped(reason, severity, records);
    }
  }
}

function lostByBoth(
  before: ReadonlyMap<number, DropReason>,
  now: ReadonlyMap<number, DropReason>,
): ReadonlyMap<number, DropReason> {
  const both = new Map<number, DropReason>();
  for (const [record, reason] of now) {
    if (before.has(record)) both.set(record, reason);
  }
  return both;
}
