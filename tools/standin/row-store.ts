/**
 * The last rows stored, bounded in number and bytes; the oldest leave first. Sequence numbers keep counting, so that a
 * reader can tell what it missed.
 */
import type { StoredRow } from "./stored-row.ts";

export interface RowQuery {
  /** Rows with a sequence above this. Default: all. */
  readonly after?: number;
  /** Default 1,000. */
  readonly limit?: number;
  readonly service?: string;
  /** Substring of the body. */
  readonly contains?: string;
}

const DEFAULT_LIMIT = 1_000;

export class RowStore {
  readonly #maxRows: number;
  readonly #maxBytes: number;
  #rows: StoredRow[] = [];
  /** Index of the oldest row still held: eviction moves it and the array is cut when half of it is dead. */
  #first = 0;
  #bytes = 0;
  #nextSequence = 0;

  constructor(limits: { readonly maxRows: number; readonly maxRowBytes: number }) {
    this.#maxRows = limits.maxRows;
    this.#maxBytes = limits.maxRowBytes;
  }

  get nextSequence(): number {
    return this.#nextSequence;
  }

  /** @param row its sequence must be nextSequence */
  add(row: StoredRow): void {
    this.#nextSequence = row.sequence + 1;
    this.#rows.push(row);
    this.#bytes += row.bytes_uncompressed;
    while (this.#rows.length - this.#first > this.#maxRows || this.#bytes > this.#maxBytes) {
      this.#bytes -= this.#rows[this.#first]?.bytes_uncompressed ?? 0;
      this.#first++;
    }
    if (this.#first > 1_000 && this.#first > this.#rows.length / 2) {
      this.#rows = this.#rows.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Oldest first. */
  all(): readonly StoredRow[] {
    return this.#rows.slice(this.#first);
  }

  query(query: RowQuery): readonly StoredRow[] {
    const { after = -1, limit = DEFAULT_LIMIT, service, contains } = query;
    const found: StoredRow[] = [];
    for (let index = this.#first; index < this.#rows.length && found.length < limit; index++) {
      const row = this.#rows[index];
      if (row === undefined || row.sequence <= after) continue;
      if (service !== undefined && row.service_name !== service) continue;
      if (contains !== undefined && !row.body.includes(contains)) continue;
      found.push(row);
    }
    return found;
  }

  /** Forgets the rows; sequence numbers start over. */
  clear(): void {
    this.#rows = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#nextSequence = 0;
  }
}
