/** Keep reason `summary`. */
import { MARK_PASS_THROUGH } from "../../../../model/log-batch.ts";
import type { DecidingSlice } from "../deciding-slice.ts";
import { SUMMARY } from "../reason-codes.ts";
import type { DecisionStep, Explanation, KeepStep, StepParts } from "./step.ts";

/** Summaries and other events that a trusted sender made are no log lines of an application: they are forwarded as they are. */
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

  /** Which of its lines it is, the pattern does not decide. */
  standing(): undefined {
    return undefined;
  }

  /** Explanations are of application lines. */
  explain(): Explanation | undefined {
    return undefined;
  }
}
