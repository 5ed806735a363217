/**
 * Collects the deltas of the accumulator as rows with names that wait for a flush. Where there is a history, it takes
 * every delta by the minute; the rows for export then wait beside the accumulator, and their buckets widen here.
 */

import type { SummaryHistory } from "../../model/ports/history.ts";
import { HistoryFeed } from "./history-feed.ts";
import type { PendingSummary } from "./pending-summaries.ts";
import { PendingSummaries } from "./pending-summaries.ts";
import type { SentTemplates } from "./sent-templates.ts";
import type { SummaryAccumulator, SummaryDelta } from "./summary-accumulator.ts";
import { hasCorrection } from "./summary-accumulator.ts";
import type { SummaryDirectory } from "./summary-directory.ts";

export interface SummaryCollectorDeps {
  readonly accumulator: SummaryAccumulator;
  readonly directory: SummaryDirectory;
  readonly templates: SentTemplates;
  readonly history: SummaryHistory | undefined;
  /** Prefix of the ids of history rows: instance and boot. */
  readonly origin: string;
}

export class SummaryCollector {
  readonly #accumulator: SummaryAccumulator;
  readonly #directory: SummaryDirectory;
  readonly #templates: SentTemplates;
  readonly #history: HistoryFeed | undefined;
  readonly #pending: PendingSummaries;
  #pendingWidthMs = 1;

  constructor({ accumulator, directory, templates, history, origin }: SummaryCollectorDeps) {
    this.#accumulator = accumulator;
    this.#directory = directory;
    this.#templates = templates;
    this.#history = history === undefined ? undefined : new HistoryFeed(history, directory, origin);
    // As many as the accumulator would hold without a history.
    this.#pending = new PendingSummaries(history === undefined ? undefined : accumulator.capacity);
  }

  /** Rows that `collect` would return at most. */
  get waiting(): number {
    return this.#accumulator.countDue() + this.#pending.size;
  }

  /** Rows of exact counts that the history did not take, since start. */
  get historyDropped(): number {
    return this.#history?.dropped ?? 0;
  }

  /** The row is about to be reused: its deltas are taken under the name of the pattern that it still holds. */
  evict(row: number): void {
    this.#keep(this.#accumulator.drainPattern(row, this.#history !== undefined));
  }

  /** Once a minute, where there is a history. */
  feedHistoryIfDue(monoMs: number): void {
    if (this.#history?.isDue(monoMs) === true) this.#feedHistory(this.#history);
  }

  /** Takes all rows for export, one a pattern and bucket. */
  collect(): PendingSummary[] {
    if (this.#history !== undefined) {
      this.#feedHistory(this.#history);
      return this.#pending.takeWith([]);
    }
    return this.#pending.takeWith(this.#accumulator.drain().map((delta) => this.#toPending(delta)));
  }

  /** Rows that wait for the next flush again. */
  putBack(rows: readonly PendingSummary[]): void {
    for (const row of rows) this.#pending.add(row);
  }

  /** A history is fed by the minute, so with one the rows for export widen, not the accumulator's buckets. */
  setBucketWidth(widthMs: number): void {
    if (this.#history === undefined) this.#accumulator.bucketWidthMs = widthMs;
    else this.#pendingWidthMs = widthMs;
  }

  #feedHistory(history: HistoryFeed): void {
    this.#keep(this.#accumulator.drain(true));
    history.flush();
  }

  /** Deltas go to the history, and those that are for export wait. */
  #keep(deltas: readonly SummaryDelta[]): void {
    this.#history?.add(deltas);
    for (const delta of deltas) if (hasCorrection(delta)) this.#pending.add(this.#toPending(delta));
  }

  #toPending(delta: SummaryDelta): PendingSummary {
    const { pattern: row, bucketMs, count, bytes, kept, weightSum, context } = delta;
    const pattern = this.#directory.id(row);
    const template = this.#templates.has(pattern) ? undefined : this.#directory.template(row);
    const service = this.#directory.service(row);
    const widenedMs = bucketMs - (bucketMs % this.#pendingWidthMs);
    return { pattern, template, service, bucketMs: widenedMs, count, bytes, kept, weightSum, context };
  }
}
