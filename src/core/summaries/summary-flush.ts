import type { SummaryHistory } from "../../model/ports/history.ts";
import { HistoryFeed } from "./history-feed.ts";
import type { PendingSummary } from "./pending-summaries.ts";
import { countServices, foldTail, PendingSummaries } from "./pending-summaries.ts";
import type { SummaryAccumulator, SummaryDelta } from "./summary-accumulator.ts";
import { tells } from "./summary-accumulator.ts";
import type { SummaryDirectory } from "./summary-directory.ts";
import { SummaryOutbox } from "./summary-outbox.ts";

/**
 * Turns deltas into summary rows inside their share of the budget: rows are paid from a byte allowance; while it does not
 * suffice the interval stretches and buckets widen (1 → 5 → 15 → 60 minutes), and after an hour the tail is folded into
 * one `other` row a service and bucket, hour or day, so that counts stay true whatever happens. A large flush goes out bit by
 * bit (`summary-outbox.ts`).
 *
 * Where there is a history, it is fed every minute with all that there is, by the minute; what is for export then waits
 * beside the accumulator, and buckets widen there.
 */
const ROW_BYTES = 340;
const BUCKET_WIDTHS_MS: readonly number[] = [60_000, 300_000, 900_000, 3_600_000];
const MAX_DELAY_MS = 60 * 60_000;
/** Where even a row a service is more than the share pays by then, it is tried again at this interval, for a day at most. */
const RETRY_MS = 10 * 60_000;
const MOST_DELAY_MS = 24 * 60 * 60_000;
const TEMPLATE_EVERY_MS = 60 * 60_000;
/** Patterns whose template is remembered as sent; then all are told again. */
const TEMPLATES_MAX = 10_000;

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
  /** Unique for ever: (instance, boot, sequence). */
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
  readonly #accumulator: SummaryAccumulator;
  readonly #directory: SummaryDirectory;
  readonly #history: HistoryFeed | undefined;
  readonly #pending: PendingSummaries;
  readonly #outbox = new SummaryOutbox();
  readonly #templateSentMs = new Map<string, number>();
  #sequence = 0;
  #lastFlushMs = -1;
  #retryMs = 0;
  #allowance = 0;
  #grantedSeen = 0;
  #width = 0;
  #pendingWidthMs = 1;

  constructor(
    settings: SummaryFlushSettings,
    accumulator: SummaryAccumulator,
    directory: SummaryDirectory,
    history?: SummaryHistory,
  ) {
    this.#settings = settings;
    this.#accumulator = accumulator;
    this.#directory = directory;
    this.#history = history === undefined ? undefined : new HistoryFeed(history, directory, settings.origin);
    // As many as the accumulator would hold without a history.
    this.#pending = new PendingSummaries(history === undefined ? undefined : accumulator.capacity);
  }

  /** The row is about to be reused: what it still owes is taken under its own name. */
  evict(row: number): void {
    this.#keep(this.#accumulator.drainPattern(row, this.#history !== undefined));
  }

  #feedHistory(): void {
    this.#keep(this.#accumulator.drain(true));
    this.#history?.hand();
  }

  /** Deltas go to the history, and what is to be exported of them waits. */
  #keep(deltas: readonly SummaryDelta[]): void {
    this.#history?.add(deltas);
    for (const delta of deltas) if (tells(delta)) this.#pending.add(this.#toPending(delta));
  }

  /**
   * @param granted bytes granted to the budget since start, from which the share accrues; Infinity: no budget
   * @param leftover undefined in ordinary times; at shutdown, when everything goes out now, the bytes of the budget that
   * nobody will spend any more: the last rows may have them on top of their share
   * @returns rows to be sent now, none while the interval has not passed
   */
  flush(monoMs: number, granted: number, leftover: number | undefined): SummaryRow[] {
    if (this.#lastFlushMs < 0) this.#lastFlushMs = monoMs;
    if (this.#history?.isDue(monoMs) === true) this.#feedHistory();
    const share = this.#accrue(granted);
    this.#forgetTemplates(monoMs);
    if (leftover === undefined && !this.#outbox.isEmpty) return this.#send(share);
    const rest = this.#send(Number.POSITIVE_INFINITY);
    const waited = monoMs - this.#lastFlushMs;
    if (leftover === undefined && waited < this.#settings.intervalMs) return [];
    if (leftover === undefined && waited < MAX_DELAY_MS && this.#waiting() * ROW_BYTES > this.#allowance) {
      this.#widen(waited);
      return [];
    }
    const collected = leftover === undefined ? this.#collectPayable(monoMs, waited) : this.#collect();
    if (collected === undefined) return [];
    this.#lastFlushMs = monoMs;
    this.#allowance += Math.max(0, leftover ?? 0);
    const rows = this.#fold(collected);
    for (const row of rows) this.#tellTemplate(row, monoMs);
    this.#allowance = Math.max(0, this.#allowance - bytesOf(rows));
    this.#narrow(rows.length);
    this.#outbox.fill(rows, ROW_BYTES);
    return [...rest, ...this.#send(leftover === undefined ? share : Number.POSITIVE_INFINITY)];
  }

  /** @param share see SummaryOutbox.take */
  #send(share: number): SummaryRow[] {
    const rows = this.#outbox.take(share, rowBytes);
    return rows.map(({ pattern, template, service, bucketMs, count, bytes, kept, weightSum, context }) => {
      const id = `${this.#settings.origin}-${(this.#sequence++).toString(36)}`;
      return { pattern, template, service, bucketMs, count, bytes, kept, weightSum, context, id };
    });
  }

  /** Rows of exact counts that the history did not take, since start. */
  get historyDropped(): number {
    return this.#history?.dropped ?? 0;
  }

  /** Rows that could not be queued: they go out with the next flush, under ids of their own. */
  giveBack(rows: readonly SummaryRow[]): void {
    this.#allowance += bytesOf(rows);
    for (const { id: _, ...row } of rows) {
      if (row.template !== undefined) this.#templateSentMs.delete(row.pattern);
      this.#pending.add(row);
    }
  }

  #waiting(): number {
    return this.#accumulator.countDue() + this.#pending.size;
  }

  /** @returns what came in since the last call, bytes */
  #accrue(granted: number): number {
    const isUnlimited = !Number.isFinite(granted);
    const share = isUnlimited ? granted : this.#settings.maxBudgetShare * Math.max(0, granted - this.#grantedSeen);
    this.#allowance = isUnlimited ? Number.POSITIVE_INFINITY : this.#allowance + share;
    this.#grantedSeen = granted;
    return share;
  }

  /** The longer a flush has to wait, the wider the buckets of what arrives from now on. */
  #widen(waitedMs: number): void {
    const next = BUCKET_WIDTHS_MS[this.#width + 1];
    if (next === undefined || waitedMs < next / 2) return;
    this.#width++;
    this.#setWidth(next);
  }

  #narrow(sentRows: number): void {
    const narrower = BUCKET_WIDTHS_MS[this.#width - 1];
    const current = BUCKET_WIDTHS_MS[this.#width];
    if (narrower === undefined || current === undefined) return;
    // A narrower bucket brings as many more rows; they must fit what is left with room to spare.
    if (sentRows * ROW_BYTES * (current / narrower) * 2 > this.#allowance) return;
    this.#width--;
    this.#setWidth(narrower);
  }

  /** A history wants minutes: then buckets widen after it has been fed. */
  #setWidth(widthMs: number): void {
    if (this.#history === undefined) this.#accumulator.bucketWidthMs = widthMs;
    else this.#pendingWidthMs = widthMs;
  }

  /** An hour after it was sent, a template is told again; a full memory forgets all. */
  #forgetTemplates(monoMs: number): void {
    if (this.#templateSentMs.size >= TEMPLATES_MAX) this.#templateSentMs.clear();
    // In order of sending: the first that is young enough ends it.
    for (const [pattern, sentMs] of this.#templateSentMs) {
      if (monoMs - sentMs < TEMPLATE_EVERY_MS) return;
      this.#templateSentMs.delete(pattern);
    }
  }

  #collect(): PendingSummary[] {
    if (this.#history !== undefined) {
      this.#feedHistory();
      return this.#pending.takeWith([]);
    }
    return this.#pending.takeWith(this.#accumulator.drain().map((delta) => this.#toPending(delta)));
  }

  /** @returns undefined while not even a row a service can be paid: then they wait on, unfolded */
  #collectPayable(monoMs: number, waitedMs: number): PendingSummary[] | undefined {
    if (monoMs < this.#retryMs) return undefined;
    const rows = this.#collect();
    if (waitedMs >= MOST_DELAY_MS || countServices(rows) * ROW_BYTES <= this.#allowance) return rows;
    for (const row of rows) this.#pending.add(row);
    this.#retryMs = monoMs + RETRY_MS;
    return undefined;
  }

  #toPending(delta: SummaryDelta): PendingSummary {
    const { pattern: row, bucketMs, count, bytes, kept, weightSum, context } = delta;
    const pattern = this.#directory.id(row);
    const template = this.#templateSentMs.has(pattern) ? undefined : this.#directory.template(row);
    const service = this.#directory.service(row);
    const widenedMs = bucketMs - (bucketMs % this.#pendingWidthMs);
    return { pattern, template, service, bucketMs: widenedMs, count, bytes, kept, weightSum, context };
  }

  /** Leaves the template on the first row of its pattern in an hour. */
  #tellTemplate(row: PendingSummary, monoMs: number): void {
    if (row.template === undefined) return;
    if (this.#templateSentMs.has(row.pattern)) row.template = undefined;
    else this.#templateSentMs.set(row.pattern, monoMs);
  }

  /** Keeps the rows that lost most, folds the rest. */
  #fold(rows: PendingSummary[]): PendingSummary[] {
    const affordable = Math.max(1, Math.floor(this.#allowance / ROW_BYTES));
    if (rows.length <= affordable) return rows;
    rows.sort((a, b) => b.count - b.kept - (a.count - a.kept));
    return foldTail(rows, affordable);
  }
}

function bytesOf(rows: readonly { readonly template: string | undefined }[]): number {
  return rows.reduce((sum, row) => sum + rowBytes(row), 0);
}

function rowBytes({ template }: { readonly template: string | undefined }): number {
  return ROW_BYTES + (template?.length ?? 0);
}
