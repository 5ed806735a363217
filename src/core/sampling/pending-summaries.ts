/**
 * Summary rows that wait for a flush outside the accumulator: of patterns that gave up their row, and rows that found no
 * room in the queue. Rows of one pattern and bucket become one. Bounded: beyond ROWS_MAX, rows fold into `other` of their
 * service and hour, so that counts stay true whatever happens.
 */
const ROWS_MAX = 10_000;
const HOUR_MS = 60 * 60_000;
export const OTHER_PATTERN = "other";

export interface PendingSummary {
  /** Published id, or OTHER_PATTERN. */
  pattern: string;
  template: string | undefined;
  service: string;
  /** Unix milliseconds of the start of the event-time bucket. */
  bucketMs: number;
  count: number;
  bytes: number;
  kept: number;
  weightSum: number;
  context: number;
}

export class PendingSummaries {
  readonly #rows = new Map<string, PendingSummary>();

  get size(): number {
    return this.#rows.size;
  }

  /** @param row is kept, and added to */
  add(row: PendingSummary): void {
    const host = this.#rows.get(keyOf(row));
    if (host !== undefined) addTo(host, row);
    else if (this.#rows.size < ROWS_MAX) this.#rows.set(keyOf(row), row);
    else this.#addTo(foldedByHour(row));
  }

  #addTo(row: PendingSummary): void {
    const host = this.#rows.get(keyOf(row));
    if (host === undefined) this.#rows.set(keyOf(row), row);
    else addTo(host, row);
  }

  /** Takes all rows together with these, one a pattern and bucket, and forgets them. */
  takeWith(more: readonly PendingSummary[]): PendingSummary[] {
    for (const row of more) this.#addTo(row);
    const rows = [...this.#rows.values()];
    this.#rows.clear();
    return rows;
  }
}

/**
 * Folds all but the first `keep` rows into `other` of their service: of their bucket, and where those are still more than
 * `keep`, of their hour.
 */
export function foldTail(rows: readonly PendingSummary[], keep: number): PendingSummary[] {
  const tail = rows.slice(keep);
  const byBucket = merged(tail, (row) => ({ ...row, pattern: OTHER_PATTERN, template: undefined }));
  const others = byBucket.length <= keep ? byBucket : merged(byBucket, foldedByHour);
  return [...rows.slice(0, keep), ...others];
}

function merged(rows: readonly PendingSummary[], fold: (row: PendingSummary) => PendingSummary): PendingSummary[] {
  const hosts = new Map<string, PendingSummary>();
  for (const row of rows) {
    const folded = fold(row);
    const host = hosts.get(keyOf(folded));
    if (host === undefined) hosts.set(keyOf(folded), folded);
    else addTo(host, folded);
  }
  return [...hosts.values()];
}

function foldedByHour(row: PendingSummary): PendingSummary {
  return { ...row, pattern: OTHER_PATTERN, template: undefined, bucketMs: row.bucketMs - (row.bucketMs % HOUR_MS) };
}

function keyOf({ pattern, bucketMs, service }: PendingSummary): string {
  return `${pattern} ${bucketMs} ${service}`;
}

function addTo(host: PendingSummary, row: PendingSummary): void {
  host.template ??= row.template;
  host.count += row.count;
  host.bytes += row.bytes;
  host.kept += row.kept;
  host.weightSum += row.weightSum;
  host.context += row.context;
}
