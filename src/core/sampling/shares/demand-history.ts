/**
 * What a service usually asks for: Σ v·√(λ·b) over its patterns, which is its part of the whole budget when nothing but the
 * power allocation decides (`breakpoint-histogram.ts`). Shares between services are weighed by it, so that a pattern gets the same
 * whichever service says it; and it is learned slowly, so that who gets loud or explodes into new patterns does not take
 * the others' part: half-life an hour of the service's own active time, a sample counts at most three times as much as
 * usual. A service younger than ten active minutes has the mean of them.
 */
import { baselineStep, YOUNG_SECONDS } from "../../math/baseline.ts";
import { ewmaStep, ewmaWeight } from "../../math/decay.ts";

const HALF_LIFE_SECONDS = 3600;

export class DemandHistory {
  /** By row of the service table. */
  readonly usual: Float64Array;
  readonly #activeSeconds: Float64Array;

  /** @param services rows of the service table */
  constructor(services: number) {
    this.usual = new Float64Array(services);
    this.#activeSeconds = new Float64Array(services);
  }

  /**
   * @param row a service that spoke since the last tick @param demand Σ v·√(λ·b) by the rates of now
   * @param seconds since then
   */
  learn(row: number, demand: number, seconds: number): void {
    if (demand <= 0 || seconds <= 0) return;
    this.#activeSeconds[row] += seconds;
    const active = this.#activeSeconds[row];
    const isYoung = active < YOUNG_SECONDS;
    const usual = this.usual[row];
    this.usual[row] = isYoung
      ? ewmaStep(usual, demand, seconds / active)
      : baselineStep(usual, demand, ewmaWeight(seconds, HALF_LIFE_SECONDS));
  }
}
