/**
 * The contract of a decision step. A step is one reason to keep a record: its decision, the undo of it and its
 * explanation stand in one file. The order of the steps is the table in `keep-order.ts`; a step passes a record that it
 * does not decide to its `next` one. Every class calls its own `next`, so that each call has one target, which the
 * compiler can inline.
 *
 * A condition that `decide` and `explain` share is one function of the file, so that the two cannot disagree.
 */
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

export interface DecisionStep {
  /**
   * Gives record `i` a probability and a reason, or passes it on.
   * @param row of its pattern
   * @param bytes of the record with its sampling attributes
   */
  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void;
}

/** A step that decides, undoes and explains. */
export interface KeepStep extends DecisionStep {
  /** Whether the step only decides records of patterns with a SPECIAL_* bit; the other records skip it. */
  readonly isForSpecial: boolean;
  /** Called once a slice, before its first record. @returns whether the step may decide any of its records */
  begin(slice: DecidingSlice): boolean;
  /** Undoes `decide` for a record that this step decided. @returns whether it did; false means another step's record */
  undo(slice: DecidingSlice, i: number, row: number, bytes: number): boolean;
  /** The reason that the step gives to every line of the pattern; undefined when that depends on the line. */
  standing(row: number): KeepReason | "muted" | undefined;
  /** What `decide` would do to the line; undefined when the step does not apply to such lines. */
  explain(line: ExplainedLine): Explanation | undefined;
}

/** Parts that steps are built from; each step names the few that it uses. */
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
  /** Share of the input to keep; undefined when only absolute ceilings are set. */
  readonly keepRatio: number | undefined;
}

/**
 * A record as the steps would see it if it arrived now. Its pattern may be unknown; what its arrival would change first
 * (first lines owed, the due time of the floor) is included.
 */
export interface ExplainedLine {
  readonly batch: LogBatch;
  readonly record: number;
  readonly now: Instant;
  /** Bytes of the record with its sampling attributes. */
  readonly bytes: number;
  readonly scope: PatternScope;
  /** Row of its pattern; -1 when the pattern is unknown. */
  readonly row: number;
  /** Row of its service; undefined when the service is unknown. */
  readonly service: number | undefined;
  /** Whether its severity is ERROR or worse. */
  readonly isError: boolean;
  /** Whether the pattern is unknown, or was silent for so long that the next line is a first line again. */
  readonly isBack: boolean;
  /** First lines that are owed, including this one; 0 when none is. */
  readonly firstLines: number;
  /** Monotonic milliseconds from which on a floor line is due; 0 means now. */
  readonly floorDueMs: number;
  /** Lines a minute that a rule or the policy sets as the floor; 0 for the default floor. */
  readonly floorPerMinute: number;
  /** Probability of the plan; 0 when the pattern has none. */
  readonly probability: number;
  /** K of the decay by arrival index; 0 when the pattern has none. */
  readonly decayK: number;
  /** Arrival index that the record would have in the window of its pattern. */
  readonly arrival: number;
  /** Highest probability that a cap allows, and the id of its rule: set by the rule step. */
  capProbability: number;
  cap: string | null;
}

/** The answer of one step about a line. */
export interface Explanation {
  /** A keep reason, or "muted". */
  readonly step: string;
  /** One sentence. */
  readonly because: string;
  readonly rule: string | null;
  /** Undefined when the step passes the line on. */
  readonly probability: number | undefined;
}

export function keeps(step: string, probability: number, because: string, rule: string | null = null): Explanation {
  return { step, because, rule, probability };
}

export function passesOn(step: string, because: string, rule: string | null = null): Explanation {
  return { step, because, rule, probability: undefined };
}
