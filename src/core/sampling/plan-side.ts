import type { NewsLane } from "./news-lane.ts";
import { drawnLambdaOf } from "./pattern-rates.ts";
import type { PatternState } from "./pattern-state.ts";
import type { TempoSettings } from "./service-tempo.ts";
import { ServiceTempo } from "./service-tempo.ts";
import { createProblem, solve } from "./water-filling.ts";

/**
 * One of the two sides of a plan, ordinary records or ERRORs: the live patterns of it as a water-filling problem, and what
 * each service asks for. Filled anew every tick; allocates nothing.
 */
/** Window of the arrival-index decay, and its K = 1.5 times the lines expected to be kept in it. */
export const WINDOW_MS = 10_000;
const DECAY_LINES = 1.5 * (WINDOW_MS / 1000);
/** A slow pattern in a burst still shows this many lines a window before its probability falls with every arrival. */
const MIN_DECAY_K = 8;
/** p falls at once and rises by at most this factor a tick, or by what the whole service slowed down. */
const MAX_RISE = 1.5;
/** Rates of heavy patterns are known within a second: no need to feel the way. */
const HEAVY_RISE = 8;
/** From below this probability the rise is not limited further: recovery from a storm takes seconds, not half minutes. */
const RISE_FROM = 0.01;
/** Slowest draw that a 20-bit threshold can express. */
export const MIN_PROBABILITY: number = 2 ** -20;
const UNLIMITED = 1e15;

export class PlanSide {
  /** Bytes a second that each service's patterns ask for. */
  readonly demand: Float64Array;
  readonly #problem: ReturnType<typeof createProblem>;
  /** Table row of each entry of the problem. */
  readonly #rows: Int32Array;
  readonly #tempo: ServiceTempo;
  /** 1: a heavy pattern, whose own rate follows steps. */
  readonly #heavy: Uint8Array;
  /** Bytes a second that rates add up to, what rules settle included: of heavy patterns, of the others of each service. */
  #heavyUsual = 0;
  readonly #usual: Float64Array;
  /** How much faster than its rates each service is now, and how much slower than at the last tick. */
  readonly #factor: Float64Array;
  readonly #slowed: Float64Array;

  /** @param patterns rows of the pattern table @param services rows of the service table */
  constructor(patterns: number, services: number, tempo: TempoSettings) {
    this.#problem = createProblem(patterns, services);
    this.#rows = new Int32Array(patterns);
    this.#heavy = new Uint8Array(patterns);
    this.demand = new Float64Array(services);
    this.#tempo = new ServiceTempo(services, tempo);
    this.#usual = new Float64Array(services);
    this.#factor = new Float64Array(services).fill(1);
    this.#slowed = new Float64Array(services).fill(1);
  }

  begin(services: number): void {
    this.#problem.count = 0;
    this.#problem.groupCount = services;
    this.demand.fill(0, 0, services);
    this.#usual.fill(0, 0, services);
    this.#heavyUsual = 0;
  }

  /** Lines of a service's patterns since the last tick, heavy ones apart, and the bytes of them. */
  arrive(service: number, bytes: number, lines: number): void {
    this.#tempo.arrive(service, bytes, lines);
  }

  /** Adds bytes a second that a pattern's rate stands for, whether it is entered or not. */
  addUsual(service: number, bytes: number, isHeavy: boolean): void {
    if (isHeavy) this.#heavyUsual += bytes;
    else this.#usual[service] += bytes;
  }

  /** How much faster the service was at the last tick than its rates. */
  factorOf(service: number): number {
    return this.#factor[service];
  }

  /** @param ceiling lines a second that may be kept at most @param slope v·√λ/√b */
  enter(row: number, service: number, bytes: number, ceiling: number, slope: number, isHeavy: boolean): void {
    const problem = this.#problem;
    const at = problem.count++;
    this.#rows[at] = row;
    problem.group[at] = service;
    problem.bytes[at] = bytes;
    problem.ceiling[at] = ceiling;
    // Floor lines are kept by arrival and paid apart. Were they a lower clamp here, a pattern at its floor would draw its
    // other lines with p = 0, and the rare one that got through would carry a weight without bound.
    problem.floor[at] = 0;
    problem.slope[at] = slope;
    this.#heavy[at] = isHeavy ? 1 : 0;
  }

  /**
   * A service whose whole load has stepped up or down has patterns that are all off by one factor.
   * @param seconds of active time since the last tick @returns bytes a second that arrive
   */
  followTempo(seconds: number): number {
    const { count, groupCount, group, ceiling, slope, bytes } = this.#problem;
    this.#tempo.settle(groupCount, seconds);
    let arriving = this.#heavyUsual;
    for (let s = 0; s < groupCount; s++) {
      const factor = this.#tempo.of(s, this.#usual[s]);
      this.#slowed[s] = Math.max(1, this.#factor[s] / factor);
      this.#factor[s] = factor;
      arriving += factor * this.#usual[s];
    }
    for (let i = 0; i < count; i++) {
      const factor = this.#heavy[i] === 1 ? 1 : this.#factor[group[i]];
      ceiling[i] *= factor;
      slope[i] *= Math.sqrt(factor);
      this.demand[group[i]] += ceiling[i] * bytes[i];
    }
    return arriving;
  }

  /** @param budget bytes a second of each service @param scale of all of them */
  solve(budget: Float64Array, scale: number): void {
    const problem = this.#problem;
    for (let s = 0; s < problem.groupCount; s++) problem.budget[s] = Math.min(UNLIMITED, budget[s] * scale);
    solve(problem);
  }

  /**
   * Gives every entered pattern its p and K.
   * @param keepAll nothing is scarce: no solution is needed @param memory 0..1: how much of K outlives a tick
   * @param news may give a pattern more
   */
  apply(state: PatternState, keepAll: boolean, memory: number, news: NewsLane | undefined): void {
    const { count, group, ceiling, slope, tau } = this.#problem;
    for (let i = 0; i < count; i++) {
      const row = this.#rows[i];
      const service = group[i];
      const lambda = drawnLambdaOf(state, row) * (this.#heavy[i] === 1 ? 1 : this.#factor[service]);
      const drawn = keepAll ? ceiling[i] : Math.min(ceiling[i], tau[service] * slope[i]);
      const kept = news === undefined ? drawn : Math.max(drawn, news.shareOf(row) * ceiling[i]);
      const p = kept >= lambda ? 1 : Math.max(MIN_PROBABILITY, kept / lambda);
      const before = state.plan[row];
      const rise = this.#heavy[i] === 1 ? HEAVY_RISE : MAX_RISE * this.#slowed[service];
      state.plan[row] = before > 0 ? Math.min(p, Math.max(before, RISE_FROM) * rise) : p;
      state.decayK[row] = Math.max(MIN_DECAY_K, DECAY_LINES * kept, state.decayK[row] * memory);
    }
  }
}
