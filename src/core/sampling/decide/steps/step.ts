/** What every keep reason is: the contract of a step. */
import type { KeepReason } from "../../../../model/decision.ts";
import type { Instant } from "../../../../model/instant.ts";
import type { LogBatch } from "../../../../model/log-batch.ts";
import type { PatternState } from "../../../patterns/pattern-state.ts";
import type { Allowance } from "../../budget/allowance.ts";
import type { Buckets } from "../../budget/buckets.ts";
import type { PatternScope, RuleSet } from "../../rules/rules.ts";
import type { ServiceTable } from "../../shares/service-table.ts";
import type { Accounts } from "../accounts.ts";
import type { DecidingSlice } from "../deciding-slice.ts";
import type { FirstLineClaims } from "../first-line-claims.ts";
import type { FloorClock } from "../floor-clock.ts";
import type { NoveltyGuard } from "../novelty-guard.ts";
import type { SpendCounters } from "../spend-counters.ts";
import type { TracePromotion } from "../trace-promotion.ts";

/**
 * One reason to keep a record: what it does to a record, how that is undone, and how it is explained stand in one file. The
 * order of the steps is the table in `keep-order.ts`; each step passes on what it does not decide to the `next` one. Every
 * class calls its own `next`, so that each call has one target, which the compiler can inline.
 *
 * A condition that both `decide` and `explain` ask is one function of the file, so that the two cannot disagree.
 */
export interface DecisionStep {
  /**
   * Gives record `i` a probability and a reason, or passes it on.
   * @param row of its pattern
   * @param bytes of the record with its sampling attributes
   */
  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void;
}

/** A step with all three sides. */
export interface KeepStep extends DecisionStep {
  /** The step only decides records of patterns with a SPECIAL_* bit: few are, and the others pass it by. */
  readonly isForSpecial: boolean;
  /** Called once a slice, before its first record. @returns false: the step decides none of its records */
  begin(slice: DecidingSlice): boolean;
  /** Takes back what `decide` did to a record that has this step's reason. @returns false: it was another step's record */
  undo(slice: DecidingSlice, i: number, row: number, bytes: number): boolean;
  /** The reason that the step gives to lines of this pattern as far as the pattern decides it; undefined: it depends. */
  standing(row: number): KeepReason | "muted" | undefined;
  /** What `decide` would do to the line; undefined: the step says nothing of lines like this one. */
  explain(line: ExplainedLine): Explanation | undefined;
}

/** What steps are made of; each names the few parts that it uses. */
export interface StepParts {
  readonly state: PatternState;
  readonly services: ServiceTable;
  readonly allowance: Allowance;
  readonly buckets: Buckets;
  readonly accounts: Accounts;
  readonly promotion: TracePromotion;
  readonly guard: NoveltyGuard;
  readonly counters: SpendCounters;
  readonly clock: FloorClock;
  readonly claims: FirstLineClaims;
  /** The rules in force. */
  readonly rules: () => RuleSet;
  readonly scopeOf: (row: number) => PatternScope;
  /** Share of the input to keep; undefined without one. */
  readonly keepRatio: number | undefined;
}

/**
 * A record as the steps would meet it if it arrived now. Its pattern may be unknown; what its arrival would change first
 * (first lines owed, the floor's clock) is already in here.
 */
export interface ExplainedLine {
  readonly batch: LogBatch;
  readonly record: number;
  readonly now: Instant;
  /** Of the record with its sampling attributes. */
  readonly bytes: number;
  readonly scope: PatternScope;
  /** Row of its pattern, -1 when no record of this shape was seen. */
  readonly row: number;
  /** Row of its service, undefined when it is unknown. */
  readonly service: number | undefined;
  /** ERROR or worse. */
  readonly isError: boolean;
  /** The pattern is unknown, or silent for so long that the next line is a first line again. */
  readonly isBack: boolean;
  /** First lines that are owed, with this one; 0 = none. */
  readonly firstLines: number;
  /** Monotonic milliseconds from which on a floor line is due; 0 = now. */
  readonly floorDueMs: number;
  /** Lines a minute that a rule or the policy sets as the floor; 0 = the default floor. */
  readonly floorPerMinute: number;
  /** Probability of the plan, 0 when the pattern has none. */
  readonly probability: number;
  /** K of the decay by arrival index, 0 when the pattern has none. */
  readonly decayK: number;
  /** Arrival index that the record would have in its window. */
  readonly arrival: number;
  /** Highest probability that a cap allows, and the rule it is of: set by the step of rules. */
  capProbability: number;
  cap: string | null;
}

/** What one step says of a line. */
export interface Explanation {
  /** A keep reason, or "muted". */
  readonly step: string;
  /** One sentence. */
  readonly because: string;
  readonly rule: string | null;
  /** Undefined: the step passes the line on. */
  readonly probability: number | undefined;
}

export function keeps(step: string, probability: number, because: string, rule: string | null = null): Explanation {
  return { step, because, rule, probability };
}

export function passesOn(step: string, because: string, rule: string | null = null): Explanation {
  return { step, because, rule, probability: undefined };
}
