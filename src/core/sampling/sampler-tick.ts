/**
 * The tick of a sampler, once a second: it settles the balance, updates rates, makes the plan and refills the buckets
 * with their shares of what was granted. Between two ticks, decisions read these results and never change them.
 */
import type { Instant } from "../../model/instant.ts";
import type { SpendTarget } from "./budget/allowance.ts";
import {
  ERROR_QUOTA_DEPTH_SECONDS,
  FLOOR_SHARE,
  NOVELTY_SHARE,
  refillBuckets,
  UNLIMITED_BYTES,
} from "./budget/buckets.ts";
import { InputScale } from "./budget/input-scale.ts";
import { UnsampledRate } from "./budget/unsampled-rate.ts";
import type { SpendCounters } from "./decide/spend-counters.ts";
import type { PlanInput, PlanResult } from "./plan/planner.ts";
import type { RuleSet } from "./rules/rules.ts";
import type { SamplerParts } from "./sampler-parts.ts";
import { ERROR_QUOTA_SHARE, MIN_DRAW_SHARE } from "./shares/service-shares.ts";

/** Half-lives of the rates of unsampled bytes and of pinned bytes; short for pins, because a pin may be removed. */
const UNSAMPLED_HALF_LIFE_SECONDS = 200;
const PIN_HALF_LIFE_SECONDS = 15;
/** Lowest debt factor that is applied to MIN_DRAW_SHARE. */
const MIN_DRAW_IN_DEBT = 0.25;
/**
 * The state errors_sampled holds this long after a tick that found ERRORs drawn, so that a short overflow is visible.
 */
const ERRORS_SAMPLED_HOLD_MS = 60_000;

/** The plan before the first tick. */
const NO_PLAN: PlanResult = {
  errorDemand: 0,
  errorsSampled: false,
  demand: 0,
  drawBytesPerSecond: 0,
  spareErrorBytesPerSecond: 0,
  floorMsPerByte: 0,
};

export class SamplerTick {
  readonly #parts: SamplerParts;
  readonly #counters: SpendCounters;
  readonly #inputScale = new InputScale();
  readonly #unsampledRate = new UnsampledRate(UNSAMPLED_HALF_LIFE_SECONDS);
  readonly #pinnedRate = new UnsampledRate(PIN_HALF_LIFE_SECONDS);
  /** Monotonic milliseconds of the last tick that found ERRORs drawn. */
  #errorsSampledMs = Number.NEGATIVE_INFINITY;
  #plan: PlanResult = NO_PLAN;

  constructor(parts: SamplerParts, counters: SpendCounters) {
    this.#parts = parts;
    this.#counters = counters;
  }

  /** The plan of the last tick. */
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
    const spending = allowance.spendTarget(demand * inputScale, planner.seconds, backlog);
    const plan = planner.allocate(this.#inputOf(spending, inputScale));
    if (this.#counters.takeErrorsSampled()) this.#errorsSampledMs = now.monoMs;
    const isHeld = now.monoMs - this.#errorsSampledMs < ERRORS_SAMPLED_HOLD_MS;
    this.#plan = { ...plan, errorsSampled: plan.errorsSampled || isHeld };
    this.#refill(spending, seconds);
  }

  #inputOf(
    { rate, ordinaryBytesPerSecond, targetBytesPerSecond, backlogFactor, debtFactor }: SpendTarget,
    inputScale: number,
  ): PlanInput {
    const { planner, buckets } = this.#parts;
    const bounded = Math.min(rate, UNLIMITED_BYTES);
    const ordinary = Math.min(ordinaryBytesPerSecond, UNLIMITED_BYTES);
    const unsampledRate = planner.floorRate + this.#unsampledRate.bytesPerSecond() + this.#pinnedRate.bytesPerSecond();
    return {
      rate: bounded,
      total: Math.min(targetBytesPerSecond, UNLIMITED_BYTES) - unsampledRate,
      leastDraw: MIN_DRAW_SHARE * Math.max(MIN_DRAW_IN_DEBT, debtFactor) * backlogFactor * ordinary,
      errorQuota: ERROR_QUOTA_SHARE * ordinary,
      savedErrorBytesPerSecond: buckets.error.level / ERROR_QUOTA_DEPTH_SECONDS,
      floors: this.#floorRate(debtFactor * Math.min(bounded, ordinary)),
      inputScale,
    };
  }

  /**
   * Bytes a second that floors may take: their share of what is really granted, times 0.5 for an empty bucket to 1.5
   * for a full one. If more floor lines were due than the bucket can pay, frequent patterns would take all of it.
   */
  #floorRate(granted: number): number {
    return FLOOR_SHARE * granted * (0.5 + this.#parts.buckets.floor.fill);
  }

  #refill({ rate, ordinaryBytesPerSecond, backlogFactor, debtFactor }: SpendTarget, seconds: number): void {
    const { allowance, buckets, guard } = this.#parts;
    const bounded = Math.min(rate, UNLIMITED_BYTES);
    const ordinary = Math.min(ordinaryBytesPerSecond, UNLIMITED_BYTES);
    // Smoothed demand lags behind a storm, and so do planned bytes; the planned probabilities do not.
    const lag = ordinary > 0 ? Math.max(1, bounded / ordinary) : 1;
    const granted = Math.min(allowance.granted(), UNLIMITED_BYTES);
    refillBuckets(
      buckets,
      { granted, rate: bounded, debtFactor: debtFactor, backlogFactor: backlogFactor, demandLag: lag, seconds },
      this.#plan,
    );
    const { level, capacity } = buckets.novelty;
    if (!allowance.isUnlimited()) guard.tick(seconds, level, capacity, allowance.balance());
    this.#counters.beginTick(this.#plan, allowance.balance(), NOVELTY_SHARE * (debtFactor * bounded));
  }
}
