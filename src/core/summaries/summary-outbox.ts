/**
 * Rows of a flush on their way out: paid for, and sent by and by. A flush that had to wait is worth minutes of the budget;
 * at once it would be a burst that no other part of the sampler is allowed.
 */
import type { PendingSummary } from "./pending-summaries.ts";

/** Rows that go out together, at once however small the budget: rows of a service share an envelope. */
const PORTION = 64;
/** Beyond those, rows go out at this multiple of the share that pays them: a flush is out before the next is due. */
const PACE = 2;
/**
 * Calls (a second each) without income after which the input has paused, and is not just a sender that batches. A ratio of
 * nothing is nothing: rows that are paid would wait for traffic that may never come, and be lost with the process.
 */
const PAUSE_CALLS = 5;

export class SummaryOutbox {
  #rows: PendingSummary[] = [];
  #next = 0;
  /** Bytes that may go out now. */
  #credit = 0;
  #portionBytes = 0;
  #callsWithoutIncome = 0;

  get isEmpty(): boolean {
    return this.#next >= this.#rows.length;
  }

  /** The outbox is empty and takes the rows of a flush. @param rowBytes of a row, about */
  fill(rows: PendingSummary[], rowBytes: number): void {
    this.#rows = rows.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0));
    this.#next = 0;
    this.#portionBytes = PORTION * rowBytes;
    this.#credit = this.#portionBytes;
  }

  /**
   * @param share bytes that came in for summaries since the last call; Infinity: everything goes out
   * @returns rows that go out now
   */
  take(share: number, bytesOf: (row: PendingSummary) => number): PendingSummary[] {
    if (this.isEmpty) return [];
    this.#credit += PACE * share;
    this.#callsWithoutIncome = share > 0 ? 0 : this.#callsWithoutIncome + 1;
    if (this.#callsWithoutIncome >= PAUSE_CALLS) this.#credit = Math.max(this.#credit, this.#portionBytes);
    if (this.#credit < this.#portionBytes) return [];
    const from = this.#next;
    while (!this.isEmpty && this.#credit > 0) this.#credit -= bytesOf(this.#rows[this.#next++]);
    const rows = this.#rows.slice(from, this.#next);
    if (this.isEmpty) this.#rows = [];
    return rows;
  }
}
