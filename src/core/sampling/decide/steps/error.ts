/**
 * Keep reason `error`: ERROR and worse are kept whole while they fit the ERROR lane. The others pass on, and the last
 * step draws them.
 */
import { FLAG_ERROR } from "../../../patterns/pattern-state.ts";
import type { DecidingSlice } from "../deciding-slice.ts";
import { ERROR } from "../reason-codes.ts";
import { addTrigger } from "../slice-counts.ts";
import type { DecisionStep, ExplainedLine, Explanation, KeepStep, StepParts } from "./step.ts";
import { keeps, passesOn } from "./step.ts";

type Parts = Pick<StepParts, "state" | "allowance" | "buckets" | "claims" | "accounts">;

/** Account of ERRORs, whole or drawn: `budget-fit.ts` charges the drawn ones. */
export const ERRORS = "errors";

export class ErrorStep implements KeepStep {
  readonly isForSpecial: boolean = true;
  readonly #next: DecisionStep;
  readonly #deps: Parts;
  readonly #special: Uint8Array;
  readonly #plan: Float32Array;
  readonly #account: number;

  constructor(next: DecisionStep, deps: Parts) {
    this.#next = next;
    this.#deps = deps;
    this.#special = deps.state.flags;
    this.#plan = deps.state.probability;
    this.#account = deps.accounts.open({ name: ERRORS, bucket: deps.buckets.error, kind: "planned" });
  }

  begin(): boolean {
    return true;
  }

  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void {
    const isError = (this.#special[row] & FLAG_ERROR) !== 0;
    if (!isError || !keepsWhole(slice.capProbability, slice.errorsWhole, this.#plan[row])) {
      this.#next.decide(slice, i, row, bytes);
      return;
    }
    slice.probability[i] = 1;
    slice.reason[i] = ERROR;
    slice.charged[this.#account] += bytes;
    const { claims } = this.#deps;
    if (claims.isOwed(row)) addTrigger(slice.counts, i);
    claims.use(slice.counts, row, slice.monoMs);
  }

  undo({ reason }: DecidingSlice, i: number): boolean {
    return reason[i] === ERROR;
  }

  standing(row: number): "error" | undefined {
    return (this.#special[row] & FLAG_ERROR) !== 0 && this.#plan[row] >= 1 ? "error" : undefined;
  }

  explain({ isError, bytes, capProbability, cap, probability }: ExplainedLine): Explanation {
    if (!isError) return passesOn("error", "the severity is below ERROR");
    if (keepsWhole(capProbability, fitErrors(this.#deps, bytes), probability)) {
      return keeps("error", 1, "ERROR records fit the ERROR lane: every record is kept");
    }
    if (capProbability < 1) return passesOn("error", "the rule's cap also limits ERROR records", cap);
    return passesOn("error", "ERROR records exceed the ERROR lane and are sampled");
  }
}

/** Whether so many bytes of ERROR records fit the ERROR lane. */
export function fitErrors({ allowance, buckets }: Pick<StepParts, "allowance" | "buckets">, bytes: number): boolean {
  return allowance.isUnlimited() || bytes <= buckets.error.level;
}

/** @param probability of the plan; 0 when it has none for this pattern */
function keepsWhole(capProbability: number, errorsWhole: boolean, probability: number): boolean {
  return capProbability >= 1 && errorsWhole && (probability >= 1 || probability === 0);
}
