/**
 * Power allocation under a byte budget (Bankier 1988; facts: minimise Σ v² λ^{2α} RelVar with α = ½):
 *
 *   k_i = min(τ · slope_i, λ_i), slope_i = v_i · √λ_i / √b_i,  with τ such that Σ b_i k_i = budget.
 *
 * A pattern costs τ · gradient (b · slope) until τ reaches its breakpoint λ / slope, and b · λ from there on. So Σ needs no
 * pattern, only their costs below τ and their gradients above it: kept by bin of the breakpoint, brought up to date when
 * one pattern changes, and solved by moving τ's bin to where the budget is, next to where it was.
 *
 * A bin is taken for one pattern with the mean breakpoint of its own. That never spends more than the budget, and less by
 * at most (√r − 1) / (√r + 1) of it, r = 33/32 being the width of a bin: 0.8 %, if all of a group lies in one bin. Sums are
 * exact (see `exactly`): no drift however long they are kept. Memory: 512 bytes for each octave between a group's extremes.
 */
import type { BreakpointScale } from "./breakpoint-scale.ts";

const BINS_PER_OCTAVE = 32;
/** Sums of the same terms in another order differ by less. */
const ROUNDING = 1e-9;
/** τ at which everything is kept; finite, so that its product with nothing is nothing. */
export const KEEP_ALL = 1e30;

export class BreakpointHistogram {
  readonly #scale: BreakpointScale;
  /** Cost and gradient of each bin, side by side; the first pair is of bin #first. */
  #sums = new Float64Array(0);
  #first = 0;
  /** Bins before it are kept whole at the τ looked at last: their costs, and the gradients of all others. */
  #cursor = 0;
  #costBelow = 0;
  #gradientAbove = 0;
  #fullCost = 0;
  #fullGradient = 0;

  constructor(scale: BreakpointScale) {
    this.#scale = scale;
  }

  /** Cost of keeping everything. */
  get fullCost(): number {
    return this.#fullCost;
  }

  /** Cost at τ = 1 if nobody had a ceiling. */
  get fullGradient(): number {
    return this.#fullGradient;
  }

  /** @param cost b · λ @param gradient b · slope; both negative: takes a pattern away that was added with the same numbers */
  add(cost: number, gradient: number): void {
    const bin = this.#scale.binOf(cost / gradient);
    if (bin < this.#first || bin >= this.#end) this.#reach(bin);
    const at = 2 * (bin - this.#first);
    this.#sums[at] += cost;
    this.#sums[at + 1] += gradient;
    this.#fullCost += cost;
    this.#fullGradient += gradient;
    if (bin < this.#cursor) this.#costBelow += cost;
    else this.#gradientAbove += gradient;
  }

  /** τ for a budget: KEEP_ALL when it pays for everything, exactly, and not for all but a few. */
  solve(budget: number): number {
    if (this.#fullCost <= budget * (1 + ROUNDING)) return KEEP_ALL;
    let tau = this.#tauFor(budget);
    if (this.#isBefore(tau)) {
      for (; this.#isBefore(tau); tau = this.#tauFor(budget)) this.#moveDown();
    } else {
      for (; this.#isBeyond(tau); tau = this.#tauFor(budget)) this.#moveUp();
    }
    return Math.max(0, tau);
  }

  /** What is spent at τ. */
  costAt(tau: number): number {
    while (this.#isBefore(tau)) this.#moveDown();
    while (this.#isBeyond(tau)) this.#moveUp();
    return this.#costBelow + (this.#cursor < this.#end ? tau * this.#gradientAbove : 0);
  }

  get #end(): number {
    return this.#first + this.#sums.length / 2;
  }

  #tauFor(budget: number): number {
    return (budget - this.#costBelow) / this.#gradientAbove;
  }

  #isBefore(tau: number): boolean {
    return this.#cursor > this.#first && tau < this.#breakpointOf(this.#cursor - 1);
  }

  #isBeyond(tau: number): boolean {
    return this.#cursor < this.#end && tau >= this.#breakpointOf(this.#cursor);
  }

  #breakpointOf(bin: number): number {
    const at = 2 * (bin - this.#first);
    const gradient = this.#sums[at + 1];
    return gradient > 0 ? this.#sums[at] / gradient : this.#scale.lowerEdgeOf(bin);
  }

  #moveDown(): void {
    const at = 2 * (--this.#cursor - this.#first);
    this.#costBelow -= this.#sums[at];
    this.#gradientAbove += this.#sums[at + 1];
  }

  #moveUp(): void {
    const at = 2 * (this.#cursor++ - this.#first);
    this.#costBelow += this.#sums[at];
    this.#gradientAbove -= this.#sums[at + 1];
  }

  /** Makes room for a bin, by whole octaves. */
  #reach(bin: number): void {
    const isEmpty = this.#sums.length === 0;
    const octave = bin - (bin % BINS_PER_OCTAVE);
    const first = isEmpty ? octave : Math.min(this.#first, octave);
    const end = isEmpty ? octave + BINS_PER_OCTAVE : Math.max(this.#end, octave + BINS_PER_OCTAVE);
    const sums = new Float64Array(2 * (end - first));
    sums.set(this.#sums, isEmpty ? 0 : 2 * (this.#first - first));
    // Bins that are new are empty: wherever the cursor stands among them, its sums hold.
    this.#cursor = isEmpty ? first : this.#cursor;
    this.#sums = sums;
    this.#first = first;
  }
}
