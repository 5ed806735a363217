/**
 * The plan of the next second: what each service may spend, and with it a probability p and an arrival-index bound K of
 * every live pattern, so that the expected bytes of all of them fit the target. Runs once a tick; what it costs goes by the
 * patterns that spoke and by the services, hardly by the patterns that live (`plan-table.ts`). Allocates nothing.
 */
import { decayOf } from "../../math/decay.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import type { RuleSet } from "../rules/rules.ts";
import type { SamplingSettings } from "../settings.ts";
import { ServiceCeilings } from "../shares/service-ceilings.ts";
import { ERROR_QUOTA_SHARE, MIN_DRAW_SHARE, ServiceShares } from "../shares/service-shares.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import { PlanTable } from "./plan-table.ts";

/**
 * A line that costs more than so many seconds of the whole budget is a gamble: one that is drawn is a debt for all others.
 * Beyond it probabilities fall with the bytes, not with their root alone. Of budgets that anybody would call one it is many
 * times the longest line.
 */
const LARGE_LINE_SECONDS = 5;
const MIN_LARGE_LINE_BYTES = 1024;
const GAIN_MEMORY_SECONDS = 30;
const GAIN_STEP = 0.03;
/** Of what the ERROR lane has saved up, as much may be spent in a minute whatever else there is to keep. */
const SAVED_SHARE = 0.25;

export interface PlanInput {
  /** Bytes a second for the draw and the ERROR lane: what is left when first lines, floors, traces and context are paid. */
  readonly total: number;
  /** Bytes a second that the draw gets in any case. */
  readonly leastDraw: number;
  /** B(t), or the recent B while nothing arrives: what lanes, floors and the least draw are shares of. */
  readonly rate: number;
  /** Bytes a second that the ERROR lane may take, and what its bucket has saved up could add for a minute. */
  readonly errorQuota: number;
  readonly savedErrorBytesPerSecond: number;
  /** Bytes a second that default floors may take. */
  readonly floors: number;
  /** Input bytes a byte of record cost. */
  readonly inputScale: number;
}

export interface PlanResult {
  /** Bytes a second of ERROR and worse that are arriving, and whether they exceed the lane. */
  readonly errorDemand: number;
  readonly errorsSampled: boolean;
  /** Bytes a second of everything else that is arriving, and what of it is planned to be kept. */
  readonly demand: number;
  readonly drawBytesPerSecond: number;
  /** Bytes a second that the ERROR lane has beyond its half, because the draw cannot use them. */
  readonly spareErrorBytesPerSecond: number;
  /** Milliseconds between two default floor lines of a pattern, for each of its mean bytes. */
  readonly floorMsPerByte: number;
}

export class Planner {
  readonly #services: ServiceTable;
  readonly #ceilings: ServiceCeilings;
  readonly #shares: ServiceShares;
  readonly #table: PlanTable;
  /** Multiplies the target: closes the loop between planned and charged bytes. */
  #gain = 1;
  #plannedBytes = 0;
  #targetBytes = 0;
  /** Share of ordinary bytes that the plan means to draw. */
  #targetShare = 1;
  #saturated = false;

  constructor(state: PatternState, services: ServiceTable, settings: SamplingSettings) {
    this.#services = services;
    this.#ceilings = new ServiceCeilings(services, settings.stampBytes);
    this.#shares = new ServiceShares(services);
    this.#table = new PlanTable(state, services);
  }

  /**
   * Integral control of the mean probability: the plan means to draw a share q of the bytes that are subject to the draw;
   * what its probabilities asked for (before any scaling) is compared over half a minute of traffic. Shares, not rates: a
   * step of the load is no error of the plan.
   * @param plannedBytes Σ p·bytes, and @param eligibleBytes Σ bytes, of records that were drawn since the last tick
   */
  observe(plannedBytes: number, eligibleBytes: number, seconds: number): void {
    if (eligibleBytes <= 0) return;
    const retained = decayOf(seconds, GAIN_MEMORY_SECONDS);
    this.#plannedBytes = this.#plannedBytes * retained + plannedBytes;
    this.#targetBytes = this.#targetBytes * retained + this.#targetShare * eligibleBytes;
    if (this.#saturated || this.#targetBytes <= 0) return;
    const error = Math.max(-1, Math.min(1, (this.#targetBytes - this.#plannedBytes) / this.#targetBytes));
    this.#gain = Math.min(2, Math.max(0.5, this.#gain * Math.exp(GAIN_STEP * error * Math.min(seconds, 5))));
  }

  /**
   * First half of a tick: brings rates up to date, and what the patterns ask for.
   * @returns billed bytes a second that are arriving, those included that rules pin or mute: the budget is a share of all
   * input, and what a muted pattern does not take is the others'
   */
  measure(monoMs: number, seconds: number, book: RuleSet, policyValue: Float32Array): number {
    this.#ceilings.settle(seconds);
    const arriving = this.#table.measure(monoMs, seconds, book, policyValue);
    this.#learnDemands();
    return arriving;
  }

  #learnDemands(): void {
    const { ordinary, errors, seconds } = this.#table;
    const { demandHistory } = this.#services;
    for (let s = 0; s < this.#services.count; s++) {
      if (this.#services.sentLastSecond(s)) demandHistory.learn(s, ordinary.demandOf(s) + errors.demandOf(s), seconds);
    }
  }

  /** Seconds that the arrivals of this tick are spread over; 0 when nothing arrived. */
  get seconds(): number {
    return this.#table.seconds;
  }

  /** Bytes a second that floor lines cost under the plan in force, beyond what would be drawn of them. */
  get floorRate(): number {
    return this.#table.floors.rate;
  }

  /** What arrives: see PlanTable. */
  get table(): PlanTable {
    return this.#table;
  }

  /** Second half: shares the target out. */
  allocate(input: PlanInput): PlanResult {
    const { ordinary, errors, bursts, floors } = this.#table;
    const errorDemand = this.#sum(errors.demand);
    const demand = this.#sum(ordinary.demand);
    floors.fit(input.floors);
    this.#table.largeLineBytes = Math.max(MIN_LARGE_LINE_BYTES, LARGE_LINE_SECONDS * input.rate);
    this.#shares.setDemand(ordinary.demand, errors.demand);
    const limited = this.#limitServices(input);
    const wanted = this.#sum(ordinary.demand);
    const least = Math.min(input.leastDraw, wanted);
    const errorQuota = errorQuotaOf(input, input.total - least);
    const shares = this.#shares.shareOut(ordinary.demand, errors.demand, errorQuota, input.total, least);
    const errorsSampled = limited || shares.errorsCut;
    if (errorsSampled) errors.solve(this.#shares.errors, 1);
    else errors.keepAll();
    const burstBytesPerSecond = bursts.allocate(shares.draw, this.#shares);
    ordinary.solve(this.#shares.draw, shares.draw > 0 ? this.#gain * (1 - burstBytesPerSecond / shares.draw) : 0);
    // Draws that are kept whole leave the controller nothing to do.
    this.#saturated = shares.draw * this.#gain >= wanted;
    this.#targetShare = demand > 0 ? Math.min(1, shares.draw / demand) : 1;
    this.#table.apply();
    return {
      errorDemand,
      errorsSampled,
      demand,
      drawBytesPerSecond: shares.draw,
      spareErrorBytesPerSecond: Math.max(0, Math.min(shares.errors, input.total - wanted) - input.errorQuota),
      floorMsPerByte: floors.msPerByte,
    };
  }

  /**
   * Cuts the demand of services down to their ceilings: ERRORs to half of it, the rest to what they leave.
   * @returns true when some service's ERRORs had to be cut
   */
  #limitServices({ inputScale }: PlanInput): boolean {
    const ordinary = this.#table.ordinary.demand;
    const errors = this.#table.errors.demand;
    let cut = false;
    for (let s = 0; s < this.#services.count; s++) {
      const aim = this.#ceilings.targetBytesPerSecond(s, ordinary[s] + errors[s], inputScale);
      if (errors[s] > ERROR_QUOTA_SHARE * aim) {
        errors[s] = ERROR_QUOTA_SHARE * aim;
        cut = true;
      }
      ordinary[s] = Math.min(ordinary[s], Math.max(MIN_DRAW_SHARE * aim, aim - errors[s]));
    }
    return cut;
  }

  #sum(values: Float64Array): number {
    let total = 0;
    for (let s = 0; s < this.#services.count; s++) total += values[s];
    return total;
  }
}

/**
 * Bytes a second that ERRORs may take: their half, and what they have saved up as far as the rest can pay for it, a quarter
 * of it in any case. The first minutes, which have no rate to take shares of, live on what the bucket started with.
 */
function errorQuotaOf({ errorQuota, savedErrorBytesPerSecond }: PlanInput, payable: number): number {
  if (errorQuota <= 0) return savedErrorBytesPerSecond;
  return (
    errorQuota +
    Math.min(savedErrorBytesPerSecond, Math.max(payable - errorQuota, SAVED_SHARE * savedErrorBytesPerSecond))
  );
}
