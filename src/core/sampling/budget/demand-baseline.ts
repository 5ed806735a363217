/**
 * What the plan's demand is in ordinary times, in the plan's own measure: like I0 (half-life a day, winsorised, the mean of
 * the first ten minutes at first), but on the plan's clock, which stands still in pauses. Rates of patterns outlive a storm
 * by minutes; what is planned by them does not exceed twice this.
 */
import { Baseline, YOUNG_SECONDS } from "../../math/baseline.ts";
import { ORDINARY_HALF_LIFE_SECONDS } from "./input-meter.ts";

export class DemandBaseline {
  #seconds = 0;
  readonly #baseline = new Baseline(ORDINARY_HALF_LIFE_SECONDS, 0);

  /** @param seconds that the demand was measured over; 0 when nothing arrived */
  learn(demand: number, seconds: number): void {
    if (seconds <= 0) return;
    this.#seconds += seconds;
    if (this.#seconds <= YOUNG_SECONDS) this.#baseline.learnYoung(demand, seconds);
    else this.#baseline.learn(demand, seconds);
  }

  /** Bytes a second; Infinity while it is not known. */
  value(): number {
    return this.#seconds >= YOUNG_SECONDS ? this.#baseline.value : Number.POSITIVE_INFINITY;
  }
}
