/**
 * One of the two sides of a plan, ordinary records or ERRORs: what each service asks for, and the τ that its budget buys.
 * A service's tempo f multiplies what its patterns say: their ceilings by f and their slopes by √f, so that f times the budget
 * at τ / √f of the histogram is the budget at τ. Rows enter and leave one by one; a solution costs a few bins a service.
 */
import { STEP } from "../../patterns/rate-step.ts";
import { BreakpointHistogram, KEEP_ALL } from "./breakpoint-histogram.ts";
import type { BreakpointScale } from "./breakpoint-scale.ts";
import { quantize } from "./breakpoint-scale.ts";
import type { LoadFactorSettings } from "./load-factor.ts";
import { ServiceLoadFactors } from "./load-factor.ts";

export class AllocationClass {
  /** Bytes a second that each service's patterns ask for. */
  readonly demand: Float64Array;
  readonly #scale: BreakpointScale;
  readonly #groups: BreakpointHistogram[] = [];
  readonly #loadFactors: ServiceLoadFactors;
  /** Bytes a second that rates add up to, what rules settle included: of heavy patterns, of the others of each service. */
  #highRateUsual = 0;
  readonly #usual: Float64Array;
  /** How much faster than its rates each service is now, and how much slower than at the last tick. */
  readonly #factor: Float64Array;
  readonly #slowed: Float64Array;
  /** By how much the tempo has changed since the last tick. */
  readonly #stepped: Float64Array;
  /** τ / √f. */
  readonly #level: Float64Array;

  /** @param services rows of the service table */
  constructor(services: number, tempo: LoadFactorSettings, scale: BreakpointScale) {
    this.#scale = scale;
    this.demand = new Float64Array(services);
    this.#loadFactors = new ServiceLoadFactors(services, tempo);
    this.#usual = new Float64Array(services);
    this.#factor = new Float64Array(services).fill(1);
    this.#slowed = new Float64Array(services).fill(1);
    this.#stepped = new Float64Array(services).fill(1);
    this.#level = new Float64Array(services).fill(KEEP_ALL);
  }

  /** @param services that there are by now */
  begin(services: number): void {
    while (this.#groups.length < services) this.#groups.push(new BreakpointHistogram(this.#scale));
  }

  /** Lines of a service's patterns since the last tick, heavy ones apart, and the bytes of them. */
  addArrivals(service: number, bytes: number, lines: number): void {
    this.#loadFactors.addArrivals(service, bytes, lines);
  }

  /** Adds bytes a second that a pattern's rate stands for, whether it takes part in the draw or not; negative: takes them away. */
  addUsual(service: number, bytes: number, isHeavy: boolean): void {
    if (isHeavy) this.#highRateUsual += bytes;
    else this.#usual[service] += bytes;
  }

  /** How much faster the service was at the last tick than its rates. */
  loadFactorOf(service: number): number {
    return this.#factor[service];
  }

  /** By how much the probabilities of a service may rise faster than usual: the whole of it slowed down. */
  slowdownOf(service: number): number {
    return this.#slowed[service];
  }

  /**
   * Adds a pattern that follows the tempo of its service.
   * Floor lines are kept by arrival and paid apart. Were they a lower bound here, a pattern at its floor would draw its other
   * lines with p = 0, and the rare one that got through would carry a weight without bound.
   * @param cost bytes a second of its ceiling @param gradient bytes a second at τ = 1; both negative: takes it away
   */
  add(service: number, cost: number, gradient: number): void {
    this.#groups[service].add(cost, gradient);
  }

  /** Adds a pattern whose own rate follows steps, once the tempo of this tick is known. @param sign -1: takes it away */
  addHighRate(service: number, cost: number, gradient: number, sign: number): void {
    const factor = this.#factor[service];
    this.#groups[service].add(sign * quantize(cost / factor), sign * quantize(gradient / Math.sqrt(factor)));
  }

  /**
   * A service whose whole load has stepped up or down has patterns that are all off by one factor.
   * @param seconds of active time since the last tick @returns bytes a second that arrive
   */
  updateLoadFactors(seconds: number): number {
    const count = this.#groups.length;
    this.#loadFactors.settle(count, seconds);
    let arriving = this.#highRateUsual;
    for (let s = 0; s < count; s++) {
      const factor = this.#loadFactors.factorOf(s, this.#usual[s]);
      this.#slowed[s] = Math.max(1, this.#factor[s] / factor);
      // Who comes back from silence is where he was, not ten times as fast.
      this.#stepped[s] = this.#factor[s] * STEP < 1 ? 1 : factor / this.#factor[s];
      this.#factor[s] = factor;
      arriving += factor * this.#usual[s];
    }
    return arriving;
  }

  /** Σ v·√(λ·b) of a service's patterns by the rates of now: its part of a budget that nothing but their values shares out. */
  demandOf(service: number): number {
    return Math.sqrt(this.#factor[service]) * this.#groups[service].fullGradient;
  }

  /** A service that has just stepped on the other side steps on this one too: its few ERRORs would tell many seconds later. */
  stepWith(other: AllocationClass): void {
    for (let s = 0; s < this.#groups.length; s++) {
      const ratio = other.#stepped[s];
      if (ratio > STEP || ratio * STEP < 1) this.#loadFactors.step(s, ratio);
    }
  }

  /** All patterns of this tick have been added: what they ask for. */
  sumUp(): void {
    for (let s = 0; s < this.#groups.length; s++) this.demand[s] = this.#factor[s] * this.#groups[s].fullCost;
  }

  /** @param budget bytes a second of each service @param scale of all of them */
  solve(budget: Float64Array, scale: number): void {
    for (let s = 0; s < this.#groups.length; s++) {
      this.#level[s] = this.#groups[s].solve((budget[s] * scale) / this.#factor[s]);
    }
  }

  /** Nothing is scarce. */
  keepAll(): void {
    this.#level.fill(KEEP_ALL, 0, this.#groups.length);
  }

  /** τ of a service, as its patterns meet it. */
  waterLevelOf(service: number, isHeavy: boolean): number {
    return isHeavy ? this.#level[service] * Math.sqrt(this.#factor[service]) : this.#level[service];
  }
}
