/**
 * Variances by the joint inclusion probabilities of lines. This file and EvenDraws are the only ones that depend on how
 * the sampler draws lines together. With w = 1/p and y = x·w, the variance of Σ y is
 *
 *   Σ over pairs (i, j) y_i y_j (1 - p_i p_j / p_ij),   i = j included with p_ii = p_i
 *
 * (Särndal, Swensson & Wretman 1992, section 2.8).
 *
 * Lines without a trace, of a slice inside a pattern (one customer's lines): their random numbers are scattered among
 * those of the pattern, so the draws are as good as independent, p_ij = p_i p_j, and only the terms i = j remain. All
 * lines of a pattern together are drawn evenly, and are the case of EvenDraws.
 *
 * Lines of one trace share a random number, so their thresholds are nested: p_ij = min(p_i, p_j), and a pair adds
 * y_i y_j (1 - max(p_i, p_j)).
 */
export interface DrawnVariance {
  /** Adds a line that was kept by a draw. @param p below 1 @param y its value times its weight */
  add(p: number, y: number): void;
  readonly variance: number;
}

/** Lines without a trace, of a slice inside its patterns: as good as independent; the true variance is not larger. */
export class LoneDraws implements DrawnVariance {
  #variance = 0;

  add(p: number, y: number): void {
    this.#variance += y * y * (1 - p);
  }

  get variance(): number {
    return this.#variance;
  }
}

/** Lines of one trace, which one random number keeps or drops. */
export class TraceDraws implements DrawnVariance {
  readonly #probabilities: number[] = [];
  readonly #values: number[] = [];

  add(p: number, y: number): void {
    this.#probabilities.push(p);
    this.#values.push(y);
  }

  /** Takes k·log k steps for k lines: in the order of rising p, the larger of a pair is always the later one. */
  get variance(): number {
    const probabilities = this.#probabilities;
    const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[a] - probabilities[b]);
    let variance = 0;
    let below = 0;
    for (const i of order) {
      const y = this.#values[i];
      variance += (1 - probabilities[i]) * y * (y + 2 * below);
      below += y;
    }
    return variance;
  }

  /** Σ y over the lines of the trace. */
  get sum(): number {
    return this.#values.reduce((sum, y) => sum + y, 0);
  }
}
