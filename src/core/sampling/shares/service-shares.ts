/**
 * Who gets what of the budget: peers first where receivers tell them apart, then services. A share is max-min fair by the
 * root of a baseline (`share-entries.ts`), ERRORs and the rest together, so that neither who gets loud nor who fails takes what others live on. Of its share, half is its ERRORs'
 * when both are scarce, and what the rest cannot use. ERRORs beyond that borrow of everybody: four tenths of the budget at most
 * while their service says as much as usual, a hundredth when it got loud.
 */
import type { ServiceTable } from "./service-table.ts";
import { ShareEntries } from "./share-entries.ts";

const BORROWED_SHARE = 0.4;
const OVERLOADED_BORROWED_SHARE = 0.01;
/** Of a small budget that is no line: then about one a second, at most a tenth. */
const OVERLOADED_MIN_BYTES = 256;
const OVERLOADED_MAX_SHARE = 0.1;
/**
 * Share of a budget, of a service or of the whole, that the draw gets however much ERRORs take, and however much is owed:
 * a pattern whose lines are never drawn has no estimate, and the first one that is would carry a weight without bound.
 */
export const MIN_DRAW_SHARE = 0.2;
/** Share of a budget, of a service or of the whole, that ERRORs get when the rest needs more of it too. */
export const ERROR_QUOTA_SHARE = 0.5;
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
  readonly #entries: ShareEntries;
  /** The same of each entry. */
  #drawShares = new Float64Array(0);
  #errorShares = new Float64Array(0);

  constructor(services: ServiceTable) {
    this.#entries = new ShareEntries(services);
    this.draw = new Float64Array(services.capacity);
    this.errors = new Float64Array(services.capacity);
  }

  /** What services ask for, bytes a second, before their own ceilings are applied. */
  setDemand(demand: Float64Array, errorDemand: Float64Array): void {
    this.#entries.setDemand(demand, errorDemand);
  }

  /**
   * @param demand bytes a second of ordinary records of each service, @param errorDemand and of its ERRORs
   * @param lane bytes a second that ERRORs may take when everything is scarce: half of the budget
   * @param total bytes a second for draws and ERRORs together; ERRORs that fit their lane are kept also when there is less
   * @param least bytes a second that draws get in any case
   */
  shareOut(demand: Float64Array, errorDemand: Float64Array, lane: number, total: number, least: number): SharedOut {
    const entries = this.#entries;
    entries.fill(demand, errorDemand);
    const { count } = entries;
    if (this.#drawShares.length < count) {
      this.#drawShares = new Float64Array(entries.service.length);
      this.#errorShares = new Float64Array(entries.service.length);
    }
    const errors = this.#shareErrors(Math.max(lane / ERROR_QUOTA_SHARE, total));
    const rest = Math.max(least, total - errors);
    this.#requestAll();
    entries.shareOut(rest + errors);
    let draw = 0;
    let errorsCut = false;
    for (let e = 0; e < count; e++) {
      const share = entries.share[e];
      const left = Math.max(MIN_DRAW_SHARE * share, share - this.#errorShares[e]);
      this.#drawShares[e] = Math.min(entries.demand[e], left);
      draw += this.#drawShares[e];
      errorsCut ||= this.#errorShares[e] < entries.errorDemand[e] * (1 - ROUNDING);
    }
    // Borrowed ERRORs are everybody's: all give the same part of their draw.
    if (draw > rest) for (let e = 0; e < count; e++) this.#drawShares[e] *= rest / draw;
    entries.setFactors(this.#drawShares, this.#errorShares);
    this.#sumUp(this.#drawShares, this.draw);
    this.#sumUp(this.#errorShares, this.errors);
    return { draw: Math.min(draw, rest), errors, errorsCut };
  }

  /**
   * Shares something else out, between the same and as fairly.
   * @param total bytes a second @param demand of each service @param share what each service is given
   */
  shareOther(total: number, demand: Float64Array, share: Float64Array): void {
    this.#entries.requestByService(demand);
    this.#entries.shareOut(total);
    this.#sumUp(this.#entries.share, share);
  }

  #sumUp(ofEntries: Float64Array, ofServices: Float64Array): void {
    const { count, service } = this.#entries;
    ofServices.fill(0);
    for (let e = 0; e < count; e++) ofServices[service[e]] += ofEntries[e];
  }

  #requestAll(): void {
    const { count, wanted, demand, errorDemand } = this.#entries;
    for (let e = 0; e < count; e++) wanted[e] = demand[e] + errorDemand[e];
  }

  /** @param budget bytes a second for everything @returns bytes a second of all ERRORs that are kept */
  #shareErrors(budget: number): number {
    const { count, demand, errorDemand, share } = this.#entries;
    this.#requestAll();
    this.#entries.shareOut(budget);
    let errors = 0;
    for (let e = 0; e < count; e++) {
      const fits = Math.max(ERROR_QUOTA_SHARE * share[e], share[e] - demand[e]);
      this.#errorShares[e] = Math.min(errorDemand[e], fits);
      errors += this.#errorShares[e];
    }
    errors += this.#lendErrors(Math.min(BORROWED_SHARE * budget, ERROR_QUOTA_SHARE * budget - errors), 0);
    const least = Math.min(OVERLOADED_MIN_BYTES, OVERLOADED_MAX_SHARE * budget);
    errors += this.#lendErrors(
      Math.min(Math.max(OVERLOADED_BORROWED_SHARE * budget, least), ERROR_QUOTA_SHARE * budget - errors),
      1,
    );
    return errors;
  }

  /** @param pool bytes a second at most @param loud 1: to who is loud, 0: to the others @returns what was lent */
  #lendErrors(pool: number, loud: number): number {
    const entries = this.#entries;
    const { count, wanted, errorDemand, share } = entries;
    for (let e = 0; e < count; e++) wanted[e] = entries.loud[e] === loud ? errorDemand[e] - this.#errorShares[e] : 0;
    entries.shareOut(pool);
    let lent = 0;
    for (let e = 0; e < count; e++) {
      this.#errorShares[e] += share[e];
      lent += share[e];
    }
    return lent;
  }
}
