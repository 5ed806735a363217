/**
 * How many requests may be under way: one more for every full round of successes, half after a failure
 * (additive increase, multiplicative decrease). Always within 1..max.
 */
export class Concurrency {
  readonly #max: number;
  #limit = 1;

  constructor(max: number) {
    this.#max = Math.max(1, max);
  }

  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** @param inFlight requests under way, this one included: a limit that is not reached proves nothing */
  succeeded(inFlight: number): void {
    if (inFlight >= this.limit) this.#limit = Math.min(this.#max, this.#limit + 1 / this.limit);
  }

  failed(): void {
    this.#limit = Math.max(1, this.#limit / 2);
  }
}
