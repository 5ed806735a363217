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
  /** A record of it was counted since it got its row. While false, the rest says nothing. */
  readonly seen: boolean;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Half-lives of 35 s and of 5 minutes of active time. */
  readonly linesPerSecond: { readonly fast: number; readonly slow: number };
  /** Mean billed bytes of a line. */
  readonly bytesPerLine: number;
  /** Of the plan; undefined while no plan has seen the pattern: the keep ratio holds for it. */
  readonly probability: number | undefined;
  /** Lines of one window (10 s) until the probability falls with every arrival; 0 while no plan has seen the pattern. */
  readonly burstLines: number;
  /** By severity, text, age and policy. */
  readonly value: number;
  /** Lines a minute that its floor keeps. */
  readonly floorPerMinute: number;
  /** Of that, what a rule or the policy asks for; 0 = the default floor. */
  readonly requestedFloorPerMinute: number;
  readonly totals: PatternTotals;
  /** The rule that applies to every record of the pattern; undefined when none does or records must be looked into. */
  readonly rule: SamplingRule | undefined;
  /** Lines that would be kept as news from now on. */
  readonly firstLinesLeft: number;
  /** It came with the policy, or had a row before. */
  readonly isKnown: boolean;
  /** ERROR or worse: on the lane. */
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
  /** What the weights of the kept records add up to, and the variance of it that draws make. */
  readonly weightSum: number;
  readonly weightVariance: number;
}

/** A number by which patterns are put in order. */
export type PatternMeasure =
  | "records"
  | "bytes"
  | "kept"
  | "linesPerSecond"
  | "bytesPerSecond"
  | "firstSeenMs"
  | "lastSeenMs";

/**
 * What the sampler knows of patterns, by their row: whole answers for the few that are shown, single numbers for those who
 * choose among all of them. Reads alone.
 */
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
      requestedFloorPerMinute: state.floorPerMinute[row],
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

  /** One number of a pattern, for those who order thousands of them. */
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

  /** Rows that take part in the plan, in no order; valid until the next decision. @param service its row; all without one */
  *live(service?: number): IterableIterator<number> {
    const state = this.#state;
    for (let position = 0; position < state.liveCount; position++) {
      const row = state.live[position];
      if (service === undefined || state.service[row] === service) yield row;
    }
  }

  /** Count of the rows given up so far: with it, `isGone` tells a row that was remembered from its successor's. */
  get givenUp(): number {
    return this.#state.clears;
  }

  /** @param givenUp as it was when the row was remembered */
  isGone(row: number, givenUp: number): boolean {
    return this.#state.clearedAt[row] > givenUp;
  }
}
