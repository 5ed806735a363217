/**
 * Bursts: patterns that arrive far more often than usual. Known patterns that get frequent, patterns that did not exist
 * before, and rare patterns that recur are all bursts. Two tests must agree, because each alone has false alarms:
 *
 * - the fast rate is above the usual one by more than the pattern's own deviation explains. Log counts are overdispersed,
 *   each pattern in its own way: a fixed bound would report a bursty pattern for ever;
 * - the fast rate is a multiple of the usual one, and exceeds the overload of the whole service or sender, so that a
 *   service that sends more of everything is not a burst of each of its patterns.
 *
 * Stateless: it reads the rates and the dispersion that the pattern state holds.
 */
import type { PatternRates } from "../patterns/pattern-rates.ts";
import { MIN_USUAL_RATE } from "../patterns/pattern-rates.ts";
import type { PatternState } from "../patterns/pattern-state.ts";
import { TOTAL_RECORDS, TOTALS_STRIDE } from "../patterns/pattern-state.ts";
import type { Detector } from "./detector.ts";

/** Standard deviations above the usual rate from which chance does not explain the rate. */
const BURST_DEVIATIONS = 3;
/** Multiple of the usual rate from which a rate is a burst. */
const BURST_RATIO = 2;
/** Where the whole service or its sender is overloaded: multiple of that overload from which a rate is a burst. */
const BURST_OVER_SERVICE = 1.5;
/** A single record is covered by the quota of first lines. */
const BURST_MIN_RECORDS = 2;

export class BurstDetector implements Detector {
  readonly kind = "burst";
  readonly #state: PatternState;
  readonly #rates: PatternRates;

  constructor(state: PatternState, rates: PatternRates) {
    this.#state = state;
    this.#rates = rates;
  }

  scoreOf(row: number, overloadRatio: number): number {
    const { rateFast, totals } = this.#state;
    const usual = this.#rates.usualRateOf(row);
    const excess = rateFast[row] - usual;
    const variance = this.#rates.varianceOf(row);
    if (excess <= 0 || excess * excess <= BURST_DEVIATIONS * BURST_DEVIATIONS * variance) return 0;
    if (totals[row * TOTALS_STRIDE + TOTAL_RECORDS] < BURST_MIN_RECORDS) return 0;
    const least = Math.max(BURST_RATIO, BURST_OVER_SERVICE * overloadRatio) * (usual + MIN_USUAL_RATE);
    return rateFast[row] < least ? 0 : excess / Math.sqrt(variance);
  }
}
