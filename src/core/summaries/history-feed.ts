/**
 * Hands every delta to the history, minute by minute, whatever the export's share of the budget: also those of patterns
 * that lost nothing. Holds one unfinished batch: rows of evicted patterns wait in it for the next minute.
 */
import type { HistoryRow, SummaryHistory } from "../../model/ports/history.ts";
import { HISTORY_BATCH_ROWS } from "../../model/ports/history.ts";
import type { SummaryDelta } from "./summary-accumulator.ts";
import type { SummaryDirectory } from "./summary-directory.ts";

/** A crash loses so much of the history at most. */
const INTERVAL_MS = 60_000;

export class HistoryFeed {
  readonly #history: SummaryHistory;
  readonly #directory: SummaryDirectory;
  readonly #origin: string;
  #batch: HistoryRow[] = [];
  #sequence = 0;
  #fedMs = -1;
  #dropped = 0;

  /** @param origin prefix of ids: instance and boot */
  constructor(history: SummaryHistory, directory: SummaryDirectory, origin: string) {
    this.#history = history;
    this.#directory = directory;
    this.#origin = origin;
  }

  /** True once an interval. */
  isDue(monoMs: number): boolean {
    if (this.#fedMs < 0) this.#fedMs = monoMs;
    if (monoMs - this.#fedMs < INTERVAL_MS) return false;
    this.#fedMs = monoMs;
    return true;
  }

  add(deltas: readonly SummaryDelta[]): void {
    for (const delta of deltas) {
      this.#batch.push(this.#rowOf(delta));
      if (this.#batch.length === HISTORY_BATCH_ROWS) this.flush();
    }
  }

  /** Hands over what waits. */
  flush(): void {
    if (this.#batch.length === 0) return;
    this.#dropped += this.#batch.length - this.#history.offer(this.#batch);
    this.#batch = [];
  }

  /** Rows that the history did not take, since start. */
  get dropped(): number {
    return this.#dropped;
  }

  #rowOf({ pattern, bucketMs, ...counts }: SummaryDelta): HistoryRow {
    const id = this.#directory.id(pattern);
    return {
      // No sequence holds a dash: these ids are never those of summaries.
      id: `${this.#origin}-h-${(this.#sequence++).toString(36)}`,
      pattern: id,
      template: this.#directory.template(pattern),
      service: this.#directory.service(pattern),
      minuteMs: bucketMs,
      ...counts,
    };
  }
}
