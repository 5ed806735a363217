/** Durations in buckets of equal ratio: any quantile is right within 2.2 %, in constant memory. */
const BUCKETS_PER_DOUBLING = 16;
/** From a microsecond up to about 19 hours. */
const DOUBLINGS = 36;

export class LatencyHistogram {
  readonly #counts: Uint32Array = new Uint32Array(BUCKETS_PER_DOUBLING * DOUBLINGS);
  #total = 0;
  #maxMs = 0;

  record(milliseconds: number): void {
    const micros = Math.max(1, milliseconds * 1000);
    const bucket = Math.min(this.#counts.length - 1, Math.floor(Math.log2(micros) * BUCKETS_PER_DOUBLING));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
    this.#maxMs = Math.max(this.#maxMs, milliseconds);
  }

  /** @returns milliseconds, the middle of the bucket that holds the quantile; 0 when nothing was recorded */
  quantile(share: number): number {
    const rank = Math.ceil(share * this.#total);
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= rank && count > 0) return 2 ** ((bucket + 0.5) / BUCKETS_PER_DOUBLING) / 1000;
    }
    return 0;
  }

  get maxMs(): number {
    return this.#maxMs;
  }
}
