/**
 * Summaries: additive deltas that make totals exact. One row a (pattern, event-time bucket) touched since the last flush,
 * emitted when it says what the kept lines do not: Σ weights of kept lines + Σ (count − weightSum) over rows is the truth,
 * whatever was split (deltas), sent twice (ids) or delayed (event time). So a row goes out when a line was lost, and also
 * when none was but their weights say otherwise: two lines of p = 0.5 that were both kept weigh four.
 *
 * The common case, records of the bucket that is current for their pattern, is four typed-array additions; others go to
 * a bounded map and, when that is full, into the pattern's current bucket (counts stay true, their minute is off).
 */
const OTHER_BUCKETS_MAX = 20_000;

/** One delta; `pattern` is a row of the pattern table. */
export interface SummaryDelta {
  readonly pattern: number;
  /** Unix milliseconds of the bucket's start. */
  readonly bucketMs: number;
  readonly count: number;
  readonly bytes: number;
  readonly kept: number;
  readonly weightSum: number;
  readonly context: number;
}

/** Fields of a row; -1 in the first: no bucket is open. */
const BUCKET_MS = 0;
const COUNT = 1;
const BYTES = 2;
const KEPT = 3;
const WEIGHT_SUM = 4;
const CONTEXT = 5;
const STRIDE = 6;

/** Sums of weights are sums of doubles. */
const ROUNDING = 1e-9;

interface MutableDelta {
  readonly bucketMs: number;
  count: number;
  bytes: number;
  kept: number;
  weightSum: number;
  context: number;
}

export class SummaryAccumulator {
  /** What each row's current bucket has counted, side by side: every record adds to one row's. */
  readonly #counts: Float64Array;
  readonly #touched: Int32Array;
  readonly #isTouched: Uint8Array;
  #touchedCount = 0;
  /** Entries of each pattern in the map, so that an eviction knows when there is nothing to look for. */
  readonly #othersOf: Uint32Array;
  readonly #others = new Map<string, MutableDelta>();
  /** By row, its entry of the map that was used last: after a minute has begun nearly every record belongs to it. */
  readonly #lastOther: (MutableDelta | undefined)[];
  #bucketWidthMs = 60_000;
  /** The bucket looked for last: records come in order of time, and a remainder costs more than the rest of `add`. */
  #latestMs = 0;
  #latestEndMs = 0;

  constructor(rows: number) {
    this.#counts = new Float64Array(rows * STRIDE);
    for (let row = 0; row < rows; row++) this.#counts[row * STRIDE + BUCKET_MS] = -1;
    this.#touched = new Int32Array(rows);
    this.#isTouched = new Uint8Array(rows);
    this.#othersOf = new Uint32Array(rows);
    this.#lastOther = new Array<MutableDelta | undefined>(rows).fill(undefined);
  }

  /** Deltas there can be at once. */
  get capacity(): number {
    return this.#isTouched.length + OTHER_BUCKETS_MAX;
  }

  /** Width of a bucket, milliseconds: a minute, or more when rows must get fewer. */
  get bucketWidthMs(): number {
    return this.#bucketWidthMs;
  }

  set bucketWidthMs(width: number) {
    this.#bucketWidthMs = width;
    this.#latestEndMs = 0;
  }

  #bucketOf(eventMs: number): number {
    if (eventMs < this.#latestMs || eventMs >= this.#latestEndMs) {
      this.#latestMs = eventMs - (eventMs % this.#bucketWidthMs);
      this.#latestEndMs = this.#latestMs + this.#bucketWidthMs;
    }
    return this.#latestMs;
  }

  /**
   * Adds one record. `eventMs` is already clamped to the allowed range.
   * @param weight by our own draw, 0 when the record is not kept @param counts for how many its sender says it stands, 1 without a word; negative takes it back
   */
  add(row: number, eventMs: number, bytes: number, weight: number, counts: number): void {
    const bucket = this.#bucketOf(eventMs);
    const own = this.#counts[row * STRIDE + BUCKET_MS];
    if (own !== bucket) {
      if (own !== -1) {
        this.#addOther(row, bucket, bytes, weight, counts);
        return;
      }
      this.#open(row, bucket);
    }
    this.#addOwn(row, bytes, weight, counts);
  }

  #addOwn(row: number, bytes: number, weight: number, counts: number): void {
    const own = this.#counts;
    const at = row * STRIDE;
    own[at + COUNT] += counts;
    own[at + BYTES] += counts * bytes;
    if (weight > 0) own[at + KEPT] += counts;
    own[at + WEIGHT_SUM] += counts * weight;
  }

  #open(row: number, bucket: number): void {
    this.#counts[row * STRIDE + BUCKET_MS] = bucket;
    if (this.#isTouched[row] === 1) return;
    this.#isTouched[row] = 1;
    this.#touched[this.#touchedCount++] = row;
  }

  #addOther(row: number, bucket: number, bytes: number, weight: number, counts: number): void {
    const delta = this.#other(row, bucket);
    if (delta === undefined) {
      this.#addOwn(row, bytes, weight, counts);
      return;
    }
    delta.count += counts;
    delta.bytes += counts * bytes;
    if (weight > 0) delta.kept += counts;
    delta.weightSum += counts * weight;
  }

  #other(row: number, bucket: number): MutableDelta | undefined {
    const last = this.#lastOther[row];
    if (last?.bucketMs === bucket) return last;
    const key = `${row}:${bucket}`;
    let delta = this.#others.get(key);
    if (delta === undefined) {
      if (this.#others.size >= OTHER_BUCKETS_MAX) return undefined;
      delta = { bucketMs: bucket, count: 0, bytes: 0, kept: 0, weightSum: 0, context: 0 };
      this.#others.set(key, delta);
      this.#othersOf[row]++;
    }
    this.#lastOther[row] = delta;
    return delta;
  }

  /** Records released from the context ring, by pattern: they were counted when they arrived, and now reached the backend with weight 0. */
  addContext(row: number, eventMs: number, records: number): void {
    const bucket = this.#bucketOf(eventMs);
    const at = row * STRIDE;
    if (this.#counts[at + BUCKET_MS] === -1) this.#open(row, bucket);
    if (this.#counts[at + BUCKET_MS] === bucket) this.#counts[at + CONTEXT] += records;
    else {
      const delta = this.#other(row, bucket);
      if (delta === undefined) this.#counts[at + CONTEXT] += records;
      else delta.context += records;
    }
  }

  /** Rows that drain would return now. */
  countDue(): number {
    let due = 0;
    for (let i = 0; i < this.#touchedCount; i++) if (this.#hasCorrection(this.#touched[i])) due++;
    for (const delta of this.#others.values()) {
      if (hasCorrection(delta)) due++;
    }
    return due;
  }

  #hasCorrection(row: number): boolean {
    const own = this.#counts;
    const at = row * STRIDE;
    return (
      own[at + BUCKET_MS] !== -1 &&
      isCorrection(own[at + COUNT], own[at + KEPT], own[at + WEIGHT_SUM], own[at + CONTEXT])
    );
  }

  /** Takes every delta that says something, or everything, and forgets all. */
  drain(everything = false): SummaryDelta[] {
    const deltas: SummaryDelta[] = [];
    for (let i = 0; i < this.#touchedCount; i++) {
      this.#isTouched[this.#touched[i]] = 0;
      this.#drainRow(this.#touched[i], deltas, everything);
    }
    this.#touchedCount = 0;
    for (const [key, delta] of this.#others) {
      const pattern = Number(key.slice(0, key.indexOf(":")));
      this.#othersOf[pattern] = 0;
      if (everything || hasCorrection(delta)) deltas.push({ pattern, ...delta });
    }
    this.#others.clear();
    this.#lastOther.fill(undefined);
    return deltas;
  }

  /** Takes the deltas of one pattern, because its row is about to be given to another. */
  drainPattern(row: number, everything = false): SummaryDelta[] {
    const deltas: SummaryDelta[] = [];
    this.#drainRow(row, deltas, everything);
    if (this.#othersOf[row] > 0) this.#drainOthersOf(row, deltas, everything);
    return deltas;
  }

  #drainOthersOf(row: number, into: SummaryDelta[], everything: boolean): void {
    const prefix = `${row}:`;
    for (const [key, delta] of this.#others) {
      if (!key.startsWith(prefix)) continue;
      if (everything || hasCorrection(delta)) into.push({ pattern: row, ...delta });
      this.#others.delete(key);
    }
    this.#othersOf[row] = 0;
    this.#lastOther[row] = undefined;
  }

  #drainRow(row: number, into: SummaryDelta[], everything: boolean): void {
    const own = this.#counts;
    const at = row * STRIDE;
    if (own[at + BUCKET_MS] === -1) return;
    if (everything || this.#hasCorrection(row)) {
      into.push({
        pattern: row,
        bucketMs: own[at + BUCKET_MS],
        count: own[at + COUNT],
        bytes: own[at + BYTES],
        kept: own[at + KEPT],
        weightSum: own[at + WEIGHT_SUM],
        context: own[at + CONTEXT],
      });
    }
    own.fill(0, at, at + STRIDE);
    own[at + BUCKET_MS] = -1;
  }
}

/** Whether a delta says what its kept lines do not. */
export function hasCorrection({ count, kept, weightSum, context }: Omit<SummaryDelta, "pattern">): boolean {
  return isCorrection(count, kept, weightSum, context);
}

/** A count below zero takes back what an earlier delta told. */
function isCorrection(count: number, kept: number, weightSum: number, context: number): boolean {
  if (kept !== count || context > 0 || count < 0) return true;
  return Math.abs(weightSum - count) > ROUNDING * count;
}
