/**
 * How much smaller (or larger) records become when they are regrouped into requests, smoothed over recent batches.
 * It decides how many entries fill a request, and tells the sampler what its bytes will weigh on the wire.
 */
const SMOOTHING = 0.2;
/** The estimate used for filling stays inside these, so that one odd batch cannot make the next one enormous. */
const MIN_ESTIMATE = 0.25;
const MAX_ESTIMATE = 2;

export class RegroupRatio {
  #value: number | undefined;

  /** Built bytes over entry bytes; 1 before the first batch. */
  get value(): number {
    return this.#value ?? 1;
  }

  observe(entryBytes: number, builtBytes: number): void {
    if (entryBytes === 0) return;
    const ratio = builtBytes / entryBytes;
    this.#value = this.#value === undefined ? ratio : this.#value + SMOOTHING * (ratio - this.#value);
  }

  /** What these entry bytes will probably be when built. */
  estimate(entryBytes: number): number {
    return entryBytes * Math.min(MAX_ESTIMATE, Math.max(MIN_ESTIMATE, this.value));
  }
}
