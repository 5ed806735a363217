/** The part of the view that answers about patterns. */
import type { KeepReason } from "../../model/decision.ts";
import type { SamplingRule } from "../../model/policy.ts";
import { FLOOR_MS, floorWindowMs } from "../patterns/floor-window.ts";
import type { PatternState } from "../patterns/pattern-state.ts";
import {
  SPECIAL_ERROR,
  TOTAL_BYTES,
  TOTAL_KEPT,
  TOTAL_RECORDS,
  TOTAL_WEIGHT_BEYOND,
  TOTALS_STRIDE,
} from "../patterns/pattern-state.ts";
import type { SamplerInside } from "./inside.ts";

/** What the sampler knows of one pattern. Times are monotonic milliseconds. */
export interface PatternAnswer {
  /** A record of it was counted since it got its row. While false, the other fields mean nothing. */
  readonly seen: boolean;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Half-lives of 35 s and of 5 minutes of active time. */
  readonly linesPerSecond: { readonly fast: number; readonly slow: number };
  /** Mean billed bytes of a line. */
  readonly bytesPerLine: number;
  /** By the plan; undefined before the first plan for the pattern, when the keep ratio applies. */
  readonly probability: number | undefined;
  /** K: line n of a window of 10 s is kept with a probability of at most K / n. 0 before the first plan. */
  readonly burstLines: number;
  /** From severity, text, age and policy. */
  readonly value: number;
  /** Lines a minute that its floor keeps. */
  readonly floorPerMinute: number;
  /** Lines a minute that a rule or the policy sets; 0 = the default floor. */
  readonly askedFloorPerMinute: number;
  readonly totals: PatternTotals;
  /** The rule that applies to every record of the pattern; undefined when none does or records must be looked into. */
  readonly rule: SamplingRule | undefined;
  /** First lines that are still to be kept. */
  readonly firstLinesLeft: number;
  /** The policy lists it, or it had a row before. */
  readonly isKnown: boolean;
  /** ERROR or worse: the ERROR lane pays for it. */
  readonly isError: boolean;
  /** Index into SEVERITY_CLASSES. */
  readonly severityClass: number;
  /** Row of the service. */
  readonly service: number;
}

/** Since the pattern got its row. */
export interface PatternTotals {
  readonly records: number;
  /** Content bytes of the records. */
  readonly bytes: number;
  readonly kept: number;
  /** Σ weights of the kept records, and the variance that draws give it. */
  readonly weightSum: number;
  readonly weightVariance: number;
}

/** Numbers that lists sort by. */
export type PatternMeasure =
  | "records"
  | "bytes"
  | "kept"
  | "linesPerSecond"
  | "bytesPerSecond"
  | "firstSeenMs"
  | "lastSeenMs";

/** Answers by row: an object for a pattern that is shown, a single number where all patterns are compared. */
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
      probability: state.plan[row] > 0 ? state.plan[row] : undefined,
      burstLines: state.decayK[row],
      value: state.value[row],
      floorPerMinute: FLOOR_MS / floorWindowMs(state, row, this.#inside.plan.floorMsPerByte),
      askedFloorPerMinute: state.floorPerMinute[row],
      totals: this.#totals(row),
      rule: rule >= 0 ? this.#inside.rules.at(rule).rule : undefined,
      firstLinesLeft: this.#inside.arrivals.firstLinesOwed(row, monoMs),
      isKnown: state.isKnown[row] === 1,
      isError: (state.special[row] & SPECIAL_ERROR) !== 0,
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
      // Counts that were taken back leave rounding behind, which may be below 0.
      weightVariance: Math.max(0, weightVariance[row]),
    };
  }

  /** Allocates nothing: lists compare thousands of patterns by it. */
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

  /** Rows in the plan, unordered; valid until the next decision. @param service row of a service; all without it */
  *live(service?: number): IterableIterator<number> {
    const state = this.#state;
    for (let position = 0; position < state.liveCount; position++) {
      const row = state.live[position];
      if (service === undefined || state.service[row] === service) yield row;
    }
  }

  /** Rows given up since the start: kept beside a row, it shows later by `isGone` that the row changed hands. */
  get givenUp(): number {
    return this.#state.clears;
  }

  /** @param givenUp the count at the time when the row was noted */
  isGone(row: number, givenUp: number): boolean {
    return this.#state.clearedAt[row] > givenUp;
  }
}
