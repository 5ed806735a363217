/**
 * Calibration of weights: the weights of drawn lines are scaled until they meet exact counts, cell by cell: w' = g·w
 * with g = n / Σ w (poststratification, the raking ratio of one margin; Deville & Särndal 1992). Lines with p = 1 are
 * exact already: they keep their weight and are subtracted from the counts first.
 *
 * The estimate of a slice inside the cells (one customer's lines) is then Σ w'·x, and its variance is that of the
 * residuals alone, Σ g·(x - x̄)·w with x̄ the slice's share of the cell (regression on the cells; the g-weighted form
 * of Särndal, Swensson & Wretman 1992, section 6.6): the noise that all lines of a cell have in common is gone. A ratio
 * estimate has a bias of about 1/n of its error, which is why cells have CELL_DRAWS_MIN draws.
 */
import type { DrawnSum, Interval } from "./interval.ts";
import { totalInterval } from "./interval.ts";
import type { KeptLines } from "./kept-lines.ts";
import type { Margin } from "./margin.ts";
import { NO_CELL } from "./margin.ts";

const HALF = 0.5;

export class RakedLines {
  readonly #lines: KeptLines;
  readonly #cells: number;
  readonly #cellOf: Int32Array;
  /** w' of a drawn line, 1 of others. */
  readonly #weight: Float64Array;
  readonly #isAllCalibrated: boolean;

  /** @param margin cells with exact counts; without one every line keeps its weight */
  constructor(lines: KeptLines, margin?: Margin) {
    this.#lines = lines;
    this.#cells = margin?.totals.length ?? 0;
    this.#cellOf = margin?.cellOf ?? new Int32Array(lines.count).fill(NO_CELL);
    this.#weight = Float64Array.from({ length: lines.count }, (_, line) => 1 / lines.probability(line));
    if (margin !== undefined) this.#calibrate(margin.totals);
    this.#isAllCalibrated = this.#sumDrawn((line) => (this.#isCalibrated(line) ? 0 : 1)) === 0;
  }

  /** 95 % interval of the number of records in a slice. @param isIn whether a line is in the slice */
  slice(isIn: (line: number) => boolean): Interval {
    let exact = 0;
    for (let line = 0; line < this.#lines.count; line++) if (!this.#lines.isDrawn(line) && isIn(line)) exact++;
    const one = (line: number): number => (isIn(line) ? 1 : 0);
    const sum = this.#sumDrawn(one);
    const all = this.#sumDrawn(() => 1);
    const variance = this.#variance(one);
    // Where the whole is known, the rest bounds a slice as well as the slice itself; the smaller of the two is closer.
    if (this.#isAllCalibrated && sum > HALF * all) {
      const unseen = this.#unseen((line) => !isIn(line));
      const rest = totalInterval(0, { sum: all - sum, variance }, unseen);
      return { estimate: exact + sum, low: Math.max(exact, exact + all - rest.high), high: exact + all - rest.low };
    }
    const { estimate, low, high } = totalInterval(exact, { sum, variance }, this.#unseen(isIn));
    return { estimate, low, high: this.#isAllCalibrated ? Math.min(high, exact + all) : high };
  }

  /** Scales the weights of each cell to its count. A count that contradicts the lines of its cell leaves them. */
  #calibrate(totals: Float64Array): void {
    const wanted = Float64Array.from(totals);
    for (let line = 0; line < this.#lines.count; line++) {
      if (this.#cellOf[line] !== NO_CELL && !this.#lines.isDrawn(line)) wanted[this.#cellOf[line]]--;
    }
    const sums = this.#cellSums(() => 1);
    const factors = sums.map((sum, cell) => (sum > 0 && wanted[cell] > 0 ? wanted[cell] / sum : 1));
    for (let line = 0; line < this.#lines.count; line++) {
      if (this.#isCalibrated(line)) this.#weight[line] *= factors[this.#cellOf[line]];
    }
  }

  #isCalibrated(line: number): boolean {
    return this.#cellOf[line] !== NO_CELL && this.#lines.isDrawn(line);
  }

  /** Σ w·x over the drawn lines of each cell. */
  #cellSums(x: (line: number) => number): Float64Array {
    const sums = new Float64Array(this.#cells);
    for (let line = 0; line < this.#lines.count; line++) {
      if (this.#isCalibrated(line)) sums[this.#cellOf[line]] += this.#weight[line] * x(line);
    }
    return sums;
  }

  #sumDrawn(x: (line: number) => number): number {
    let sum = 0;
    for (let line = 0; line < this.#lines.count; line++) {
      if (this.#lines.isDrawn(line)) sum += this.#weight[line] * x(line);
    }
    return sum;
  }

  /** Variance of the residuals of x, which the cells do not explain. */
  #variance(x: (line: number) => number): number {
    const sums = this.#cellSums(x);
    const weights = this.#cellSums(() => 1);
    return this.#lines.variance((line) => {
      const cell = this.#cellOf[line];
      return this.#weight[line] * (cell === NO_CELL ? x(line) : x(line) - sums[cell] / weights[cell]);
    });
  }

  /**
   * The largest draw that may be missing: as large as any in the slice, and in an empty slice as large as any at all.
   */
  #unseen(isIn: (line: number) => boolean): DrawnSum {
    const sum =
      this.#lines.largest((line) => (isIn(line) ? this.#weight[line] : 0)) ||
      this.#lines.largest((line) => this.#weight[line]);
    return { sum, variance: sum * Math.max(0, sum - 1) };
  }
}
