import type { Interval } from "./interval.ts";
import { normalInterval, totalInterval } from "./interval.ts";
import type { KeptLines } from "./kept-lines.ts";
import type { Margin } from "./margin.ts";
import { NO_CELL } from "./margin.ts";

/**
 * Calibration: the weights of drawn lines are scaled until they meet exact counts, cell by cell: w' = g·w with g = n /
 * Σ w. With several margins each is met in turn until all are (iterative proportional fitting, Deming & Stephan 1940;
 * Deville & Särndal 1992). Lines with p = 1 are exact already: they keep their weight and are taken off the counts
 * first.
 *
 * A slice inside the cells (one customer's lines) then is Σ w'·x, and its variance is that of the residuals alone, Σ
 * g·(x - x̄)·w with x̄ the slice's share of the cell (regression on the cells; the g-weighted form of Särndal, Swensson
 * & Wretman 1992, §6.6): the part of the noise that all lines of a cell had in common is gone. A ratio estimate: biased
 * by some 1/n of its error, which is why cells have CELL_DRAWS_MIN draws.
 */
const ROUNDS_MAX = 50;
const PRECISION = 1e-10;
const HALF = 0.5;

export class RakedLines {
  /** How far the worst cell still is from its count, relative: above 1e-9 the margins contradict each other. */
  readonly worst: number;
  readonly #lines: KeptLines;
  readonly #margins: readonly Margin[];
  /** w' of a drawn line, 1 of others. */
  readonly #weight: Float64Array;
  readonly #isAllCalibrated: boolean;

  constructor(lines: KeptLines, margins: readonly Margin[]) {
    this.#lines = lines;
    this.#margins = margins;
    this.#weight = Float64Array.from({ length: lines.count }, (_, line) => 1 / lines.probability(line));
    this.worst = calibrate(lines, margins, this.#weight);
    this.#isAllCalibrated = this.#every((line) => !lines.isDrawn(line) || this.#hasCell(line));
  }

  weight(line: number): number {
    return this.#weight[line];
  }

  /** How many records of this slice there were. @param isIn whether a line is of the slice */
  slice(isIn: (line: number) => boolean): Interval {
    const one = (line: number) => (isIn(line) ? 1 : 0);
    const exact = this.#sum((line) => (this.#lines.isDrawn(line) ? 0 : one(line)));
    const sum = this.#sum((line) => (this.#lines.isDrawn(line) ? one(line) : 0));
    const all = this.#sum((line) => (this.#lines.isDrawn(line) ? 1 : 0));
    const variance = this.#variance(one);
    // Where the whole is known, what is missing from a slice bounds it as well as what is in it: the smaller side tells more.
    if (this.#isAllCalibrated && sum > HALF * all) {
      const rest = totalInterval(
        0,
        { sum: all - sum, variance },
        this.#unseen((line) => !isIn(line)),
      );
      return { estimate: exact + sum, low: Math.max(exact, exact + all - rest.high), high: exact + all - rest.low };
    }
    const { estimate, low, high } = totalInterval(exact, { sum, variance }, this.#unseen(isIn));
    return { estimate, low, high: this.#isAllCalibrated ? Math.min(high, exact + all) : high };
  }

  /** Total of a value over the lines, and with `x` 0 outside of it over a slice. */
  total(x: (line: number) => number): Interval {
    return normalInterval(this.#sum(x), this.#variance(x));
  }

  #sum(x: (line: number) => number): number {
    let sum = 0;
    for (let line = 0; line < this.#lines.count; line++) sum += this.#weight[line] * x(line);
    return sum;
  }

  #variance(x: (line: number) => number): number {
    const residual = residuals(this.#lines, this.#margins, this.#weight, x);
    return this.#lines.variance((line) => this.#weight[line] * residual[line]);
  }

  /** The largest draw that may be missing: as large as any of the slice that is there, and without one, as any at all. */
  #unseen(isIn: (line: number) => boolean): { readonly sum: number; readonly variance: number } {
    const sum =
      this.#lines.largest((line) => (isIn(line) ? this.#weight[line] : 0)) ||
      this.#lines.largest((line) => this.#weight[line]);
    return { sum, variance: sum * Math.max(0, sum - 1) };
  }

  #hasCell(line: number): boolean {
    return this.#margins.some(({ cellOf }) => cellOf[line] !== NO_CELL);
  }

  #every(holds: (line: number) => boolean): boolean {
    for (let line = 0; line < this.#lines.count; line++) if (!holds(line)) return false;
    return true;
  }
}

/** Scales `weight` until every margin is met. @returns the largest relative distance left */
function calibrate(lines: KeptLines, margins: readonly Margin[], weight: Float64Array): number {
  const wanted = margins.map((margin) => drawnTotals(lines, margin));
  let worst = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    worst = 0;
    for (const [at, margin] of margins.entries()) {
      worst = Math.max(worst, scaleTo(lines, margin, wanted[at], weight));
    }
    if (worst <= PRECISION) break;
  }
  return worst;
}

/** Counts of the cells less their exact lines. */
function drawnTotals(lines: KeptLines, { cellOf, totals }: Margin): Float64Array {
  const drawn = Float64Array.from(totals);
  for (let line = 0; line < lines.count; line++) {
    if (cellOf[line] !== NO_CELL && !lines.isDrawn(line)) drawn[cellOf[line]]--;
  }
  return drawn;
}

/** One margin met. @returns how far the worst cell was, relative */
function scaleTo(lines: KeptLines, { cellOf }: Margin, wanted: Float64Array, weight: Float64Array): number {
  const sums = new Float64Array(wanted.length);
  for (let line = 0; line < lines.count; line++) {
    if (cellOf[line] !== NO_CELL && lines.isDrawn(line)) sums[cellOf[line]] += weight[line];
  }
  let worst = 0;
  // What is not above 0 contradicts the lines that are there: such a cell keeps its weights.
  const factors = sums.map((sum, cell) => (sum > 0 && wanted[cell] > 0 ? wanted[cell] / sum : 1));
  for (const factor of factors) worst = Math.max(worst, Math.abs(factor - 1));
  for (let line = 0; line < lines.count; line++) {
    if (cellOf[line] !== NO_CELL && lines.isDrawn(line)) weight[line] *= factors[cellOf[line]];
  }
  return worst;
}

/** What the cells do not tell of x: each margin's weighted cell means are taken off in turn, which ends at the regression on all. */
function residuals(
  lines: KeptLines,
  margins: readonly Margin[],
  weight: Float64Array,
  x: (line: number) => number,
): Float64Array {
  const residual = Float64Array.from({ length: lines.count }, (_, line) => (lines.isDrawn(line) ? x(line) : 0));
  const rounds = margins.length > 1 ? ROUNDS_MAX : 1;
  for (let round = 0; round < rounds; round++) {
    let moved = 0;
    for (const margin of margins) moved = Math.max(moved, centre(lines, margin, weight, residual));
    if (moved <= PRECISION) break;
  }
  return residual;
}

function centre(lines: KeptLines, { cellOf, totals }: Margin, weight: Float64Array, residual: Float64Array): number {
  const sums = new Float64Array(totals.length);
  const weights = new Float64Array(totals.length);
  for (let line = 0; line < lines.count; line++) {
    if (cellOf[line] === NO_CELL || !lines.isDrawn(line)) continue;
    sums[cellOf[line]] += weight[line] * residual[line];
    weights[cellOf[line]] += weight[line];
  }
  let moved = 0;
  for (let line = 0; line < lines.count; line++) {
    const cell = cellOf[line];
    if (cell === NO_CELL || !lines.isDrawn(line)) continue;
    const mean = sums[cell] / weights[cell];
    residual[line] -= mean;
    moved = Math.max(moved, Math.abs(mean));
  }
  return moved;
}
