import type { PatternState } from "../../patterns/pattern-state.ts";

/**
 * Which rows a tick visits: those that said several lines since they were visited (see PlanTable.hear), those that are
 * attended (their plan must not be old), and in turn a slice of all that live. With up to LEAST_SLICE live rows that is
 * every row in every tick; with more, a row is visited in every sixteenth tick at least, in every thirty-second where a row
 * that left gave it its place.
 */
const LEAST_SLICE = 256;
const SLICES = 16;

export class VisitRound {
  readonly #state: PatternState;
  readonly #leastSlice: number;
  #attendedBefore: Int32Array;
  #attended: Int32Array;
  #attendedCount = 0;
  /** The turn has come down to this position of the live rows. */
  #position = 0;

  /** @param leastSlice rows of a turn at least */
  constructor(state: PatternState, leastSlice: number = LEAST_SLICE) {
    this.#state = state;
    this.#leastSlice = leastSlice;
    this.#attendedBefore = new Int32Array(state.live.length);
    this.#attended = new Int32Array(state.live.length);
  }

  /** The next tick visits the row in any case. Once a row and tick. */
  attend(row: number): void {
    this.#attended[this.#attendedCount++] = row;
  }

  /** Rows attended since `run` began. */
  get attended(): Int32Array {
    return this.#attended;
  }

  get attendedCount(): number {
    return this.#attendedCount;
  }

  /** @param visit is asked more than once for some rows, and for rows that no longer live */
  run(visit: (row: number) => void): void {
    const state = this.#state;
    const before = this.#attended;
    const beforeCount = this.#attendedCount;
    this.#attended = this.#attendedBefore;
    this.#attendedBefore = before;
    this.#attendedCount = 0;
    for (let at = 0; at < state.spokenCount; at++) visit(state.spoken[at]);
    state.forgetSpoken();
    for (let at = 0; at < beforeCount; at++) visit(before[at]);
    const slice = Math.min(state.liveCount, Math.max(this.#leastSlice, Math.ceil(state.liveCount / SLICES)));
    if (slice === state.liveCount) this.#position = slice;
    // Downwards, because a row that leaves gives its place to the last one.
    for (let turn = 0; turn < slice; turn++) {
      if (this.#position <= 0 || this.#position > state.liveCount) this.#position = state.liveCount;
      if (this.#position > 0) visit(state.live[--this.#position]);
    }
  }
}
