/**
 * The part of the view about patterns, by their row: whole answers for the few that are shown, single numbers for
 * callers that sort all of them. It only reads.
 */
import type { KeepReason } from "../../model/decision.ts";
import type { SamplingRule } from "../../model/policy.ts";
import { FLOOR_MS, floorWindowMs } from "../patterns/floor-window.ts";
import type { PatternState } from "../patterns/pattern-state.ts";
import {
  FLAG_ERROR,
  TOTAL_BYTES,
  TOTAL_KEPT,
  TOTAL_RECORDS,
  TOTAL_WEIGHT_BEYOND,
  TOTALS_STRIDE,
} from "../patterns/pattern-state.ts";
import type { SamplerInside } from "./inside.ts";

/** State of one pattern. Times are monotonic milliseconds. */
export interface PatternAnswer {
  /** Whether a record of it was counted since it got its row; while false, the other fields mean nothing. */
  readonly seen: boolean;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Half-lives of 35 s and 300 s of active time. */
  readonly linesPerSecond: { readonly fast: number; readonly slow: number };
  /** Mean billed bytes of a line. */
  readonly bytesPerLine: number;
  /** Probability of the plan; undefined until a plan has seen the pattern: the keep ratio applies to it. */
  readonly probability: number | undefined;
  /**
   * Lines of one window (10 s) after which the probability falls with every arrival; 0 until a plan has seen the
   * pattern.
   */
  readonly burstLines: number;
  /** Priority: by severity, failure words, age and policy. */
  readonly value: number;
  /** Lines a minute that its floor keeps. */
  readonly floorPerMinute: number;
  /** Lines a minute that a rule or the policy sets as the floor; 0 for the default floor. */
  readonly requestedFloorPerMinute: number;
  readonly totals: PatternTotals;
  /** The rule that applies to every record of the pattern; undefined when none does or records must be tested. */
  readonly rule: SamplingRule | undefined;
  /** First lines that are still owed. */
  readonly firstLinesLeft: number;
  /** Whether the pattern came with the policy, or had a row before. */
  readonly isKnown: boolean;
  /** Whether its severity is ERROR or worse. */
  readonly isError: boolean;
  /** Index into SEVERITY_CLASSES. */
  readonly severityClass: number;
  /** Row of the service. */
  readonly service: number;
}

/** Totals since the pattern got its row. */
export interface PatternTotals {
  readonly records: number;
  /** Content bytes of the records. */
  readonly bytes: number;
  readonly kept: number;
  /** Sum of the weights of the kept records, and the variance of that sum over the draws. */
  readonly weightSum: number;
  readonly weightVariance: number;
}

/** A number by which patterns are sorted. */
export type PatternMeasure =
  | "records"
  | "bytes"
  | "kept"
  | "linesPerSecond"
  | "bytesPerSecond"
  | "firstSeenMs"
  | "lastSeenMs";

export class PatternView {
  readonly #inside: SamplerInside;
  readonly #state: PatternState;

  constructor(inside: SamplerInside) {
    this.#inside = inside;
    this.#state = inside.parts.state;
  }

  isSeen(row: number): boolean {
    return this.#state.lastSeenMs[row] >= 0;
  }

  answer(row: number, monoMs: number): PatternAnswer {
    const state = this.#state;
    const rule = state.rule[row];
    return {
      seen: this.isSeen(row),
      firstSeenMs: state.firstSeenMs[row],
      lastSeenMs: state.lastSeenMs[row],
      linesPerSecond: { fast: state.rateFast[row], slow: state.rateSlow[row] },
      bytesPerLine: state.meanBytes[row],
      probability: state.probability[row] > 0 ? state.probability[row] : undefined,
      burstLines: state.decayK[row],
      value: state.priority[row],
      floorPerMinute: FLOOR_MS / floorWindowMs(state, row, this.#inside.plan.floorMsPerByte),
      requestedFloorPerMinute: state.floorPerMinute[row],
      totals: this.#totals(row),
      rule: rule >= 0 ? this.#inside.rules.at(rule).rule : undefined,
      firstLinesLeft: this.#inside.arrivals.firstLinesOwed(row, monoMs),
      isKnown: state.isKnown[row] === 1,
      isError: (state.flags[row] & FLAG_ERROR) !== 0,
      severityClass: state.severity[row],
      service: state.service[row],
    };
  }

  #totals(row: number): PatternTotals {
    const { totals, weightVariance } = this.#state;
    const at = row * TOTALS_STRIDE;
    const kept = totals[at + TOTAL_KEPT];
    return {
      records: totals[at + TOTAL_RECORDS],
      bytes: totals[at + TOTAL_BYTES],
      kept,
      weightSum: kept + totals[at + TOTAL_WEIGHT_BEYOND],
      // Counts that are taken back leave rounding errors, which may be below 0.
      weightVariance: Math.max(0, weightVariance[row]),
    };
  }

  /** One number of a pattern, for callers that sort thousands of them. */
  measure(row: number, measure: PatternMeasure): number {
    const state = this.#state;
    switch (measure) {
      case "records":
        return state.totals[row * TOTALS_STRIDE + TOTAL_RECORDS];
      case "bytes":
        return state.totals[row * TOTALS_STRIDE + TOTAL_BYTES];
      case "kept":
        return state.totals[row * TOTALS_STRIDE + TOTAL_KEPT];
      case "linesPerSecond":
        return Math.max(state.rateSlow[row], state.rateFast[row]);
      case "bytesPerSecond":
        return Math.max(state.rateSlow[row], state.rateFast[row]) * state.meanBytes[row];
      case "firstSeenMs":
        return state.firstSeenMs[row];
      case "lastSeenMs":
        return state.lastSeenMs[row];
    }
  }

  keepReason(row: number): KeepReason | "muted" {
    const { parts, order } = this.#inside;
    return parts.settings.mode === "observe" ? "observe" : order.standingReason(row);
  }

  get liveCount(): number {
    return this.#state.liveCount;
  }

  /** Rows in the plan, in no order; valid until the next decision. @param service row; undefined for all services */
  *live(service?: number): IterableIterator<number> {
    const state = this.#state;
    for (let position = 0; position < state.liveCount; position++) {
      const row = state.live[position];
      if (service === undefined || state.service[row] === service) yield row;
    }
  }

  /** Count of the rows given up so far, for `isGone`. */
  get givenUp(): number {
    return this.#state.clearCount;
  }

  /** Whether the row was given to another pattern since. @param givenUp count when the row was stored */
  isGone(row: number, givenUp: number): boolean {
    return this.#state.clearedAt[row] > givenUp;
  }
}
