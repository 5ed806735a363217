/**
 * What the plan's demand is in ordinary times, in the plan's own measure: like I0 (half-life a day, winsorised, the mean of
 * the first ten minutes at first), but on the plan's clock, which stands still in pauses. Rates of patterns outlive a storm
 * by minutes; what is planned by them does not exceed twice this.
 */
const SEED_SECONDS = 600;
const HALF_LIFE_SECONDS = 86_400;
const WINSOR = 3;

export class DemandBaseline {
  #seconds = 0;
  #sum = 0;
  #baseline = 0;

  /** @param seconds that the demand was measured over; 0 when nothing arrived */
  learn(demand: number, seconds: number): void {
    if (seconds <= 0) return;
    this.#seconds += seconds;
    if (this.#seconds <= SEED_SECONDS) {
      this.#sum += demand * seconds;
      this.#baseline = this.#sum / this.#seconds;
      return;
    }
    const sample = Math.min(demand, WINSOR * this.#baseline);
    this.#baseline += (1 - 2 ** (-seconds / HALF_LIFE_SECONDS)) * (sample - this.#baseline);
  }

  /** Bytes a second; Infinity while it is not known. */
  value(): number {
    return this.#seconds >= SEED_SECONDS ? this.#baseline : Number.POSITIVE_INFINITY;
  }
}
