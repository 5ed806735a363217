/**
 * How lines are drawn together: the one place of the kit that knows it. With w = 1/p and y = x·w, the variance of Σ y
 * is
 *
 *   Σ over pairs (i, j) y_i y_j (1 - p_i p_j / p_ij),   i = j included with p_ii = p_i
 *
 * (Särndal, Swensson & Wretman 1992, §2.8). A line that draws by itself has p_ij = p_i p_j with every other, which
 * leaves its own term: of lines that share no trace, those inside a pattern (one customer's) lie scattered among the
 * pattern's, whose random numbers follow each other evenly, and are as good as independent; all lines of a pattern
 * together are not, and are EvenDraws. Lines of one trace share their random number, their thresholds are nested: p_ij = min(p_i, p_j),
 * and a pair adds y_i y_j (1 - max(p_i, p_j)). Another design of the draw has another p_ij, and changes this file
 * and EvenDraws alone.
 */
export interface DrawnVariance {
  /** Adds a line kept by a draw. @param p below 1 @param y its value times its weight */
  add(p: number, y: number): void;
  readonly variance: number;
}

/** Lines that share no trace with any other, of a slice inside its patterns: as good as independent, if anything closer. */
export class LoneDraws implements DrawnVariance {
  #variance = 0;

  add(p: number, y: number): void {
    this.#variance += y * y * (1 - p);
  }

  get variance(): number {
    return this.#variance;
  }
}

/** Lines of one trace: they live or die by one random number. */
export class TraceDraws implements DrawnVariance {
  readonly #probabilities: number[] = [];
  readonly #values: number[] = [];

  add(p: number, y: number): void {
    this.#probabilities.push(p);
    this.#values.push(y);
  }

  /** Of k lines in k·log k: by rising probability the larger of a pair is always the later one. */
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

  /** Σ y: what the trace counts for. */
  get sum(): number {
    return this.#values.reduce((sum, y) => sum + y, 0);
  }
}
