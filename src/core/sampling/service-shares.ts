import type { ServiceTable } from "./service-table.ts";
import { shareOut } from "./water-filling.ts";

/**
 * Who gets what of the budget: services first. A service's share is max-min fair by the root of its baseline, ERRORs and the
 * rest together, so that neither who gets loud nor who fails takes what others live on. Of its share, half is its ERRORs'
 * when both are scarce, and what the rest cannot use. ERRORs beyond that borrow of everybody: four tenths of the budget at most
 * while their service says as much as usual, a twentieth when it got loud.
 */
const ERROR_SHARE = 0.5;
const BORROWED_SHARE = 0.4;
const LOUD_BORROWED_SHARE = 0.05;
/** From this multiple of its baseline on a service is loud. */
const LOUD = 3;
/** Whatever its ERRORs take, a service's draw goes on: a pattern that is never drawn has no estimate. */
const LEAST_DRAW_SHARE = 0.2;
/** Sums of the same terms in another order differ by less. */
const ROUNDING = 1e-9;

export interface SharedOut {
  /** Bytes a second of all draws, of all ERRORs, and whether some ERRORs do not fit. */
  readonly draw: number;
  readonly errors: number;
  readonly errorsCut: boolean;
}

export class ServiceShares {
  /** Bytes a second of each service: for its draw, and for its ERRORs. */
  readonly draw: Float64Array;
  readonly errors: Float64Array;
  readonly #services: ServiceTable;
  readonly #weight: Float64Array;
  readonly #wanted: Float64Array;
  readonly #share: Float64Array;
  readonly #borrowed: Float64Array;

  constructor(services: ServiceTable) {
    this.#services = services;
    this.draw = new Float64Array(services.capacity);
    this.errors = new Float64Array(services.capacity);
    this.#weight = new Float64Array(services.capacity);
    this.#wanted = new Float64Array(services.capacity);
    this.#share = new Float64Array(services.capacity);
    this.#borrowed = new Float64Array(services.capacity);
  }

  /**
   * @param demand bytes a second of ordinary records of each service, @param errorDemand and of its ERRORs
   * @param lane bytes a second that ERRORs may take when everything is scarce: half of the budget
   * @param total bytes a second for draws and ERRORs together; ERRORs that fit their lane are kept also when there is less
   * @param least bytes a second that draws get in any case
   */
  shareOut(demand: Float64Array, errorDemand: Float64Array, lane: number, total: number, least: number): SharedOut {
    const { count, baseline } = this.#services;
    for (let s = 0; s < count; s++) {
      this.#weight[s] = Math.sqrt(Math.max(1, baseline[s]));
      this.#wanted[s] = demand[s] + errorDemand[s];
    }
    const errors = this.#shareErrors(demand, errorDemand, Math.max(lane / ERROR_SHARE, total));
    const rest = Math.max(least, total - errors);
    shareOut(Math.min(rest + errors, 1e15), count, this.#weight, this.#wanted, this.#share);
    let draw = 0;
    for (let s = 0; s < count; s++) {
      const left = Math.max(LEAST_DRAW_SHARE * this.#share[s], this.#share[s] - this.errors[s]);
      this.draw[s] = Math.min(demand[s], left);
      draw += this.draw[s];
    }
    // Borrowed ERRORs are everybody's: all give the same part of their draw.
    if (draw > rest) for (let s = 0; s < count; s++) this.draw[s] *= rest / draw;
    let errorsCut = false;
    for (let s = 0; s < count; s++) errorsCut ||= this.errors[s] < errorDemand[s] * (1 - ROUNDING);
    return { draw: Math.min(draw, rest), errors, errorsCut };
  }

  /** @param budget bytes a second for everything @returns bytes a second of all ERRORs that are kept */
  #shareErrors(demand: Float64Array, errorDemand: Float64Array, budget: number): number {
    const { count } = this.#services;
    shareOut(Math.min(budget, 1e15), count, this.#weight, this.#wanted, this.#share);
    let errors = 0;
    for (let s = 0; s < count; s++) {
      const fits = Math.max(ERROR_SHARE * this.#share[s], this.#share[s] - demand[s]);
      this.errors[s] = Math.min(errorDemand[s], fits);
      errors += this.errors[s];
    }
    errors += this.#lend(errorDemand, Math.min(BORROWED_SHARE * budget, ERROR_SHARE * budget - errors), false);
    errors += this.#lend(errorDemand, Math.min(LOUD_BORROWED_SHARE * budget, ERROR_SHARE * budget - errors), true);
    for (let s = 0; s < count; s++) this.#wanted[s] = demand[s] + errorDemand[s];
    return errors;
  }

  /** @param pool bytes a second at most @param loud to loud services, or to the others @returns what was lent */
  #lend(errorDemand: Float64Array, pool: number, loud: boolean): number {
    const { count, baseline, rate } = this.#services;
    for (let s = 0; s < count; s++) {
      const isLoud = rate[s] > LOUD * baseline[s];
      this.#wanted[s] = isLoud === loud ? errorDemand[s] - this.errors[s] : 0;
    }
    shareOut(Math.max(0, pool), count, this.#weight, this.#wanted, this.#borrowed);
    let lent = 0;
    for (let s = 0; s < count; s++) {
      this.errors[s] += this.#borrowed[s];
      lent += this.#borrowed[s];
    }
    return lent;
  }
}
