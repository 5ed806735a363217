/**
 * Which rows a tick visits: those that said several lines since they were visited (see PlanTable.hear), those that are
 * attended (their plan must not be old), and in turn a slice of all that live. With up to LEAST_SLICE live rows that is
 * every row in every tick; with more, a row is visited in every sixteenth tick at least, in every thirty-second where a row
 * that left gave it its place.
 */
import type { PatternState } from "../../patterns/pattern-state.ts";

const MIN_ROUND_ROWS = 256;
const ROUND_TICKS = 16;

export class RefreshRound {
  readonly #state: PatternState;
  readonly #leastSlice: number;
  #requestedBefore: Int32Array;
  #requested: Int32Array;
  #requestedCount = 0;
  /** The turn has come down to this position of the live rows. */
  #position = 0;

  /** @param minRoundRows rows of a turn at least */
  constructor(state: PatternState, minRoundRows: number = MIN_ROUND_ROWS) {
    this.#state = state;
    this.#leastSlice = minRoundRows;
    this.#requestedBefore = new Int32Array(state.live.length);
    this.#requested = new Int32Array(state.live.length);
  }

  /** The next tick visits the row in any case. Once a row and tick. */
  requestRefresh(row: number): void {
    this.#requested[this.#requestedCount++] = row;
  }

  /** Rows attended since `run` began. */
  get requested(): Int32Array {
    return this.#requested;
  }

  get requestedCount(): number {
    return this.#requestedCount;
  }

  /** @param visit is asked more than once for some rows, and for rows that no longer live */
  run(visit: (row: number) => void): void {
    const state = this.#state;
    const before = this.#requested;
    const beforeCount = this.#requestedCount;
    this.#requested = this.#requestedBefore;
    this.#requestedBefore = before;
    this.#requestedCount = 0;
    for (let at = 0; at < state.dirtyCount; at++) visit(state.dirty[at]);
    state.clearDirty();
    for (let at = 0; at < beforeCount; at++) visit(before[at]);
    const slice = Math.min(state.liveCount, Math.max(this.#leastSlice, Math.ceil(state.liveCount / ROUND_TICKS)));
    if (slice === state.liveCount) this.#position = slice;
    // Downwards, because a row that leaves gives its place to the last one.
    for (let turn = 0; turn < slice; turn++) {
      if (this.#position <= 0 || this.#position > state.liveCount) this.#position = state.liveCount;
      if (this.#position > 0) visit(state.live[--this.#position]);
    }
  }
}
