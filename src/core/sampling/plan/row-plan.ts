/**
 * From the plan of services to p and K of rows: of those that a tick has visited at its end, of the others when they speak.
 */
import type { PatternState } from "../../patterns/pattern-state.ts";
import { FLAG_ERROR } from "../../patterns/pattern-state.ts";
import { TickHistory } from "../../patterns/tick-history.ts";
import type { BurstQuota } from "./burst-quota.ts";
import type { PlanEntries } from "./plan-entries.ts";
import { BURST_GRADIENT, CEILING, COST, ENTRY_STRIDE, GRADIENT, LAMBDA, MARK_HIGH_RATE } from "./plan-entries.ts";
import type { AllocationClass } from "./plan-side.ts";

/** Window of the arrival-index decay, and its K = 1.5 times the lines expected to be kept in it. */
export const WINDOW_MS = 10_000;
const DECAY_LINES = 1.5 * (WINDOW_MS / 1000);
/** A slow pattern in a burst still shows this many lines a window before its probability falls with every arrival. */
const MIN_DECAY_K = 8;
/** K falls with this half-life, so that a pause does not make ordinary traffic look like a burst. */
const DECAY_MEMORY_SECONDS = 600;
/** p falls at once and rises by at most this factor a tick, or by what the whole service slowed down. */
const MAX_RISE = 1.5;
/** Rates of heavy patterns are known within a second: no need to feel the way. */
const HIGH_RATE_MAX_RISE = 8;
/** From below this probability the rise is not limited further: recovery from a storm takes seconds, not half minutes. */
const RISE_FROM = 0.01;
/** Slowest draw that a 20-bit threshold can express. */
export const MIN_PROBABILITY: number = 2 ** -20;

/** What a plan says of services. */
interface ServicePlans {
  readonly ordinary: AllocationClass;
  readonly errors: AllocationClass;
  readonly bursts: BurstQuota;
}

export class RowPlan {
  readonly #state: PatternState;
  readonly #entries: PlanEntries;
  readonly #plans: ServicePlans;
  /** Number of this tick, and of the one by whose plan a row was given p and K. */
  #tick = 0;
  readonly #plannedAt: Uint32Array;
  readonly #history = new TickHistory();
  readonly #retained: Float64Array = this.#history.createRetained();

  constructor(state: PatternState, entries: PlanEntries, plans: ServicePlans) {
    this.#state = state;
    this.#entries = entries;
    this.#plans = plans;
    this.#plannedAt = new Uint32Array(state.live.length);
  }

  /** @param seconds of active time that the tick took */
  beginTick(seconds: number): void {
    this.#tick++;
    this.#history.push(seconds, seconds);
    this.#history.fillRetained(this.#retained, DECAY_MEMORY_SECONDS);
  }

  /** Gives a row that takes part in the draw p and K by the plan in force, unless it has them. */
  applyTo(row: number): void {
    const ticks = this.#tick - this.#plannedAt[row];
    if (ticks === 0) return;
    this.#plannedAt[row] = this.#tick;
    const { service: serviceOf, flags, probability, decayK } = this.#state;
    const { fields, marks } = this.#entries;
    const service = serviceOf[row];
    const side = (flags[row] & FLAG_ERROR) !== 0 ? this.#plans.errors : this.#plans.ordinary;
    const isHeavy = (marks[row] & MARK_HIGH_RATE) !== 0;
    const factor = isHeavy ? 1 : side.loadFactorOf(service);
    const at = row * ENTRY_STRIDE;
    const gradient = fields[at + BURST_GRADIENT];
    const burst = gradient > 0 ? this.#plans.bursts.waterLevelOf(service) * gradient : 0;
    const share = Math.min(
      1,
      Math.max(side.waterLevelOf(service, isHeavy) * fields[at + GRADIENT], burst) / fields[at + COST],
    );
    const lambda = fields[at + LAMBDA] * factor;
    const kept = share * fields[at + CEILING] * factor;
    const p = kept >= lambda ? 1 : Math.max(MIN_PROBABILITY, kept / lambda);
    const rise = isHeavy ? HIGH_RATE_MAX_RISE : MAX_RISE * side.slowdownOf(service);
    const more = ticks > 1 ? MAX_RISE ** (ticks - 1) : 1;
    const before = probability[row];
    probability[row] = before > 0 ? Math.min(p, Math.max(before, RISE_FROM) * rise * more) : p;
    decayK[row] = Math.max(MIN_DECAY_K, DECAY_LINES * kept, decayK[row] * this.#retained[this.#history.bounded(ticks)]);
  }
}
