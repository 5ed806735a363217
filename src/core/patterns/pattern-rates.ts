/**
 * Lines a second and bytes a line of every live pattern. A tick that visits a pattern brings them up to date for all ticks
 * since the last visit: the next tick when lines arrived, every few ticks otherwise. Time stands still while nothing at all
 * arrives, because that says nothing about any single pattern: p is the same before and after a pause.
 */
import { decayOf, ewmaWeight } from "../math/decay.ts";
import type { PatternState } from "./pattern-state.ts";
import { FLAG_ERROR } from "./pattern-state.ts";
import { isStep, STEADY_SECONDS, spreadSeconds } from "./rate-step.ts";
import { TickHistory } from "./tick-history.ts";

const FAST_HALF_LIFE_SECONDS = 35;
export const SLOW_HALF_LIFE_SECONDS = 300;
/** Half-life of the usual rate, in active time. */
const USUAL_HALF_LIFE_SECONDS = 3600;
/** From this multiple of the slow rate on, the fast one is believed. */
const LEAD = 3;
/** An ERROR not seen for so long is forgotten with this half-life. */
const QUIET_MS = 10_000;
const QUIET_HALF_LIFE_SECONDS = 5;
/** A pattern silent for this long leaves the plan; its row stays known. */
const LIVE_MS = 15 * 60_000;
/** Lines a second from which a pattern's own arrivals show that its rate has stepped, up or down. */
const HEAVY_LINES = 20;
/** Variance of the fast rate of a Poisson process, for each line a second of it. */
const CHANCE = Math.LN2 / (2 * FAST_HALF_LIFE_SECONDS);
/** A pattern's straying is learned from samples of at most this multiple of it, and counts as at least a fifth of its rate. */
const DISPERSION_WINSOR = 4;
const LEAST_DISPERSION = 0.04;
/** The usual rate of a rare pattern counts as at least a line in five minutes, or its second line would be a burst. */
export const MIN_USUAL_RATE: number = 1 / 300;

export class PatternRates {
  /** Seconds that this tick's arrivals are spread over; 0 when nothing arrived. */
  seconds = 0;
  readonly #state: PatternState;
  /** Number of this tick, and of the one that visited a row last. */
  #tick = 0;
  readonly #visited: Uint32Array;
  /** The last ticks, and what they leave of each mean of a silent pattern. */
  readonly #history = new TickHistory();
  readonly #fastRetained: Float64Array = this.#history.createRetained();
  readonly #slowRetained: Float64Array = this.#history.createRetained();
  readonly #usualRetained: Float64Array = this.#history.createRetained();
  #elapsed = 0;
  #silentSeconds = 0;
  #activeSeconds = 0;
  /** Share of the usual rate's memory that this process has lived through. */
  #seen = 0;
  #monoMs = 0;

  constructor(state: PatternState) {
    this.#state = state;
    this.#visited = new Uint32Array(state.live.length);
  }

  /** @param elapsed seconds since the last tick */
  beginTick(monoMs: number, elapsed: number): void {
    this.#tick++;
    this.#monoMs = monoMs;
    this.#elapsed = elapsed;
    this.seconds = this.#measuredSeconds(elapsed);
    this.#state.arrivals = 0;
    this.#history.push(this.seconds, elapsed);
    this.#history.fillRetained(this.#fastRetained, FAST_HALF_LIFE_SECONDS);
    this.#history.fillRetained(this.#slowRetained, SLOW_HALF_LIFE_SECONDS);
    this.#history.fillRetained(this.#usualRetained, USUAL_HALF_LIFE_SECONDS);
    this.#activeSeconds += this.seconds;
    this.#seen = usualWeight(this.#activeSeconds);
  }

  /** The ticks without arrivals before this one count too, as long as they may be the interval of a batching sender. */
  #measuredSeconds(elapsed: number): number {
    if (this.#state.arrivals <= 0) {
      this.#silentSeconds += elapsed;
      return 0;
    }
    const seconds = spreadSeconds(elapsed, this.#silentSeconds);
    this.#silentSeconds = 0;
    return seconds;
  }

  /** True for a pattern whose steps are followed by its own lines: the tempo of its service is not its business. */
  isHighRate(row: number): boolean {
    return planRateOf(this.#state, row) >= HEAVY_LINES;
  }

  /** Whether a tick's lines are a step of the rate. */
  #isStep(row: number, count: number): boolean {
    if (this.seconds <= 0 || this.seconds > STEADY_SECONDS) return false;
    return isStep(count, planRateOf(this.#state, row) * this.seconds);
  }

  /** Whether this tick has visited the row. */
  isVisited(row: number): boolean {
    return this.#visited[row] === this.#tick;
  }

  /** The row joins the plan: what was before is not its silence. */
  join(row: number): void {
    this.#visited[row] = this.#tick;
  }

  /**
   * Takes what the row said since it was visited last into its rates.
   * @param sentLastSecond its service has sent something since the last tick
   * @returns lines a second to plan with, or -1 when it has left the plan
   */
  advance(row: number, sentLastSecond: boolean): number {
    const state = this.#state;
    const history = this.#history;
    const ticks = history.bounded(this.#tick - this.#visited[row]);
    this.#visited[row] = this.#tick;
    const seconds = history.activeSeconds[ticks];
    const ageMs = this.#monoMs - state.firstSeenMs[row];
    const count = state.tickCount[row];
    // Of a pattern that came in between, the time before it says nothing.
    const span = Math.min(seconds, Math.max(this.#elapsed, ageMs / 1000));
    const rate = span > 0 ? count / span : 0;
    // A young rate is the mean since its first line, not a climb from zero.
    const young = seconds > 0 ? Math.min(1, (1000 * seconds) / Math.max(1000, ageMs)) : 0;
    if (count === 0 && (state.flags[row] & FLAG_ERROR) !== 0)
      this.#decayAfterSilence(row, history.elapsedSeconds[ticks]);
    if (sentLastSecond && young < 1 && this.isHighRate(row) && this.#isStep(row, count)) {
      state.rateFast[row] = rate;
      state.rateSlow[row] = rate;
    }
    state.rateFast[row] += Math.max(1 - this.#fastRetained[ticks], young) * (rate - state.rateFast[row]);
    state.rateUsual[row] +=
      (1 - this.#usualRetained[ticks]) * ((seconds > 0 ? count / seconds : 0) - state.rateUsual[row]);
    if (seconds > 0 && this.#seen > 0) this.#learnDispersion(row, (1 - this.#usualRetained[ticks]) / this.#seen);
    state.rateSlow[row] += Math.max(1 - this.#slowRetained[ticks], young) * (rate - state.rateSlow[row]);
    if (count > 0) {
      const mean = state.tickBytes[row] / count;
      const weight = state.meanBytes[row] === 0 ? 1 : Math.min(0.5, 0.05 * count);
      state.meanBytes[row] += weight * (mean - state.meanBytes[row]);
      const ruled = Math.min(1, state.tickRuleSettled[row] / count);
      state.ruledShare[row] += Math.min(1, 0.05 * count) * (ruled - state.ruledShare[row]);
      state.tickRuleSettled[row] = 0;
      state.tickCount[row] = 0;
      state.tickBytes[row] = 0;
    } else if (this.#monoMs - state.lastSeenMs[row] > LIVE_MS) {
      state.deactivate(row);
      return -1;
    }
    return planRateOf(state, row);
  }

  /** ERRORs have a lane of their own, which must not stay reserved for a flood that is over. @param elapsed seconds since the last visit */
  #decayAfterSilence(row: number, elapsed: number): void {
    const { rateFast, rateSlow, lastSeenMs } = this.#state;
    const quietMs = this.#monoMs - lastSeenMs[row] - QUIET_MS;
    if (quietMs <= 0) return;
    const kept = decayOf(Math.min(elapsed, Math.max(this.#elapsed, quietMs / 1000)), QUIET_HALF_LIFE_SECONDS);
    rateFast[row] *= kept;
    rateSlow[row] *= kept;
  }

  /** @param weight of this visit: the mean is over an hour, or over all of a younger process */
  #learnDispersion(row: number, weight: number): void {
    const { dispersion, rateFast } = this.#state;
    const usual = this.usualRateOf(row);
    if (usual <= 0) return;
    const off = rateFast[row] - usual;
    const sample = Math.max(0, (off * off - CHANCE * usual) / (usual * usual));
    const most = DISPERSION_WINSOR * dispersion[row] + LEAST_DISPERSION;
    dispersion[row] += Math.min(1, weight) * (Math.min(sample, most) - dispersion[row]);
  }

  /** Variance of the fast rate about the usual one, lines² a second²: the pattern's own dispersion and chance. */
  varianceOf(row: number): number {
    const usual = this.usualRateOf(row);
    const own = Math.max(LEAST_DISPERSION, this.#state.dispersion[row]) * usual * usual;
    return own + CHANCE * (usual + MIN_USUAL_RATE);
  }

  /**
   * Lines a second that are usual of the pattern: the mean of the last hour of traffic, or of all of it in a younger process,
   * in which a pattern that was not there counts as silent.
   */
  usualRateOf(row: number): number {
    return this.#seen > 0 ? this.#state.rateUsual[row] / this.#seen : 0;
  }
}

/** Share of the usual rate's memory that a process has lived through. @param activeSeconds since it started */
export function usualWeight(activeSeconds: number): number {
  return ewmaWeight(activeSeconds, USUAL_HALF_LIFE_SECONDS);
}

/** Lines a second that the draw is about: all but those that rules settle record by record. */
export function drawRateOf(state: PatternState, row: number): number {
  return planRateOf(state, row) * (1 - state.ruledShare[row]);
}

/**
 * Lines a second to plan with. p goes with 1/√λ, so a steady λ makes a steady p, and a steady p makes estimates good: the
 * slow rate rules until the fast one leaves it far behind. What a burst adds before is held by the arrival-index decay.
 */
export function planRateOf(state: PatternState, row: number): number {
  const slow = state.rateSlow[row];
  const fast = state.rateFast[row];
  return fast > LEAD * slow ? fast : slow;
}
