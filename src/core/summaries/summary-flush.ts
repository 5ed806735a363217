/**
 * Decides when the collected rows go out as a flush, and folds what the allowance does not pay. While it does not pay
 * all rows the interval stretches and buckets widen (1 → 5 → 15 → 60 minutes); after an hour the tail is folded into
 * one `other` row a service and bucket, hour or day, so that counts stay true. A large flush goes out in portions.
 */

import type { SummaryHistory } from "../../model/ports/history.ts";
import type { PendingSummary } from "./pending-summaries.ts";
import { countServices, foldTail } from "./pending-summaries.ts";
import { SentTemplates } from "./sent-templates.ts";
import type { SummaryAccumulator } from "./summary-accumulator.ts";
import { bytesOf, ROW_BYTES, rowBytes, SummaryAllowance } from "./summary-allowance.ts";
import { SummaryCollector } from "./summary-collector.ts";
import type { SummaryDirectory } from "./summary-directory.ts";
import { SummaryOutbox } from "./summary-outbox.ts";

const MAX_DELAY_MS = 60 * 60_000;
/** Where even a row a service costs more than the allowance by then, the flush is tried again at this interval. */
const RETRY_MS = 10 * 60_000;
/** After a day the rows go out whether or not they are paid. */
const MOST_DELAY_MS = 24 * 60 * 60_000;

export interface SummaryRow {
  /** Published id, or `other` for a folded tail. */
  readonly pattern: string;
  /** Present the first time in an hour. */
  readonly template: string | undefined;
  readonly service: string;
  /** Unix milliseconds of the start of the event-time bucket. */
  readonly bucketMs: number;
  readonly count: number;
  readonly bytes: number;
  readonly kept: number;
  readonly weightSum: number;
  readonly context: number;
  /** Never used twice: instance, boot and sequence. */
  readonly id: string;
}

export interface SummaryFlushSettings {
  readonly intervalMs: number;
  /** Share of granted bytes that summaries may take. */
  readonly maxBudgetShare: number;
  /** Prefix of ids: instance and boot. */
  readonly origin: string;
}

export class SummaryFlush {
  readonly #settings: SummaryFlushSettings;
  readonly #allowance: SummaryAllowance;
  readonly #templates = new SentTemplates();
  readonly #collector: SummaryCollector;
  readonly #outbox = new SummaryOutbox();
  #sequence = 0;
  #lastFlushMs = -1;
  #retryMs = 0;

  constructor(
    settings: SummaryFlushSettings,
    accumulator: SummaryAccumulator,
    directory: SummaryDirectory,
    history?: SummaryHistory,
  ) {
    const { origin } = settings;
    this.#settings = settings;
    this.#allowance = new SummaryAllowance(settings.maxBudgetShare);
    this.#collector = new SummaryCollector({ accumulator, directory, templates: this.#templates, history, origin });
  }

  /** The row is about to be reused: its counts are taken under the name of the pattern that it still holds. */
  evict(row: number): void {
    this.#collector.evict(row);
  }

  /**
   * @param granted bytes granted to the budget since start, from which the share accrues; Infinity: no budget
   * @param leftover undefined in ordinary times; at shutdown, when everything goes out now, the bytes of the budget
   * that are not spent any more: the last rows may have them on top of their share
   * @returns rows to be sent now, none while the interval has not passed
   */
  flush(monoMs: number, granted: number, leftover: number | undefined): SummaryRow[] {
    if (this.#lastFlushMs < 0) this.#lastFlushMs = monoMs;
    this.#collector.feedHistoryIfDue(monoMs);
    const share = this.#allowance.accrue(granted);
    this.#templates.expire(monoMs);
    if (leftover === undefined && !this.#outbox.isEmpty) return this.#send(share);
    const rest = this.#send(Number.POSITIVE_INFINITY);
    const collected = leftover === undefined ? this.#collectDue(monoMs) : this.#collector.collect();
    if (collected === undefined) return [];
    this.#lastFlushMs = monoMs;
    this.#allowance.add(Math.max(0, leftover ?? 0));
    this.#fill(collected, monoMs);
    return [...rest, ...this.#send(leftover === undefined ? share : Number.POSITIVE_INFINITY)];
  }

  /** Rows of exact counts that the history did not take, since start. */
  get historyDropped(): number {
    return this.#collector.historyDropped;
  }

  /** Rows that could not be queued: they go out with the next flush, under ids of their own. */
  requeue(rows: readonly SummaryRow[]): void {
    this.#allowance.add(bytesOf(rows));
    for (const row of rows) if (row.template !== undefined) this.#templates.takeBack(row.pattern);
    this.#collector.putBack(rows.map(({ id: _, ...row }) => row));
  }

  /** @returns undefined while the interval has not passed, or the rows cannot be paid: then they wait, unfolded */
  #collectDue(monoMs: number): PendingSummary[] | undefined {
    const waitedMs = monoMs - this.#lastFlushMs;
    if (waitedMs < this.#settings.intervalMs) return undefined;
    if (waitedMs < MAX_DELAY_MS && !this.#allowance.pays(this.#collector.waiting)) {
      this.#setBucketWidth(this.#allowance.widen(waitedMs));
      return undefined;
    }
    if (monoMs < this.#retryMs) return undefined;
    const rows = this.#collector.collect();
    if (waitedMs >= MOST_DELAY_MS || this.#allowance.pays(countServices(rows))) return rows;
    this.#collector.putBack(rows);
    this.#retryMs = monoMs + RETRY_MS;
    return undefined;
  }

  /** Pays for the rows and puts them into the outbox, which is empty. */
  #fill(collected: PendingSummary[], monoMs: number): void {
    const rows = this.#fold(collected);
    for (const row of rows) this.#templates.claim(row, monoMs);
    this.#allowance.spend(bytesOf(rows));
    this.#setBucketWidth(this.#allowance.narrow(rows.length));
    this.#outbox.fill(rows, ROW_BYTES);
  }

  /** Keeps the rows that lost most, folds the rest. */
  #fold(rows: PendingSummary[]): PendingSummary[] {
    const affordable = this.#allowance.affordableRows;
    if (rows.length <= affordable) return rows;
    rows.sort((a, b) => b.count - b.kept - (a.count - a.kept));
    return foldTail(rows, affordable);
  }

  #setBucketWidth(widthMs: number | undefined): void {
    if (widthMs !== undefined) this.#collector.setBucketWidth(widthMs);
  }

  /** @param share see SummaryOutbox.take */
  #send(share: number): SummaryRow[] {
    const rows = this.#outbox.take(share, rowBytes);
    return rows.map(({ pattern, template, service, bucketMs, count, bytes, kept, weightSum, context }) => {
      const id = `${this.#settings.origin}-${(this.#sequence++).toString(36)}`;
      return { pattern, template, service, bucketMs, count, bytes, kept, weightSum, context, id };
    });
  }
}
