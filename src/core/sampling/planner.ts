import { SEVERITY_CLASSES } from "../../model/severity.ts";
import { drawnLambdaOf, PatternRates } from "./pattern-rates.ts";
import type { PatternState } from "./pattern-state.ts";
import { SPECIAL_ERROR, SPECIAL_RULE } from "./pattern-state.ts";
import type { RuleBook } from "./rules.ts";
import { ServiceCeilings } from "./service-ceilings.ts";
import type { ServiceTable } from "./service-table.ts";
import type { WaterFillingProblem } from "./water-filling.ts";
import { createProblem, shareOut, solve } from "./water-filling.ts";

/**
 * The plan of the next second: a probability p and an arrival-index bound K for every live pattern, so that the expected
 * bytes of all of them fit the target. Runs once a tick over the live patterns; allocates nothing.
 */
/** Slower patterns, a line in three hours, live on first lines and floors. */
const MIN_LAMBDA = 1e-4;
/** Window of the arrival-index decay, and its K = 1.5 times the lines expected to be kept in it. */
export const WINDOW_MS = 10_000;
const DECAY_LINES = 1.5 * (WINDOW_MS / 1000);
/** A slow pattern in a burst still shows this many lines a window before its probability falls with every arrival. */
const MIN_DECAY_K = 8;
/** K falls with this half-life, so that a pause does not make ordinary traffic look like a burst. */
const DECAY_MEMORY_SECONDS = 600;
/** p falls at once and rises by at most this factor a tick. */
const MAX_RISE = 1.5;
/** Floors: one line a minute, all together at most a quarter of the budget. */
const FLOOR_PER_SECOND = 1 / 60;
const FLOOR_SHARE = 0.25;
/** Value of a line by severity class; unspecified counts as info. */
const VALUE_BY_CLASS = [1, 0.5, 0.5, 1, 2, 4, 4];
/** A pattern younger than an hour tells more a line than one long known. */
const YOUNG_MS = 60 * 60_000;
const YOUNG_VALUE = 30;
const GAIN_MEMORY_SECONDS = 30;
const GAIN_STEP = 0.03;
/** From below this probability the rise is not limited further: recovery from a storm takes seconds, not half minutes. */
const RISE_FROM = 0.01;
/** Of a service's own ceiling: what its ERRORs may take, and what is left to the draw whatever they take. */
const SERVICE_LANE_SHARE = 0.5;
const LEAST_DRAW_SHARE = 0.2;
/** Slowest draw that a 20-bit threshold can express. */
export const MIN_PROBABILITY: number = 2 ** -20;

export interface PlanInput {
  /** Bytes a second for the draw: what is left when lanes, first lines and floors are paid. */
  readonly draw: number;
  /** B(t), or the recent B while nothing arrives: what lanes, floors and the least draw are shares of. */
  readonly rate: number;
  /** Bytes a second that the ERROR lane may take. */
  readonly lane: number;
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
  /** Bytes a second that the draw leaves to the ERROR lane. */
  readonly spare: number;
  /** Milliseconds between two floor lines of a pattern. */
  readonly floorWindowMs: number;
}

export class Planner {
  readonly #state: PatternState;
  readonly #services: ServiceTable;
  readonly #ceilings: ServiceCeilings;
  readonly #rates: PatternRates;
  readonly #problem: WaterFillingProblem;
  readonly #errorProblem: WaterFillingProblem;
  /** Table row of each entry of a problem. */
  readonly #rows: Int32Array;
  readonly #errorRows: Int32Array;
  readonly #demand: Float64Array;
  readonly #errorDemand: Float64Array;
  readonly #weight: Float64Array;
  /** Multiplies the target: closes the loop between planned and charged bytes. */
  #gain = 1;
  #wished = 0;
  #meant = 0;
  /** Share of ordinary bytes that the plan means to draw. */
  #meantShare = 1;
  #decayMemory = 1;
  /** Bytes a second that arrive, rules or not, and that unscaled default floors would take. */
  #arriving = 0;
  #floorCost = 0;
  #saturated = false;

  constructor(state: PatternState, services: ServiceTable, patterns: number) {
    const groups = services.capacity;
    this.#state = state;
    this.#services = services;
    this.#ceilings = new ServiceCeilings(services);
    this.#rates = new PatternRates(state);
    this.#problem = createProblem(patterns, groups);
    this.#errorProblem = createProblem(patterns, groups);
    this.#rows = new Int32Array(patterns);
    this.#errorRows = new Int32Array(patterns);
    this.#demand = new Float64Array(groups);
    this.#errorDemand = new Float64Array(groups);
    this.#weight = new Float64Array(groups);
  }

  /** Value of a pattern: severity, age, and what the policy says. */
  valueOf(severityClass: number, ageMs: number, policyValue: number): number {
    const young = ageMs < YOUNG_MS ? YOUNG_VALUE : 1;
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
    return this.#arriving;
  }

  /** Seconds that the arrivals of this tick are spread over; 0 when nothing arrived. */
  get seconds(): number {
    return this.#rates.seconds;
  }

  /** Second half: shares the target out. */
  plan(input: PlanInput): PlanResult {
    const errorDemand = this.#sum(this.#errorDemand);
    const floorScale = this.#floorCost > 0 ? Math.min(1, (FLOOR_SHARE * input.rate) / this.#floorCost) : 1;
    const demand = this.#sum(this.#demand);
    const limited = this.#limitServices(input);
    const rest = input.draw;
    // What ordinary records cannot use is the ERRORs': half of the budget is theirs when it is scarce.
    const spare = Math.max(0, rest - this.#sum(this.#demand));
    const lane = input.lane + spare;
    const errorsSampled = limited || errorDemand > lane;
    if (errorsSampled) this.#solve(this.#errorProblem, this.#errorDemand, lane);
    this.#solve(this.#problem, this.#demand, rest * this.#gain);
    // Less than the rest is shared out where ceilings of services bind: that is meant, and no error of the plan.
    const shared = this.#sum(this.#problem.budget);
    this.#saturated = shared < rest * this.#gain;
    const meant = Math.min(rest, shared);
    this.#meantShare = demand > 0 ? Math.min(1, meant / demand) : 1;
    this.#apply(this.#problem, this.#rows, false);
    if (this.#errorProblem.count > 0) this.#apply(this.#errorProblem, this.#errorRows, !errorsSampled);
    return {
      errorDemand,
      errorsSampled,
      demand,
      planned: meant,
      spare,
      floorWindowMs: 1000 / (FLOOR_PER_SECOND * Math.max(floorScale, 1e-3)),
    };
  }

  /** Values and the two problems' rows. */
  #enterAll(monoMs: number, book: RuleBook, policyValue: Float32Array): void {
    const state = this.#state;
    this.#problem.count = 0;
    this.#errorProblem.count = 0;
    this.#demand.fill(0, 0, this.#services.count);
    this.#errorDemand.fill(0, 0, this.#services.count);
    this.#arriving = 0;
    this.#floorCost = 0;
    for (let position = state.liveCount - 1; position >= 0; position--) {
      const row = state.live[position];
      const lambda = this.#rates.advance(row);
      if (lambda < MIN_LAMBDA) continue;
      const age = state.isKnown[row] === 1 ? Number.POSITIVE_INFINITY : monoMs - state.firstSeenMs[row];
      state.value[row] = this.valueOf(state.severity[row], age, policyValue[row] || 1);
      this.#arriving += lambda * Math.max(1, state.meanBytes[row]);
      this.#floorCost += this.#enter(row, drawnLambdaOf(state, row), book);
    }
  }

  /** Adds a pattern to its problem. @param lambda lines a second that the draw is about @returns bytes a second of its default floor */
  #enter(row: number, lambda: number, book: RuleBook): number {
    const state = this.#state;
    const onLane = (state.special[row] & SPECIAL_ERROR) !== 0;
    const rule =
      (state.special[row] & SPECIAL_RULE) !== 0 && state.rule[row] >= 0 ? book.at(state.rule[row]) : undefined;
    if (rule?.rule.kind === "mute" || rule?.rule.kind === "pin" || lambda < MIN_LAMBDA) return 0;
    const problem = onLane ? this.#errorProblem : this.#problem;
    const rows = onLane ? this.#errorRows : this.#rows;
    const bytes = Math.max(1, state.meanBytes[row]);
    const at = problem.count++;
    const service = state.service[row];
    rows[at] = row;
    problem.group[at] = service;
    problem.bytes[at] = bytes;
    const isCapped = rule?.rule.kind === "cap";
    problem.ceiling[at] = isCapped ? lambda * book.limits.planShare(state.rule[row], lambda * bytes) : lambda;
    // Floor lines are kept by arrival and paid apart. Were they a lower clamp here, a pattern at its floor would draw its
    // other lines with p = 0, and the rare one that got through would carry a weight without bound.
    problem.floor[at] = 0;
    problem.slope[at] = (state.value[row] * Math.sqrt(lambda)) / Math.sqrt(bytes);
    (onLane ? this.#errorDemand : this.#demand)[service] += problem.ceiling[at] * bytes;
    return Math.min(lambda, FLOOR_PER_SECOND) * bytes;
  }

  /**
   * Cuts the demand of services down to their ceilings: ERRORs to half of it, the rest to what they leave.
   * @returns true when some service's ERRORs had to be cut
   */
  #limitServices({ inputScale }: PlanInput): boolean {
    let cut = false;
    for (let s = 0; s < this.#services.count; s++) {
      const errors = this.#errorDemand[s];
      const aim = this.#ceilings.aim(s, this.#demand[s] + errors, inputScale);
      if (errors > SERVICE_LANE_SHARE * aim) {
        this.#errorDemand[s] = SERVICE_LANE_SHARE * aim;
        cut = true;
      }
      this.#demand[s] = Math.min(this.#demand[s], Math.max(LEAST_DRAW_SHARE * aim, aim - this.#errorDemand[s]));
    }
    return cut;
  }

  #solve(problem: WaterFillingProblem, demand: Float64Array, total: number): void {
    const services = this.#services;
    const count = services.count;
    problem.groupCount = count;
    for (let s = 0; s < count; s++) this.#weight[s] = Math.sqrt(Math.max(1, services.baseline[s]));
    shareOut(Math.min(total, 1e15), count, this.#weight, demand, problem.budget);
    solve(problem);
  }

  #apply(problem: WaterFillingProblem, rows: Int32Array, keepAll: boolean): void {
    const state = this.#state;
    for (let i = 0; i < problem.count; i++) {
      const row = rows[i];
      const lambda = drawnLambdaOf(state, row);
      const wanted = problem.tau[problem.group[i]] * problem.slope[i];
      const kept = keepAll ? problem.ceiling[i] : Math.min(problem.ceiling[i], wanted);
      const p = kept >= lambda ? 1 : Math.max(MIN_PROBABILITY, kept / lambda);
      const before = state.plan[row];
      state.plan[row] = before > 0 ? Math.min(p, Math.max(before, RISE_FROM) * MAX_RISE) : p;
      state.decayK[row] = Math.max(MIN_DECAY_K, DECAY_LINES * kept, state.decayK[row] * this.#decayMemory);
    }
  }

  #sum(values: Float64Array): number {
    let total = 0;
    for (let s = 0; s < this.#services.count; s++) total += values[s];
    return total;
  }
}
