import type { SummaryAccumulator, SummaryDelta } from "./summaries.ts";

/**
 * Turns deltas into summary rows inside their share of the budget: rows are paid from a byte allowance; while it does not
 * suffice the interval stretches and buckets widen (1 → 5 → 15 → 60 minutes), and after an hour the tail is folded into
 * one `other` row a service and bucket, so that counts stay true whatever happens.
 */
const ROW_BYTES = 330;
const BUCKET_WIDTHS_MS: readonly number[] = [60_000, 300_000, 900_000, 3_600_000];
const MAX_DELAY_MS = 60 * 60_000;
/** Rows of evicted patterns waiting for a flush; beyond it they are folded at once. */
const EVICTED_MAX = 10_000;
const TEMPLATE_EVERY_MS = 60 * 60_000;
export const OTHER_PATTERN = "other";

export interface SummaryRow {
  /** Published id, or OTHER_PATTERN. */
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

export interface SummaryDirectory {
  id(row: number): string;
  service(row: number): string;
  template(row: number): string;
}

export interface SummaryFlushSettings {
  readonly intervalMs: number;
  /** Share of granted bytes that summaries may take. */
  readonly maxBudgetShare: number;
  /** Prefix of ids: instance and boot. */
  readonly origin: string;
}

interface Pending {
  pattern: string;
  template: string | undefined;
  service: string;
  bucketMs: number;
  count: number;
  bytes: number;
  kept: number;
  weightSum: number;
  context: number;
}

export class SummaryFlush {
  readonly #settings: SummaryFlushSettings;
  readonly #accumulator: SummaryAccumulator;
  readonly #directory: SummaryDirectory;
  readonly #evicted: Pending[] = [];
  readonly #templateSentMs = new Map<string, number>();
  #sequence = 0;
  #lastFlushMs = -1;
  #allowance = 0;
  #grantedSeen = 0;
  #width = 0;

  constructor(settings: SummaryFlushSettings, accumulator: SummaryAccumulator, directory: SummaryDirectory) {
    this.#settings = settings;
    this.#accumulator = accumulator;
    this.#directory = directory;
  }

  /** The row is about to be reused: what it still owes is taken under its own name. */
  evict(row: number): void {
    for (const delta of this.#accumulator.drainPattern(row)) {
      const pending = this.#toPending(delta, undefined);
      if (this.#evicted.length >= EVICTED_MAX) pending.pattern = OTHER_PATTERN;
      if (pending.pattern !== OTHER_PATTERN || !this.#foldInto(pending)) this.#evicted.push(pending);
    }
  }

  #foldInto(row: Pending): boolean {
    const host = this.#evicted.find(
      (other) => other.pattern === OTHER_PATTERN && other.service === row.service && other.bucketMs === row.bucketMs,
    );
    if (host === undefined) return false;
    addTo(host, row);
    return true;
  }

  /**
   * @param granted bytes granted to the budget since start, from which the share accrues; Infinity: no budget
   * @param leftover undefined in ordinary times; at shutdown, when everything goes out now, the bytes of the budget that
   * nobody will spend any more: the last rows may have them on top of their share
   * @returns rows to be sent now, none while the interval has not passed
   */
  flush(monoMs: number, granted: number, leftover: number | undefined): SummaryRow[] {
    if (this.#lastFlushMs < 0) this.#lastFlushMs = monoMs;
    this.#accrue(granted);
    const waited = monoMs - this.#lastFlushMs;
    if (leftover === undefined && waited < this.#settings.intervalMs) return [];
    const waiting = this.#accumulator.pending + this.#evicted.length;
    if (leftover === undefined && waiting * ROW_BYTES > this.#allowance && waited < MAX_DELAY_MS) {
      this.#widen(waited);
      return [];
    }
    this.#lastFlushMs = monoMs;
    const rows = this.#collect(monoMs);
    this.#allowance += Math.max(0, leftover ?? 0);
    const sent = this.#fold(rows);
    this.#allowance = Math.max(0, this.#allowance - sent.length * ROW_BYTES);
    this.#narrow(sent.length);
    return sent.map((row) => ({ ...row, id: `${this.#settings.origin}-${(this.#sequence++).toString(36)}` }));
  }

  /** Rows that could not be queued: they go out with the next flush. */
  giveBack(rows: readonly SummaryRow[]): void {
    for (const { id: _, ...row } of rows) this.#evicted.push({ ...row });
  }

  #accrue(granted: number): void {
    if (!Number.isFinite(granted)) this.#allowance = Number.POSITIVE_INFINITY;
    else this.#allowance += this.#settings.maxBudgetShare * Math.max(0, granted - this.#grantedSeen);
    this.#grantedSeen = granted;
  }

  /** The longer a flush has to wait, the wider the buckets of what arrives from now on. */
  #widen(waitedMs: number): void {
    const next = BUCKET_WIDTHS_MS[this.#width + 1];
    if (next === undefined || waitedMs < next / 2) return;
    this.#width++;
    this.#accumulator.bucketWidthMs = next;
  }

  #narrow(sentRows: number): void {
    const narrower = BUCKET_WIDTHS_MS[this.#width - 1];
    const current = BUCKET_WIDTHS_MS[this.#width];
    if (narrower === undefined || current === undefined) return;
    // A narrower bucket brings as many more rows; they must fit what is left with room to spare.
    if (sentRows * ROW_BYTES * (current / narrower) * 2 > this.#allowance) return;
    this.#width--;
    this.#accumulator.bucketWidthMs = narrower;
  }

  #collect(monoMs: number): Pending[] {
    const rows = this.#evicted.splice(0);
    for (const delta of this.#accumulator.drain()) {
      rows.push(this.#toPending(delta, this.#templateOnce(delta.pattern, monoMs)));
    }
    return rows;
  }

  #templateOnce(row: number, monoMs: number): string | undefined {
    const id = this.#directory.id(row);
    const sent = this.#templateSentMs.get(id);
    if (sent !== undefined && monoMs - sent < TEMPLATE_EVERY_MS) return undefined;
    if (this.#templateSentMs.size >= EVICTED_MAX) this.#templateSentMs.clear();
    this.#templateSentMs.set(id, monoMs);
    return this.#directory.template(row);
  }

  #toPending(delta: SummaryDelta, template: string | undefined): Pending {
    const { pattern, ...counts } = delta;
    return { pattern: this.#directory.id(pattern), template, service: this.#directory.service(pattern), ...counts };
  }

  /** Keeps the rows that lost most, folds the rest into `other` of its service and bucket. */
  #fold(rows: Pending[]): Pending[] {
    const affordable = Math.max(1, Math.floor(this.#allowance / ROW_BYTES));
    if (rows.length <= affordable) return rows;
    rows.sort((a, b) => b.count - b.kept - (a.count - a.kept));
    const others = new Map<string, Pending>();
    for (const row of rows.slice(Math.ceil(affordable / 2))) {
      const key = `${row.bucketMs} ${row.service}`;
      const host = others.get(key);
      if (host === undefined) others.set(key, { ...row, pattern: OTHER_PATTERN, template: undefined });
      else addTo(host, row);
    }
    return [...rows.slice(0, Math.ceil(affordable / 2)), ...others.values()];
  }
}

function addTo(host: Pending, row: Pending): void {
  host.count += row.count;
  host.bytes += row.bytes;
  host.kept += row.kept;
  host.weightSum += row.weightSum;
  host.context += row.context;
}
