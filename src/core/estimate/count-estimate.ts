/**
 * Horvitz-Thompson count of one slice (a pattern, a service, a minute) from kept records, with an interval.
 *
 * T = Σ 1/p. Lines of one trace share their randomness, so their variance is that of the trace's sum: for two lines with
 * p_i <= p_j of one trace the pair is kept with probability p_i (nested thresholds), and
 *   V = Σ over pairs of one trace (p_ij - p_i p_j) / (p_ij p_i p_j),  i = j included with p_ii = p_i.
 * The interval is that of a weighted sum of Poisson counts (Gamma quantiles, Fay & Feuer 1997), its upper end with one draw
 * more of the largest weight: right-skewed as the sampling distribution is, and the normal interval in the limit. Records with p = 1 are known exactly and shift it.
 */
const CHI2_LOWER = -1.959963984540054;
const CHI2_UPPER = 1.959963984540054;

export interface CountInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

export class CountEstimate {
  #exact = 0;
  #drawn = 0;
  #variance = 0;
  #kept = 0;
  /** Largest sum of weights that was drawn as one: of a line, or of a trace. */
  #largest = 0;
  /** Probabilities of the kept lines of each trace, for pair terms. */
  readonly #traces = new Map<string, number[]>();

  /** @param trace any key of the trace, "" for records that drew by themselves */
  add(probability: number, trace: string): void {
    this.#kept++;
    if (probability >= 1) {
      this.#exact++;
      return;
    }
    this.#drawn += 1 / probability;
    this.#largest = Math.max(this.#largest, 1 / probability);
    this.#variance += (1 - probability) / (probability * probability);
    if (trace === "") return;
    const others = this.#traces.get(trace);
    if (others === undefined) {
      this.#traces.set(trace, [probability]);
      return;
    }
    let together = 1 / probability;
    for (const other of others) {
      together += 1 / other;
      const both = Math.min(other, probability);
      this.#variance += (2 * (both - other * probability)) / (both * other * probability);
    }
    others.push(probability);
    this.#largest = Math.max(this.#largest, together);
  }

  /** Kept records, of whatever probability. */
  get kept(): number {
    return this.#kept;
  }

  get estimate(): number {
    return this.#exact + this.#drawn;
  }

  get variance(): number {
    return this.#variance;
  }

  /** 95 % interval of the true count. */
  interval(): CountInterval {
    const { estimate } = this;
    if (this.#variance === 0) return { estimate, low: estimate, high: estimate };
    const low = scaledQuantile(this.#drawn, this.#variance, CHI2_LOWER);
    // One draw more than was seen, and the largest: what is not there may be as large as anything that is.
    const high = scaledQuantile(this.#drawn + this.#largest, this.#variance + this.#largest ** 2, CHI2_UPPER);
    return { estimate, low: this.#exact + low, high: this.#exact + high };
  }
}

/** Quantile of a Gamma variable with this mean and variance. */
function scaledQuantile(mean: number, variance: number, z: number): number {
  const scale = variance / mean;
  return (scale * chiSquareQuantile((2 * mean) / scale, z)) / 2;
}

/** Wilson-Hilferty: within 1 % from 2 degrees of freedom on. @param z standard normal quantile */
function chiSquareQuantile(degrees: number, z: number): number {
  if (degrees <= 0) return 0;
  const t = 2 / (9 * degrees);
  const base = 1 - t + z * Math.sqrt(t);
  return base <= 0 ? 0 : degrees * base ** 3;
}
