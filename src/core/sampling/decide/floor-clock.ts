/** When the floor of a pattern is due: the time between two of its floor lines under the plan in force. */
import { floorWindowMs } from "../../patterns/floor-window.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import type { SpendCounters } from "./spend-counters.ts";

const MINUTE_MS = 60_000;

export class FloorClock {
  readonly #state: PatternState;
  readonly #counters: SpendCounters;

  constructor(state: PatternState, counters: SpendCounters) {
    this.#state = state;
    this.#counters = counters;
  }

  /** Milliseconds between two floor lines of a pattern under the plan in force. */
  windowMs(row: number): number {
    return floorWindowMs(this.#state, row, this.#counters.floorMsPerByte);
  }

  /**
   * Monotonic milliseconds at which the floor is due again after a line that is kept now. A floor that a rule or the
   * policy sets is counted over a minute, because senders batch: the lines of ten seconds arrive together.
   */
  nextMs(row: number, monoMs: number): number {
    const { floorPerMinute, floorDueMs } = this.#state;
    const windowMs = this.windowMs(row);
    if (floorPerMinute[row] <= 0) return monoMs + windowMs;
    return Math.max(floorDueMs[row], monoMs - Math.max(0, MINUTE_MS - windowMs)) + windowMs;
  }
}
