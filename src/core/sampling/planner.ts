import { SEVERITY_CLASSES } from "../../model/severity.ts";
import { floorWindowMs } from "./floor-window.ts";
import { NewsLane } from "./news-lane.ts";
import { drawnLambdaOf, PatternRates } from "./pattern-rates.ts";
import type { PatternState } from "./pattern-state.ts";
import { SPECIAL_ERROR, SPECIAL_RULE } from "./pattern-state.ts";
import { PlanSide } from "./plan-side.ts";
import type { RuleBook } from "./rules.ts";
import { ServiceCeilings } from "./service-ceilings.ts";
import { ServiceShares } from "./service-shares.ts";
import type { ServiceTable } from "./service-table.ts";
import type { SamplingSettings } from "./settings.ts";

/**
 * The plan of the next second: a probability p and an arrival-index bound K for every live pattern, so that the expected
 * bytes of all of them fit the target. Runs once a tick over the live patterns; allocates nothing.
 */
/** Slower patterns, a line in three hours, live on first lines and floors. */
const MIN_LAMBDA = 1e-4;
/** K falls with this half-life, so that a pause does not make ordinary traffic look like a burst. */
const DECAY_MEMORY_SECONDS = 600;
/** Floors: one line a minute, all together at most a quarter of the budget. */
const LEAST_FLOOR_MS_PER_BYTE = 1e-3;
const MOST_FLOOR_MS_PER_BYTE = 1e5;
const FLOOR_SHARE = 0.25;
/** Value of a line by severity class; unspecified counts as info. */
const VALUE_BY_CLASS = [1, 0.5, 0.5, 1, 2, 4, 4];
/** A young pattern tells more a line than one long known: 30 times as much at first, 1.5 times after an hour. */
const YOUNG_VALUE = 29;
const YOUNG_HALF_LIFE_MS = 10 * 60_000;
/** Novelty fades in steps of a 64th of its half-life, looked up: a power for each of 50,000 rows is half of a tick. */
const YOUNG_STEPS = 64;
const YOUNG_HALF_LIVES = 16;
const GAIN_MEMORY_SECONDS = 30;
const GAIN_STEP = 0.03;
/** Of a service's own ceiling: what its ERRORs may take, and what is left to the draw whatever they take. */
const SERVICE_LANE_SHARE = 0.5;
const LEAST_DRAW_SHARE = 0.2;
/** Of what the ERROR lane has saved up, as much may be spent in a minute whatever else there is to keep. */
const SAVED_SHARE = 0.25;
/** A silent service fades as the rates of its patterns do; a flood of ERRORs that is over leaves the lane at once. */
const DRAW_TEMPO = { lines: 60, silentSeconds: 60, silentHalfLife: 300 };
const ERROR_TEMPO = { lines: 20, silentSeconds: 10, silentHalfLife: 5 };

export interface PlanInput {
  /** Bytes a second for the draw and the ERROR lane: what is left when first lines, floors, traces and context are paid. */
  readonly total: number;
  /** Bytes a second that the draw gets in any case. */
  readonly leastDraw: number;
  /** B(t), or the recent B while nothing arrives: what lanes, floors and the least draw are shares of. */
  readonly rate: number;
  /** Bytes a second that the ERROR lane may take, and what its bucket has saved up could add for a minute. */
  readonly lane: number;
  readonly saved: number;
  /** Input bytes a byte of record cost. */
  readonly inputScale: number;
}

export interface PlanResult {
  /** Bytes a second of ERROR and worse that are arriving, and whether they exceed the lane. */
  readonly errorDemand: number;
  readonly errorsSampled: boolean;
  /** Bytes a second of everything else that is arriving, and what of it is planned to be kept. */
  readonly demand: number;
  readonly planned: number;
  /** Bytes a second that the ERROR lane has beyond its half, because the draw cannot use them. */
  readonly spare: number;
  /** Milliseconds between two default floor lines of a pattern, for each of its mean bytes. */
  readonly floorMsPerByte: number;
}

export class Planner {
  readonly #state: PatternState;
  /** Value of novelty by age, 1 for what is not young at all. */
  readonly #young: Float64Array = Float64Array.from({ length: YOUNG_STEPS * YOUNG_HALF_LIVES }, (_, step) =>
    step === YOUNG_STEPS * YOUNG_HALF_LIVES - 1 ? 1 : 1 + YOUNG_VALUE * 2 ** (-step / YOUNG_STEPS),
  );
  readonly #services: ServiceTable;
  readonly #ceilings: ServiceCeilings;
  readonly #shares: ServiceShares;
  readonly #rates: PatternRates;
  readonly #ordinary: PlanSide;
  readonly #errors: PlanSide;
  readonly #news: NewsLane;
  /** Multiplies the target: closes the loop between planned and charged bytes. */
  #gain = 1;
  #wished = 0;
  #meant = 0;
  /** Share of ordinary bytes that the plan means to draw. */
  #meantShare = 1;
  #decayMemory = 1;
  /**
   * Bytes a second that floors take by the window of the last plan; what they take beyond what is drawn of their patterns
   * anyway; and what of that is planned for them.
   */
  #floorCost = 0;
  #floorExtra = 0;
  #floorRate = 0;
  #floorMsPerByte = 1;
  #saturated = false;

  constructor(state: PatternState, services: ServiceTable, settings: SamplingSettings) {
    const patterns = settings.maxPatterns;
    const groups = services.capacity;
    this.#state = state;
    this.#services = services;
    this.#ceilings = new ServiceCeilings(services, settings.stampBytes);
    this.#shares = new ServiceShares(services);
    this.#rates = new PatternRates(state);
    this.#ordinary = new PlanSide(patterns, groups, DRAW_TEMPO);
    this.#errors = new PlanSide(patterns, groups, ERROR_TEMPO);
    this.#news = new NewsLane(state, services, patterns);
  }

  /** Value of a pattern: severity, age, and what the policy says. */
  valueOf(severityClass: number, ageMs: number, policyValue: number): number {
    const step = Math.min(this.#young.length - 1, Math.floor((ageMs * YOUNG_STEPS) / YOUNG_HALF_LIFE_MS));
    const young = this.#young[step];
    return VALUE_BY_CLASS[Math.min(severityClass, SEVERITY_CLASSES.length - 1)] * young * policyValue;
  }

  /**
   * Integral control of the mean probability: the plan means to draw a share q of the bytes that are subject to the draw;
   * what its probabilities asked for (before any scaling) is compared over half a minute of traffic. Shares, not rates: a
   * step of the load is no error of the plan.
   * @param wished Σ p·bytes, and @param subject Σ bytes, of records that were drawn since the last tick
   */
  observe(wished: number, subject: number, seconds: number): void {
    if (subject <= 0) return;
    const keep = 2 ** (-seconds / GAIN_MEMORY_SECONDS);
    this.#wished = this.#wished * keep + wished;
    this.#meant = this.#meant * keep + this.#meantShare * subject;
    if (this.#saturated || this.#meant <= 0) return;
    const error = Math.max(-1, Math.min(1, (this.#meant - this.#wished) / this.#meant));
    this.#gain = Math.min(2, Math.max(0.5, this.#gain * Math.exp(GAIN_STEP * error * Math.min(seconds, 5))));
  }

  /**
   * First half of a tick: brings rates up to date and enters every live pattern into its problem.
   * @returns billed bytes a second that are arriving, those included that rules pin or mute: the budget is a share of all
   * input, and what a muted pattern does not take is the others'
   */
  measure(monoMs: number, seconds: number, book: RuleBook, policyValue: Float32Array): number {
    this.#ceilings.settle(seconds);
    this.#rates.beginTick(monoMs, seconds);
    book.limits.beginTick();
    this.#decayMemory = 2 ** (-this.#rates.seconds / DECAY_MEMORY_SECONDS);
    this.#enterAll(monoMs, book, policyValue);
    const active = this.#rates.seconds;
    return this.#ordinary.followTempo(active) + this.#errors.followTempo(active);
  }

  /** Seconds that the arrivals of this tick are spread over; 0 when nothing arrived. */
  get seconds(): number {
    return this.#rates.seconds;
  }

  /** Bytes a second that floor lines cost under the plan in force, beyond what would be drawn of them. */
  get floorRate(): number {
    return this.#floorRate;
  }

  /** Second half: shares the target out. */
  plan(input: PlanInput): PlanResult {
    const ordinary = this.#ordinary;
    const errors = this.#errors;
    const errorDemand = this.#sum(errors.demand);
    const demand = this.#sum(ordinary.demand);
    this.#fitFloors(FLOOR_SHARE * input.rate);
    const limited = this.#limitServices(input);
    const wanted = this.#sum(ordinary.demand);
    const least = Math.min(input.leastDraw, wanted);
    const lane = laneOf(input, input.total - least);
    const shares = this.#shares.shareOut(ordinary.demand, errors.demand, lane, input.total, least);
    const errorsSampled = limited || shares.errorsCut;
    if (errorsSampled) errors.solve(this.#shares.errors, 1);
    const news = this.#news.plan(shares.draw);
    ordinary.solve(this.#shares.draw, shares.draw > 0 ? this.#gain * (1 - news / shares.draw) : 0);
    // Draws that are kept whole leave the controller nothing to do.
    this.#saturated = shares.draw * this.#gain >= wanted;
    this.#meantShare = demand > 0 ? Math.min(1, shares.draw / demand) : 1;
    ordinary.apply(this.#state, false, this.#decayMemory, this.#news);
    errors.apply(this.#state, !errorsSampled, this.#decayMemory, undefined);
    return {
      errorDemand,
      errorsSampled,
      demand,
      planned: shares.draw,
      spare: Math.max(0, Math.min(shares.errors, input.total - wanted) - input.lane),
      floorMsPerByte: this.#floorMsPerByte,
    };
  }

  /** A few ticks bring the cost of floors to what there is for them. */
  #fitFloors(payable: number): void {
    this.#floorRate = this.#floorCost > payable ? (payable / this.#floorCost) * this.#floorExtra : this.#floorExtra;
    if (this.#floorCost <= 0 || payable <= 0) return;
    const error = Math.max(0.5, Math.min(4, this.#floorCost / payable));
    const wanted = this.#floorMsPerByte * error;
    this.#floorMsPerByte = Math.max(LEAST_FLOOR_MS_PER_BYTE, Math.min(MOST_FLOOR_MS_PER_BYTE, wanted));
  }

  /** Arrivals, values, and the entries of both sides. */
  #enterAll(monoMs: number, book: RuleBook, policyValue: Float32Array): void {
    const state = this.#state;
    this.#ordinary.begin(this.#services.count);
    this.#errors.begin(this.#services.count);
    this.#news.begin();
    this.#floorCost = 0;
    this.#floorExtra = 0;
    for (let position = state.liveCount - 1; position >= 0; position--) {
      const row = state.live[position];
      const service = state.service[row];
      const side = (state.special[row] & SPECIAL_ERROR) !== 0 ? this.#errors : this.#ordinary;
      const isHeavy = side === this.#ordinary && this.#rates.isHeavy(row);
      if (!isHeavy && state.tickCount[row] > 0) side.arrive(service, state.tickBytes[row], state.tickCount[row]);
      const lambda = this.#rates.advance(row, this.#services.spoke(service));
      if (lambda < MIN_LAMBDA) continue;
      side.addUsual(service, lambda * Math.max(1, state.meanBytes[row]), isHeavy);
      const age = state.isKnown[row] === 1 ? Number.POSITIVE_INFINITY : monoMs - state.firstSeenMs[row];
      state.value[row] = this.valueOf(state.severity[row], age, policyValue[row] || 1);
      this.#enter(row, side, isHeavy, book);
    }
  }

  /** Adds a pattern to its side, and its floor to what floors cost. @param isHeavy its own rate follows steps of the load */
  #enter(row: number, side: PlanSide, isHeavy: boolean, book: RuleBook): void {
    const state = this.#state;
    const lambda = drawnLambdaOf(state, row);
    const rule =
      (state.special[row] & SPECIAL_RULE) !== 0 && state.rule[row] >= 0 ? book.at(state.rule[row]) : undefined;
    if (rule?.rule.kind === "mute" || rule?.rule.kind === "pin" || lambda < MIN_LAMBDA) return;
    const bytes = Math.max(1, state.meanBytes[row]);
    const service = state.service[row];
    const isCapped = rule?.rule.kind === "cap";
    const ceiling = isCapped ? lambda * book.limits.planShare(state.rule[row], lambda * bytes) : lambda;
    const slope = (state.value[row] * Math.sqrt(lambda)) / Math.sqrt(bytes);
    side.enter(row, service, bytes, ceiling, slope, isHeavy);
    // ERRORs have no floor but their lane.
    if (side === this.#errors) return;
    this.#news.enter(row, ceiling, this.#rates.usualOf(row), VALUE_BY_CLASS[state.severity[row]]);
    const floor = 1000 / floorWindowMs(state, row, this.#floorMsPerByte);
    const cost = Math.min(lambda * (isHeavy ? 1 : side.factorOf(service)), floor) * bytes;
    this.#floorCost += cost;
    this.#floorExtra += cost * (1 - state.plan[row]);
  }

  /**
   * Cuts the demand of services down to their ceilings: ERRORs to half of it, the rest to what they leave.
   * @returns true when some service's ERRORs had to be cut
   */
  #limitServices({ inputScale }: PlanInput): boolean {
    let cut = false;
    for (let s = 0; s < this.#services.count; s++) {
      const errors = this.#errors.demand[s];
      const aim = this.#ceilings.aim(s, this.#ordinary.demand[s] + errors, inputScale);
      if (errors > SERVICE_LANE_SHARE * aim) {
        this.#errors.demand[s] = SERVICE_LANE_SHARE * aim;
        cut = true;
      }
      this.#ordinary.demand[s] = Math.min(
        this.#ordinary.demand[s],
        Math.max(LEAST_DRAW_SHARE * aim, aim - this.#errors.demand[s]),
      );
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
function laneOf({ lane, saved }: PlanInput, payable: number): number {
  if (lane <= 0) return saved;
  return lane + Math.min(saved, Math.max(payable - lane, SAVED_SHARE * saved));
}
