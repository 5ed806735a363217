/**
 * Second stage of a decision: the order of the keep reasons. The first step that holds for a record gives it its reason
 * and its probability. Deciding, undoing and explaining walk the same steps. A new reason is a file under `steps/` and
 * a row of ORDER.
 */
import type { KeepReason } from "../../../model/decision.ts";
import { Accounts } from "./accounts.ts";
import type { DecidingSlice } from "./deciding-slice.ts";
import { FirstLineClaims } from "./first-line-claims.ts";
import { FloorClock } from "./floor-clock.ts";
import { BypassStep } from "./steps/bypass.ts";
import { ErrorStep } from "./steps/error.ts";
import { FirstLinesStep } from "./steps/first-lines.ts";
import { FloorStep } from "./steps/floor.ts";
import { PassThroughStep } from "./steps/pass-through.ts";
import { RuleStep, undoRuleLimits } from "./steps/rule.ts";
import { SampledStep } from "./steps/sampled.ts";
import type { DecisionStep, ExplainedLine, Explanation, KeepStep, StepParts } from "./steps/step.ts";
import { TraceStep } from "./steps/trace.ts";

const ORDER: readonly StepClass[] = [
  PassThroughStep,
  BypassStep,
  RuleStep,
  ErrorStep,
  FirstLinesStep,
  TraceStep,
  FloorStep,
  SampledStep,
];

interface StepClass {
  new (next: DecisionStep, parts: StepParts): KeepStep;
}

/** Successor of the last step, which decides every record: it is never called. */
const END: DecisionStep = { decide: () => undefined };

export class KeepOrder {
  readonly accounts: Accounts = new Accounts();
  readonly #steps: readonly KeepStep[];
  readonly #claims: FirstLineClaims;
  readonly #special: Uint8Array;
  readonly #stampBytes: number;

  /** @param stampBytes bytes of the sampling attributes on a kept record */
  constructor(parts: Omit<StepParts, "accounts" | "clock" | "claims">, stampBytes: number) {
    const clock = new FloorClock(parts.state, parts.counters);
    this.#claims = new FirstLineClaims(parts.state, parts.guard, clock);
    const all: StepParts = { ...parts, accounts: this.accounts, clock, claims: this.#claims };
    const steps: KeepStep[] = [];
    for (const Step of ORDER.toReversed()) steps.unshift(new Step(steps[0] ?? END, all));
    this.#steps = steps;
    this.#special = parts.state.flags;
    this.#stampBytes = stampBytes;
  }

  /**
   * Sets the reason and the probability of every record of the slice; probabilities are not yet fitted to the budget.
   */
  decide(slice: DecidingSlice): void {
    const { batch, from, to, counts } = slice;
    const { pattern, recordStart, recordEnd } = batch;
    const [first] = this.#steps;
    const ordinary = this.#firstForOrdinary(slice);
    let i = from;
    try {
      for (; i < to; i++) {
        const row = pattern[i];
        const bytes = recordEnd[i] - recordStart[i] + this.#stampBytes;
        if (this.#special[row] === 0) ordinary.decide(slice, i, row, bytes);
        else first.decide(slice, i, row, bytes);
      }
    } finally {
      counts.assigned = i;
    }
  }

  /**
   * The first step that decides records of the slice without a SPECIAL_* bit. Nearly all records have none, and most
   * slices meet no bypass and no promoted trace: such records skip the steps before it.
   */
  #firstForOrdinary(slice: DecidingSlice): KeepStep {
    const active = this.#steps.filter((step) => step.begin(slice) && !step.isForSpecial);
    return active[0];
  }

  /** Undoes what the steps did to their records. @param isGone whether the row was given to another pattern since */
  undo(slice: DecidingSlice, isGone: (row: number) => boolean): void {
    const { batch, from, counts } = slice;
    for (let i = from; i < counts.assigned; i++) {
      const row = batch.pattern[i];
      if (isGone(row)) continue;
      const bytes = batch.recordEnd[i] - batch.recordStart[i] + this.#stampBytes;
      this.#steps.find((step) => step.undo(slice, i, row, bytes));
    }
    this.#claims.restore(counts);
    undoRuleLimits(slice);
  }

  /**
   * The reason that would keep the next line of a pattern as far as the pattern alone determines it. Traces, due floors
   * and bucket levels, which depend on the single line, are left out.
   */
  standingReason(row: number): KeepReason | "muted" {
    for (const step of this.#steps) {
      const reason = step.standing(row);
      if (reason !== undefined) return reason;
    }
    return "sampled";
  }

  /** The explanations of a line by the steps, in order, up to the step that would decide it. */
  explain(line: ExplainedLine): Explanation[] {
    const explanations: Explanation[] = [];
    for (const step of this.#steps) {
      const explanation = step.explain(line);
      if (explanation === undefined) continue;
      explanations.push(explanation);
      if (explanation.probability !== undefined) break;
    }
    return explanations;
  }
}
