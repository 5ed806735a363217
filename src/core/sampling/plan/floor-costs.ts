/**
 * What floor lines cost, and how far apart they have to be. By default a pattern's floor costs what a line a minute costs, or
 * all that it says, or as much as every other pattern's floor of its weight, whichever is least: that last is the level that a
 * budget for all of them buys, as τ is in a plan.
 */
import { BreakpointHistogram } from "./breakpoint-histogram.ts";
import type { BreakpointScale } from "./breakpoint-scale.ts";

/** Time between two floor lines of a pattern, for each of its mean bytes. */
const LEAST_MS_PER_BYTE = 1e-3;
const MOST_MS_PER_BYTE = 1e5;
/** In one tick floors come round at most this much more often, or more rarely: nobody is due at once. */
const SOONER = 0.5;
const LATER = 4;

export class FloorCosts {
  /** Bytes a second of default floors, their weights as gradients; of those that somebody asked for; and of all what would not be drawn anyway. */
  readonly #floors: BreakpointHistogram;
  #asked = 0;
  #extra = 0;
  #msPerByte = 1;
  #rate = 0;

  constructor(scale: BreakpointScale) {
    this.#floors = new BreakpointHistogram(scale);
  }

  /** Milliseconds between two default floor lines of a pattern of weight 1, for each of its mean bytes. */
  get msPerByte(): number {
    return this.#msPerByte;
  }

  /** Bytes a second that floor lines cost under the plan in force, beyond what would be drawn of them. */
  get rate(): number {
    return this.#rate;
  }

  /** Bytes a second that a default floor of weight 1 costs now at most. */
  get level(): number {
    return 1000 / this.#msPerByte;
  }

  /**
   * @param cost bytes a second at a line a minute, or as often as was asked for @param weight see floorWeight
   * @param sign -1: takes it away
   */
  add(cost: number, weight: number, isRequested: boolean, sign: number): void {
    if (isRequested) this.#asked += sign * cost;
    else this.#floors.add(sign * cost, sign * weight);
  }

  /** @param bytes a second by which floor lines now cost more than what is drawn anyway; negative: less */
  addExtra(bytes: number): void {
    this.#extra += bytes;
  }

  /** @param payable bytes a second */
  fit(payable: number): void {
    const cost = this.#asked + this.#floors.costAt(this.level);
    this.#rate = cost > payable ? (payable / cost) * this.#extra : this.#extra;
    if (cost <= 0 || payable <= 0) return;
    const wanted = 1000 / this.#floors.solve(Math.max(0, payable - this.#asked));
    const near = Math.max(SOONER * this.#msPerByte, Math.min(LATER * this.#msPerByte, wanted));
    this.#msPerByte = Math.max(LEAST_MS_PER_BYTE, Math.min(MOST_MS_PER_BYTE, near));
  }
}
