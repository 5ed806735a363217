/**
 * Keep reason `floor`: the first arrival of a pattern in its floor window is kept. A floor that a rule or the policy
 * sets is paid in any case; default floors are paid by their bucket, and a line that does not fit leaves the floor due.
 */
import type { DecidingSlice } from "../deciding-slice.ts";
import { FLOOR } from "../reason-codes.ts";
import type { DecisionStep, ExplainedLine, Explanation, KeepStep, StepParts } from "./step.ts";
import { keeps, passesOn } from "./step.ts";

type Parts = Pick<StepParts, "state" | "allowance" | "buckets" | "clock" | "accounts">;

export class FloorStep implements KeepStep {
  readonly isForSpecial: boolean = false;
  readonly #next: DecisionStep;
  readonly #deps: Parts;
  readonly #dueMs: Float64Array;
  readonly #defaults: number;
  readonly #requested: number;

  constructor(next: DecisionStep, deps: Parts) {
    this.#next = next;
    this.#deps = deps;
    this.#dueMs = deps.state.floorDueMs;
    this.#defaults = deps.accounts.open({ name: "floors", bucket: deps.buckets.floor, kind: "planned" });
    this.#requested = deps.accounts.open({ name: "floors of whole patterns", bucket: undefined, kind: "planned" });
  }

  begin(): boolean {
    return true;
  }

  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void {
    if (slice.monoMs < this.#dueMs[row] || slice.capProbability < 1 || !this.#pay(slice, row, bytes)) {
      this.#next.decide(slice, i, row, bytes);
      return;
    }
    this.#dueMs[row] = this.#deps.clock.nextMs(row, slice.monoMs);
    slice.probability[i] = 1;
    slice.reason[i] = FLOOR;
    slice.counts.floorBytes += bytes;
  }

  #pay({ charged }: DecidingSlice, row: number, bytes: number): boolean {
    const isRequested = this.#isFree(this.#deps.state.floorPerMinute[row]);
    if (!isRequested && !this.#isPaid(bytes, charged[this.#defaults])) return false;
    charged[isRequested ? this.#requested : this.#defaults] += bytes;
    return true;
  }

  /** Whether no bucket limits the floor. */
  #isFree(floorPerMinute: number): boolean {
    return this.#deps.allowance.isUnlimited() || floorPerMinute > 0;
  }

  #isPaid(bytes: number, charged: number): boolean {
    return this.#deps.buckets.floor.level - charged >= bytes;
  }

  undo({ reason }: DecidingSlice, i: number, row: number): boolean {
    if (reason[i] !== FLOOR) return false;
    this.#deps.state.floorDueMs[row] -= this.#deps.clock.windowMs(row);
    return true;
  }

  /** Undefined: the pattern does not determine which of its lines the step decides. */
  standing(): undefined {
    return undefined;
  }

  explain({ capProbability, cap, now, floorDueMs, floorPerMinute, bytes }: ExplainedLine): Explanation {
    if (capProbability < 1)
      return passesOn("floor", "no floor line is kept while the rule's bucket is less than half full", cap);
    if (now.monoMs < floorDueMs) return passesOn("floor", "the floor line of this interval was already kept");
    if (this.#isFree(floorPerMinute) || this.#isPaid(bytes, 0)) {
      return keeps("floor", 1, "the floor of the pattern is due: its next record is kept");
    }
    return passesOn("floor", "the floor of the pattern is due, but the quota for floors is used up");
  }
}
