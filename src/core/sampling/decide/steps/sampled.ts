/**
 * Keep reason `sampled`, the last step: records that no other step decides get the probability of the plan, reduced for
 * later arrivals of a burst (p_n = min(p, K / n)) and limited by a cap. `budget-fit.ts` then fits these probabilities
 * to what may be spent.
 */
import { FLAG_ERROR } from "../../../patterns/pattern-state.ts";
import { MIN_PROBABILITY } from "../../plan/row-plan.ts";
import type { DecidingSlice } from "../deciding-slice.ts";
import { ERROR, RULE, SAMPLED } from "../reason-codes.ts";
import type { DecisionStep, ExplainedLine, Explanation, KeepStep, StepParts } from "./step.ts";
import { keeps } from "./step.ts";

type Parts = Pick<StepParts, "state" | "allowance" | "buckets" | "accounts" | "keepRatio">;

/** Account of drawn records below ERROR: `budget-fit.ts` charges it. */
export const DRAWS = "draws";

/** K of the decay by arrival index for a pattern that no plan has seen yet. */
const UNPLANNED_K = 32;

export class SampledStep implements KeepStep {
  readonly isForSpecial: boolean = false;
  readonly #deps: Parts;
  readonly #plan: Float32Array;
  readonly #decayK: Float32Array;
  readonly #special: Uint8Array;
  readonly #capped: number;
  /** Probability of a pattern that no plan has seen yet. */
  readonly #initial: number;

  /** @param _next unused: the last step decides every record */
  constructor(_next: DecisionStep, deps: Parts) {
    this.#deps = deps;
    this.#plan = deps.state.probability;
    this.#decayK = deps.state.decayK;
    this.#special = deps.state.flags;
    this.#capped = deps.accounts.open({ name: "capped", bucket: undefined, kind: "unforeseen" });
    deps.accounts.open({ name: DRAWS, bucket: deps.buckets.draw, kind: "planned" });
    this.#initial = deps.keepRatio ?? 1;
  }

  begin(): boolean {
    return true;
  }

  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void {
    const p = this.#probabilityOf(this.#plan[row], this.#decayK[row], slice.arrival[i - slice.from]);
    if (slice.capProbability < p) {
      const capped = Math.max(MIN_PROBABILITY, slice.capProbability);
      slice.probability[i] = capped;
      slice.reason[i] = RULE;
      slice.charged[this.#capped] += capped * bytes;
      return;
    }
    slice.probability[i] = p;
    slice.reason[i] = (this.#special[row] & FLAG_ERROR) !== 0 ? ERROR : SAMPLED;
  }

  /**
   * @param planned probability of the plan; 0 without a plan
   * @param decayK 0 without a plan
   * @param n arrival index, from 1
   */
  #probabilityOf(planned: number, decayK: number, n: number): number {
    const p = planned > 0 ? planned : this.#initial;
    const k = decayK > 0 ? decayK : UNPLANNED_K;
    return p * n > k && !(p >= 1 && this.#deps.allowance.isUnlimited()) ? k / n : p;
  }

  undo({ reason }: DecidingSlice, i: number): boolean {
    return reason[i] === SAMPLED;
  }

  standing(): "sampled" {
    return "sampled";
  }

  explain({ probability, decayK, arrival, isError, capProbability, cap }: ExplainedLine): Explanation {
    const p = this.#probabilityOf(probability, decayK, arrival);
    if (capProbability < p) return keeps("rule", capProbability, "the rule's cap limits the probability", cap);
    const planned = probability > 0 ? probability : this.#initial;
    const why = `the current plan keeps ${(100 * planned).toPrecision(3)} % of the pattern`;
    const burst = p < planned ? `; record ${arrival} within 10 s has a lower probability` : "";
    return keeps(isError ? "error" : "sampled", p, why + burst);
  }
}
