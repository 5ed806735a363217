/**
 * Summary rows that wait for a flush outside the accumulator: of patterns that gave up their row, and rows that found no
 * room in the queue. Rows of one pattern and bucket become one. Bounded: beyond that, rows fold into `other` of their
 * service and hour, so that counts stay true whatever happens.
 */
const ROWS_MAX = 10_000;
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
const FOLDS_MS: readonly number[] = [HOUR_MS, DAY_MS];
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

/** A row, and the next of its pattern: another bucket, or another service's `other`. */
interface WaitingRow extends PendingSummary {
  next: WaitingRow | undefined;
}

export class PendingSummaries {
  /** By pattern, or the service of what was folded: a key of its own for each row would be the larger part of it. */
  readonly #patterns = new Map<string, WaitingRow>();
  readonly #folded = new Map<string, WaitingRow>();
  #size = 0;
  readonly #maxRows: number;

  constructor(maxRows: number = ROWS_MAX) {
    this.#maxRows = maxRows;
  }

  get size(): number {
    return this.#size;
  }

  add(row: PendingSummary): void {
    if (this.#size < this.#maxRows || this.#find(row) !== undefined) this.#addTo(row);
    else this.#addTo(foldedBy(row, HOUR_MS));
  }

  #headsOf({ pattern }: PendingSummary): Map<string, WaitingRow> {
    return pattern === OTHER_PATTERN ? this.#folded : this.#patterns;
  }

  #find(row: PendingSummary): WaitingRow | undefined {
    let host = this.#headsOf(row).get(headOf(row));
    while (host !== undefined && (host.bucketMs !== row.bucketMs || host.service !== row.service)) host = host.next;
    return host;
  }

  #addTo(row: PendingSummary): void {
    const host = this.#find(row);
    if (host !== undefined) {
      addTo(host, row);
      return;
    }
    const heads = this.#headsOf(row);
    const { pattern, template, service, bucketMs, count, bytes, kept, weightSum, context } = row;
    const next = heads.get(headOf(row));
    // Spelled out: objects made by spreading get a hidden class each, which is larger than they are.
    heads.set(headOf(row), { pattern, template, service, bucketMs, count, bytes, kept, weightSum, context, next });
    this.#size++;
  }

  /** Takes all rows together with these, one a pattern and bucket, and forgets them. */
  takeWith(more: readonly PendingSummary[]): PendingSummary[] {
    for (const row of more) this.#addTo(row);
    const rows: PendingSummary[] = [];
    for (const heads of [this.#patterns, this.#folded]) {
      for (const head of heads.values()) {
        for (let at: WaitingRow | undefined = head; at !== undefined; at = at.next) rows.push(at);
      }
      heads.clear();
    }
    this.#size = 0;
    return rows;
  }
}

function headOf({ pattern, service }: PendingSummary): string {
  return pattern === OTHER_PATTERN ? service : pattern;
}

/**
 * Folds all but the first rows into `other` of their service: of their bucket, of their hour where those are too many, and
 * at last of their day.
 * @param most rows that may come out, unless there are more services and days; as many as half of them stay themselves
 */
export function foldTail(rows: readonly PendingSummary[], most: number): PendingSummary[] {
  const keep = Math.ceil(most / 2);
  let others = merged(rows.slice(keep), (row) => foldedBy(row, 1));
  for (const widthMs of FOLDS_MS) {
    if (others.length > most - keep) others = merged(others, (row) => foldedBy(row, widthMs));
  }
  const kept = rows.slice(0, keep);
  // So many services that every row has to be theirs.
  return others.length <= most - keep
    ? [...kept, ...others]
    : merged([...kept, ...others], (row) => foldedBy(row, DAY_MS));
}

/** Services that the rows are of: as few rows of a day as they can be folded to. */
export function countServices(rows: readonly PendingSummary[]): number {
  const services = new Set<string>();
  for (const { service } of rows) services.add(service);
  return services.size;
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

function foldedBy(row: PendingSummary, widthMs: number): PendingSummary {
  return { ...row, pattern: OTHER_PATTERN, template: undefined, bucketMs: row.bucketMs - (row.bucketMs % widthMs) };
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
