/**
 * What is left of patterns that lost their row: that they were seen (a Bloom filter), and how often (a Count-Min sketch).
 * One that comes back gets one first line, not three, is not young, and goes on with its rate. It is never refused its
 * first line, so a new pattern that the filter mistakes for a seen one (1 % of them) loses its second and third alone.
 * Bounds: those of the two; nothing on the path of a record whose pattern has a row.
 */
import { SeenBefore } from "../math/bloom-filter.ts";
import { TailCounts } from "../math/count-min.ts";
import type { PatternDirectory } from "./pattern-directory.ts";
import { planRateOf, SLOW_HALF_LIFE_SECONDS, usualWeight } from "./pattern-rates.ts";
import type { PatternState } from "./pattern-state.ts";

/** A rate that was remembered is trusted as one that has been measured for so long. */
const AGE_MS = 10 * 60_000;

export class EvictedPatterns {
  /** Patterns that came back and were recognised, since start. */
  recalledTotal = 0;
  readonly #state: PatternState;
  readonly #directory: PatternDirectory;
  readonly #seen: SeenBefore;
  readonly #tail = new TailCounts(SLOW_HALF_LIFE_SECONDS);
  #activeSeconds = 0;
  #tickMs = Number.NEGATIVE_INFINITY;

  constructor(state: PatternState, directory: PatternDirectory, rows: number) {
    this.#state = state;
    this.#directory = directory;
    this.#seen = new SeenBefore(rows);
  }

  /** Bytes of memory, whatever is remembered. */
  get bytes(): number {
    return this.#seen.bytes + this.#tail.bytes;
  }

  /** @param activeSeconds seconds that the tick's arrivals are spread over: rates stand still while nothing arrives */
  advance(monoMs: number, activeSeconds: number): void {
    this.#tickMs = monoMs;
    this.#activeSeconds += activeSeconds;
    this.#tail.advance(activeSeconds);
  }

  /**
   * The row is about to be given to another pattern. One that turned up since the last tick is not remembered: the batch
   * it came in may be taken back, and a pattern is seen only when its first line is safe.
   */
  remember(row: number): void {
    const state = this.#state;
    if (state.lastSeenMs[row] < 0 || state.firstSeenMs[row] >= this.#tickMs) return;
    const { first, second } = this.#directory.hash(row);
    this.#seen.add(first, second);
    const rate = planRateOf(state, row);
    if (rate > 0) this.#tail.remember(first, second, rate);
  }

  has(row: number): boolean {
    const { first, second } = this.#directory.hash(row);
    return this.#seen.has(first, second);
  }

  /** Gives a row that has just got its first record what is remembered of its pattern. @returns whether anything is */
  recall(row: number, monoMs: number): boolean {
    const { first, second } = this.#directory.hash(row);
    if (!this.#seen.has(first, second)) return false;
    const state = this.#state;
    const rate = this.#tail.rateOf(first, second);
    this.recalledTotal++;
    state.isKnown[row] = 1;
    state.firstSeenMs[row] = monoMs - AGE_MS;
    state.rateFast[row] = rate;
    state.rateSlow[row] = rate;
    // Usual rates count from zero at the start of the process: see PatternRates.usualOf.
    state.rateUsual[row] = rate * usualWeight(this.#activeSeconds);
    return true;
  }
}
