/** The tick of a sampler. */
import type { Instant } from "../../model/instant.ts";
import type { SpendingPlan } from "./budget/allowance.ts";
import {
  ERROR_LANE_DEPTH_SECONDS,
  ERROR_LANE_SHARE,
  FLOOR_SHARE,
  NOVELTY_SHARE,
  refillBuckets,
  UNLIMITED_BYTES,
} from "./budget/buckets.ts";
import { InputScale } from "./budget/input-scale.ts";
import { ApartRate } from "./budget/unsampled-rate.ts";
import type { SpendCounters } from "./decide/spend-counters.ts";
import type { PlanInput, PlanResult } from "./plan/planner.ts";
import type { RuleSet } from "./rules/rules.ts";
import type { SamplerParts } from "./sampler-parts.ts";

/**
 * What happens once a second: the balance is settled, rates are brought up to date, the plan is made anew, and the buckets
 * get their shares of what was granted. Between two ticks decisions read what this left, and never change it.
 */

/** Half-lives of what is paid apart from the draw; a pin that was removed is soon forgotten. */
const UNSAMPLED_HALF_LIFE_SECONDS = 200;
const PIN_HALF_LIFE_SECONDS = 15;
/**
 * However much is protected, owed or in debt, the draw goes on at this share of the budget: a pattern whose lines are never
 * drawn has no estimate, and the first one that is would carry a weight without bound.
 */
const MIN_DRAW_SHARE = 0.2;
/** Of that share what stays while a minute of the budget or more is owed. */
const MIN_DRAW_IN_DEBT = 0.25;
/** A burst of ERRORs that overflows between two ticks shows for this long: a state that ends unseen is silence. */
const ERRORS_SAMPLED_HOLD_MS = 60_000;

/** The plan before the first tick: nothing is known. */
const NO_PLAN: PlanResult = {
  errorDemand: 0,
  errorsSampled: false,
  demand: 0,
  planned: 0,
  spare: 0,
  floorMsPerByte: 0,
};

export class SamplerTick {
  readonly #parts: SamplerParts;
  readonly #counters: SpendCounters;
  readonly #inputScale = new InputScale();
  readonly #unsampledRate = new ApartRate(UNSAMPLED_HALF_LIFE_SECONDS);
  readonly #pinnedRate = new ApartRate(PIN_HALF_LIFE_SECONDS);
  /** Monotonic milliseconds of the tick that last found an ERROR drawn. */
  #errorsSampledMs = Number.NEGATIVE_INFINITY;
  #plan: PlanResult = NO_PLAN;

  constructor(parts: SamplerParts, counters: SpendCounters) {
    this.#parts = parts;
    this.#counters = counters;
  }

  /** What the last tick planned. */
  get plan(): PlanResult {
    return this.#plan;
  }

  /** @param seconds since the last tick @param backlog fill of the export queue, 0..1 */
  run(now: Instant, seconds: number, backlog: number, rules: RuleSet): void {
    const { allowance, planner, services } = this.#parts;
    allowance.tick(now.monoMs, now.wallMs);
    services.tick(seconds);
    const { plannedBytes, eligibleBytes } = this.#counters.takePlanned();
    planner.observe(plannedBytes, eligibleBytes, seconds);
    const { input, cost, unsampled, pinned } = this.#counters.takeInput();
    const demand = planner.measure(now.monoMs, seconds, rules, this.#parts.policyValue);
    this.#parts.evicted.advance(now.monoMs, planner.seconds);
    this.#unsampledRate.observe(unsampled, planner.seconds);
    this.#pinnedRate.observe(pinned, planner.seconds);
    const inputScale = this.#inputScale.observe(input, cost, seconds);
    const spending = allowance.plan(demand * inputScale, planner.seconds, backlog);
    const plan = planner.plan(this.#inputOf(spending, inputScale));
    if (this.#counters.takeErrorsSampled()) this.#errorsSampledMs = now.monoMs;
    const isHeld = now.monoMs - this.#errorsSampledMs < ERRORS_SAMPLED_HOLD_MS;
    this.#plan = { ...plan, errorsSampled: plan.errorsSampled || isHeld };
    this.#refill(spending, seconds);
  }

  #inputOf({ rate, planned, target, room, lanes }: SpendingPlan, inputScale: number): PlanInput {
    const { planner, buckets } = this.#parts;
    const bounded = Math.min(rate, UNLIMITED_BYTES);
    const ordinary = Math.min(planned, UNLIMITED_BYTES);
    const unsampledRate = planner.floorRate + this.#unsampledRate.bytesPerSecond() + this.#pinnedRate.bytesPerSecond();
    return {
      rate: bounded,
      total: Math.min(target, UNLIMITED_BYTES) - unsampledRate,
      leastDraw: MIN_DRAW_SHARE * Math.max(MIN_DRAW_IN_DEBT, lanes) * room * ordinary,
      lane: ERROR_LANE_SHARE * ordinary,
      saved: buckets.error.level / ERROR_LANE_DEPTH_SECONDS,
      floors: this.#floorRate(lanes * Math.min(bounded, ordinary)),
      inputScale,
    };
  }

  /**
   * Bytes a second that floors may take: their share of what is really granted, more while their bucket is full and less
   * while it is empty. If more floor lines were due than the bucket can pay, frequent patterns would always win the race.
   */
  #floorRate(granted: number): number {
    return FLOOR_SHARE * granted * (0.5 + this.#parts.buckets.floor.fill);
  }

  #refill({ rate, planned, room, lanes }: SpendingPlan, seconds: number): void {
    const { allowance, buckets, guard } = this.#parts;
    const bounded = Math.min(rate, UNLIMITED_BYTES);
    const ordinary = Math.min(planned, UNLIMITED_BYTES);
    // Smoothed demand lags behind a storm, and with it what is planned in bytes; the share that is kept does not.
    const lag = ordinary > 0 ? Math.max(1, bounded / ordinary) : 1;
    const granted = Math.min(allowance.granted(), UNLIMITED_BYTES);
    refillBuckets(buckets, { granted, rate: bounded, lanes, room, lag, seconds }, this.#plan);
    const { level, capacity } = buckets.novelty;
    if (!allowance.isUnlimited()) guard.tick(seconds, level, capacity, allowance.balance());
    this.#counters.beginTick(this.#plan, allowance.balance(), NOVELTY_SHARE * (lanes * bounded));
  }
}
