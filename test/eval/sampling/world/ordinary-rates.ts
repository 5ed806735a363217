/**
 * Arrivals of ordinary patterns, second by second: Poisson around a rate that a gamma variable of its own modulates for ten
 * seconds at a time, which makes counts negative-binomial (sizes ∞, 20, 5 and 2: from regular to bursty).
 */
import type { SeededRandom } from "../../../../tools/loadgen/world/seeded-random.ts";

const MODULATION_SECONDS = 10;
const SIZES: readonly number[] = [Number.POSITIVE_INFINITY, 20, 5, 2];

export class OrdinaryRates {
  readonly rates: Float64Array;
  readonly #sizes: Float64Array;
  readonly #now: Float64Array;
  readonly #random: SeededRandom;

  /** @param rates mean lines a second of each pattern */
  constructor(rates: readonly number[], random: SeededRandom) {
    this.rates = Float64Array.from(rates);
    this.#sizes = Float64Array.from(rates, () => random.pick(SIZES));
    this.#now = this.rates.slice();
    this.#random = random;
  }

  /** Adds the lines of a second. @param scale of all rates @param add called with a pattern and how many lines it says */
  second(second: number, scale: number, add: (pattern: number, count: number) => void): void {
    const { rates } = this;
    for (let i = 0; i < rates.length; i++) {
      if ((second + i) % MODULATION_SECONDS === 0) this.#modulate(i);
      const count = this.#random.poisson(this.#now[i]! * scale);
      if (count > 0) add(i, count);
    }
  }

  #modulate(pattern: number): void {
    const size = this.#sizes[pattern]!;
    this.#now[pattern] = Number.isFinite(size)
      ? (this.rates[pattern]! * gamma(size, this.#random)) / size
      : this.rates[pattern]!;
  }
}

/** Gamma variable of shape >= 1 and scale 1 (Marsaglia and Tsang 2000). */
function gamma(shape: number, random: SeededRandom): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
    const v = (1 + c * normal) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.unit()) < 0.5 * normal * normal + d - d * v + d * Math.log(v)) return d * v;
  }
}
