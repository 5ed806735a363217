import { SEVERITY_CLASSES } from "../../model/severity.ts";
import { type PatternState, SPECIAL_ERROR, SPECIAL_RULE } from "./pattern-state.ts";
import type { CompiledRule, RuleBook } from "./rules.ts";
import type { ServiceTable } from "./service-table.ts";
import { createProblem, shareOut, solve, type WaterFillingProblem } from "./water-filling.ts";

/**
 * The plan of the next second: a probability p and an arrival-index bound K for every live pattern, so that the expected
 * bytes of all of them fit the target. Runs once a tick over the live patterns; allocates nothing.
 */
const FAST_HALF_LIFE_SECONDS = 2;
const SLOW_HALF_LIFE_SECONDS = 35;
/** A pattern silent for this long leaves the plan; its row stays known. */
const LIVE_MS = 15 * 60_000;
/** Window of the arrival-index decay, and its K = 1.5 times the lines expected to be kept in it. */
export const WINDOW_MS = 10_000;
const DECAY_LINES = 1.5 * (WINDOW_MS / 1000);
const MIN_DECAY_K = 2;
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
/** Slowest draw that a 20-bit threshold can express. */
export const MIN_PROBABILITY: number = 2 ** -20;

export interface PlanInput {
  readonly monoMs: number;
  readonly seconds: number;
  /** Bytes a second to be spent on everything this plan governs. */
  readonly target: number;
  /** B(t): what lanes and floors are shares of. */
  readonly rate: number;
  /** Bytes a second that the ERROR lane may take. */
  readonly lane: number;
  /** p of patterns that no plan has seen yet: the ratio, or 1. */
  readonly initialProbability: number;
}

export interface PlanResult {
  /** Bytes a second of ERROR and worse that are arriving, and whether they exceed the lane. */
  readonly errorDemand: number;
  readonly errorsSampled: boolean;
  /** Bytes a second of everything else that is arriving, and what of it is planned to be kept. */
  readonly demand: number;
  readonly planned: number;
  /** Milliseconds between two floor lines of a pattern. */
  readonly floorWindowMs: number;
}

export class Planner {
  readonly #state: PatternState;
  readonly #services: ServiceTable;
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
  #plannedSinceArrival = 0;
  #secondsSinceArrival = 0;
  #lastPlanned = 0;
  #saturated = false;

  constructor(state: PatternState, services: ServiceTable, patterns: number, groups: number) {
    this.#state = state;
    this.#services = services;
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
   * Integral control on what was really charged: batches arrive in bursts, so planned bytes are summed over the seconds
   * since the last arrival and compared when something arrives.
   */
  observe(chargedBytes: number, seconds: number): void {
    this.#secondsSinceArrival = Math.min(10, this.#secondsSinceArrival + seconds);
    this.#plannedSinceArrival = this.#lastPlanned * this.#secondsSinceArrival;
    if (chargedBytes <= 0) return;
    if (this.#plannedSinceArrival > 0 && !this.#saturated) {
      const error = (this.#plannedSinceArrival - chargedBytes) / this.#plannedSinceArrival;
      const step = 0.03 * Math.max(-10, error) * this.#secondsSinceArrival;
      this.#gain = Math.min(4, Math.max(0.25, this.#gain * Math.exp(Math.max(-0.5, step))));
    }
    this.#plannedSinceArrival = 0;
    this.#secondsSinceArrival = 0;
  }

  plan(input: PlanInput, book: RuleBook, policyValue: Float32Array): PlanResult {
    const floorCost = this.#measureRates(input, book, policyValue);
    const errorDemand = this.#sum(this.#errorDemand);
    const errorsSampled = errorDemand > input.lane;
    const errorSpend = Math.min(errorDemand, input.lane);
    const floorScale = floorCost > 0 ? Math.min(1, (FLOOR_SHARE * input.rate) / floorCost) : 1;
    if (errorsSampled) this.#solve(this.#errorProblem, this.#errorDemand, input.lane, floorScale);
    const demand = this.#sum(this.#demand);
    const rest = Math.max(0.1 * input.target, input.target - errorSpend);
    const budget = Math.min(demand, rest * this.#gain);
    this.#saturated = demand <= rest * this.#gain;
    this.#lastPlanned = Math.min(demand, rest);
    this.#solve(this.#problem, this.#demand, budget, floorScale);
    this.#apply(this.#problem, this.#rows, false);
    if (this.#errorProblem.count > 0) this.#apply(this.#errorProblem, this.#errorRows, !errorsSampled);
    return {
      errorDemand,
      errorsSampled,
      demand,
      planned: this.#lastPlanned,
      floorWindowMs: 1000 / (FLOOR_PER_SECOND * Math.max(floorScale, 1e-3)),
    };
  }

  /** Rates, values and the two problems' rows. @returns bytes a second that unscaled floors would cost */
  #measureRates(input: PlanInput, book: RuleBook, policyValue: Float32Array): number {
    const state = this.#state;
    const fast = 1 - 2 ** (-input.seconds / FAST_HALF_LIFE_SECONDS);
    const slow = 1 - 2 ** (-input.seconds / SLOW_HALF_LIFE_SECONDS);
    this.#problem.count = 0;
    this.#errorProblem.count = 0;
    this.#demand.fill(0, 0, this.#services.count);
    this.#errorDemand.fill(0, 0, this.#services.count);
    let floorCost = 0;
    for (let position = state.liveCount - 1; position >= 0; position--) {
      const row = state.live[position];
      const count = state.tickCount[row];
      const rate = input.seconds > 0 ? count / input.seconds : 0;
      state.rateFast[row] += fast * (rate - state.rateFast[row]);
      state.rateSlow[row] += slow * (rate - state.rateSlow[row]);
      if (count > 0) {
        const mean = state.tickBytes[row] / count;
        const weight = state.meanBytes[row] === 0 ? 1 : Math.min(0.5, 0.05 * count);
        state.meanBytes[row] += weight * (mean - state.meanBytes[row]);
        state.tickCount[row] = 0;
        state.tickBytes[row] = 0;
      } else if (input.monoMs - state.lastSeenMs[row] > LIVE_MS) {
        state.deactivate(row);
        continue;
      }
      const lambda = Math.max(state.rateFast[row], state.rateSlow[row]);
      if (lambda < 1e-4) continue;
      const age = input.monoMs - state.firstSeenMs[row];
      state.value[row] = this.valueOf(state.severity[row], age, policyValue[row] || 1);
      floorCost += this.#enter(row, lambda, book);
    }
    return floorCost;
  }

  /** Adds a pattern to its problem. @returns bytes a second of its default floor */
  #enter(row: number, lambda: number, book: RuleBook): number {
    const state = this.#state;
    const onLane = (state.special[row] & SPECIAL_ERROR) !== 0;
    const rule = (state.special[row] & SPECIAL_RULE) !== 0 && state.rule[row] >= 0 ? book.at(state.rule[row]) : undefined;
    if (rule?.rule.kind === "mute" || rule?.rule.kind === "pin") return 0;
    const problem = onLane ? this.#errorProblem : this.#problem;
    const rows = onLane ? this.#errorRows : this.#rows;
    const bytes = Math.max(1, state.meanBytes[row]);
    const at = problem.count++;
    const service = state.service[row];
    rows[at] = row;
    problem.group[at] = service;
    problem.bytes[at] = bytes;
    problem.ceiling[at] = lambda * capScale(rule, lambda * bytes);
    problem.floor[at] = Math.min(problem.ceiling[at], FLOOR_PER_SECOND);
    problem.slope[at] = (state.value[row] * Math.sqrt(lambda)) / Math.sqrt(bytes);
    (onLane ? this.#errorDemand : this.#demand)[service] += problem.ceiling[at] * bytes;
    return problem.floor[at] * bytes;
  }

  #solve(problem: WaterFillingProblem, demand: Float64Array, total: number, floorScale: number): void {
    const services = this.#services;
    const count = services.count;
    problem.groupCount = count;
    for (let i = 0; i < problem.count; i++) problem.floor[i] *= floorScale;
    for (let s = 0; s < count; s++) {
      this.#weight[s] = Math.sqrt(Math.max(1, services.baseline[s]));
      const cap = serviceCeiling(services, s);
      if (demand[s] > cap) demand[s] = cap;
    }
    shareOut(Math.min(total, 1e15), count, this.#weight, demand, problem.budget);
    solve(problem);
  }

  #apply(problem: WaterFillingProblem, rows: Int32Array, keepAll: boolean): void {
    const state = this.#state;
    for (let i = 0; i < problem.count; i++) {
      const row = rows[i];
      const lambda = Math.max(state.rateFast[row], state.rateSlow[row]);
      const floor = problem.floor[i];
      const wanted = problem.tau[problem.group[i]] * problem.slope[i];
      const kept = keepAll ? problem.ceiling[i] : Math.min(problem.ceiling[i], Math.max(floor, wanted));
      // Floor lines are kept by arrival, with weight 1; the draw has to bring only the rest.
      const drawn = lambda > floor ? (kept - floor) / (lambda - floor) : 1;
      const p = kept >= lambda ? 1 : Math.max(MIN_PROBABILITY, Math.min(1, drawn));
      const before = state.plan[row];
      state.plan[row] = before > 0 ? Math.min(p, before * MAX_RISE) : p;
      state.decayK[row] = Math.max(MIN_DECAY_K, DECAY_LINES * kept);
    }
  }

  #sum(values: Float64Array): number {
    let total = 0;
    for (let s = 0; s < this.#services.count; s++) total += values[s];
    return total;
  }
}

/** A `cap` rule limits bytes a second of its pattern. */
function capScale(rule: CompiledRule | undefined, bytesPerSecond: number): number {
  if (rule?.rule.kind !== "cap" || rule.rule.value === undefined) return 1;
  return Math.min(1, rule.rule.value / Math.max(1, bytesPerSecond));
}

function serviceCeiling(services: ServiceTable, row: number): number {
  const settings = services.settings[row];
  if (settings === undefined) return Number.POSITIVE_INFINITY;
  const absolute = settings.bytesPerSecond ?? Number.POSITIVE_INFINITY;
  const relative = settings.keepRatio === undefined ? Number.POSITIVE_INFINITY : settings.keepRatio * services.baseline[row];
  return Math.min(absolute, relative);
}
