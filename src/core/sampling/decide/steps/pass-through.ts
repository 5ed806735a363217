/**
 * Keep reason `summary`: summaries and other own events of a trusted sender are no log lines of an application; they
 * are forwarded unchanged.
 */
import { MARK_PASS_THROUGH } from "../../../../model/log-batch.ts";
import type { DecidingSlice } from "../deciding-slice.ts";
import { SUMMARY } from "../reason-codes.ts";
import type { DecisionStep, Explanation, KeepStep, StepParts } from "./step.ts";

export class PassThroughStep implements KeepStep {
  readonly isForSpecial: boolean = false;
  readonly #next: DecisionStep;
  readonly #account: number;

  constructor(next: DecisionStep, { accounts }: Pick<StepParts, "accounts">) {
    this.#next = next;
    this.#account = accounts.open({ name: "passed through", bucket: undefined, kind: "planned" });
  }

  begin({ batch }: DecidingSlice): boolean {
    return batch.weighted;
  }

  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void {
    if ((slice.batch.marks[i] & MARK_PASS_THROUGH) === 0) {
      this.#next.decide(slice, i, row, bytes);
      return;
    }
    slice.probability[i] = 1;
    slice.reason[i] = SUMMARY;
    slice.charged[this.#account] += bytes;
  }

  undo({ reason }: DecidingSlice, i: number): boolean {
    return reason[i] === SUMMARY;
  }

  /** Undefined: the pattern does not determine which of its lines the step decides. */
  standing(): undefined {
    return undefined;
  }

  /** Undefined: only application lines are explained. */
  explain(): Explanation | undefined {
    return undefined;
  }
}
