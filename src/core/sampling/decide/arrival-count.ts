/**
 * First stage of a decision: counts the arrivals and bytes of every pattern and service of a slice, before any record
 * of it is decided. An undone slice takes its counts back; times of arrival stay.
 */
import { MARK_PASS_THROUGH } from "../../../model/log-batch.ts";
import { SILENCE_MS } from "../../patterns/first-lines.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import { FLAG_ERROR } from "../../patterns/pattern-state.ts";
import type { PlanTable } from "../plan/plan-table.ts";
import { SEVERAL_LINES } from "../plan/plan-table.ts";
import { WINDOW_MS } from "../plan/row-plan.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import type { DecidingSlice } from "./deciding-slice.ts";
import type { PatternArrivals } from "./pattern-arrivals.ts";
import type { SpendCounters } from "./spend-counters.ts";

export interface ArrivalCountDeps {
  readonly state: PatternState;
  readonly services: ServiceTable;
  readonly table: PlanTable;
  readonly arrivals: PatternArrivals;
  readonly counters: SpendCounters;
  /** Bytes of sampling attributes on a kept record. */
  readonly stampBytes: number;
}

export class ArrivalCount {
  readonly #deps: ArrivalCountDeps;
  /**
   * Number of the latest window. The slices of a large request keep its time of arrival, which may lie in an earlier
   * window; the number never falls.
   */
  #window = 0;

  constructor(deps: ArrivalCountDeps) {
    this.#deps = deps;
  }

  /** Moves on to the window of this time, unless a later one has begun. @returns the number of the latest window */
  advance(monoMs: number): number {
    this.#window = Math.max(this.#window, Math.floor(monoMs / WINDOW_MS));
    return this.#window;
  }

  /** @returns billed bytes of ERROR and worse */
  count(slice: DecidingSlice): number {
    const { batch, from, to, monoMs, arrival, counts } = slice;
    const { state, table, arrivals, stampBytes } = this.#deps;
    const { pattern, recordStart, recordEnd, marks } = batch;
    const { lastSeenMs, windowCount, windowEpoch, tickCount, tickBytes, flags, service } = state;
    const window = this.#window;
    // Records arrive in runs of one service: each run of ERRORs or of other records is added to its service in one
    // call.
    let runOf = -1;
    let runBytes = 0;
    let runLines = 0;
    let errorBytes = 0;
    for (let i = from; i < to; i++) {
      const row = pattern[i];
      const bytes = recordEnd[i] - recordStart[i] + stampBytes;
      if (monoMs - lastSeenMs[row] > SILENCE_MS || lastSeenMs[row] < 0) arrivals.register(row, monoMs);
      lastSeenMs[row] = monoMs;
      if (windowEpoch[row] !== window) {
        windowEpoch[row] = window;
        windowCount[row] = 0;
      }
      arrival[i - from] = ++windowCount[row];
      if ((marks[i] & MARK_PASS_THROUGH) !== 0) continue;
      const lines = ++tickCount[row];
      if (lines <= SEVERAL_LINES) table.noteArrival(row, lines);
      tickBytes[row] += bytes;
      const isError = (flags[row] & FLAG_ERROR) !== 0;
      if (isError) errorBytes += bytes;
      const run = 2 * service[row] + (isError ? 1 : 0);
      if (run !== runOf) {
        this.#addRun(runOf, runBytes, runLines);
        runOf = run;
        runBytes = 0;
        runLines = 0;
      }
      runBytes += bytes;
      runLines++;
    }
    this.#addRun(runOf, runBytes, runLines);
    counts.counted = to;
    return errorBytes;
  }

  /** @param run twice the row of the service, plus 1 for its ERRORs; -1 before the first run */
  #addRun(run: number, bytes: number, lines: number): void {
    if (run < 0) return;
    const { services, state, table, counters } = this.#deps;
    table.addArrivals(run >> 1, (run & 1) === 1, bytes, lines);
    services.tickBytes[run >> 1] += bytes;
    state.arrivals += lines;
    counters.costBytes += bytes;
  }

  /**
   * Takes the arrivals back. Times of arrival stay, and so do counts that a tick has taken into its rates meanwhile.
   * @param isGone whether the row was given to another pattern since
   */
  undo({ batch, from, counts }: DecidingSlice, isGone: (row: number) => boolean): void {
    const { state, stampBytes } = this.#deps;
    const { pattern, recordStart, recordEnd, marks } = batch;
    for (let i = from; i < counts.counted; i++) {
      const row = pattern[i];
      if (isGone(row)) continue;
      state.windowCount[row] -= Math.min(1, state.windowCount[row]);
      if ((marks[i] & MARK_PASS_THROUGH) !== 0 || state.tickCount[row] === 0) continue;
      const bytes = Math.min(state.tickBytes[row], recordEnd[i] - recordStart[i] + stampBytes);
      state.tickCount[row]--;
      state.tickBytes[row] -= bytes;
      this.#addRun(2 * state.service[row] + ((state.flags[row] & FLAG_ERROR) !== 0 ? 1 : 0), -bytes, -1);
    }
  }
}
