/**
 * The length of the last ticks, for rows that were not visited in each of them: how long a number of ticks was together, and
 * what is left of a mean after so many without arrivals. Looked up: a power for each row would be half of a tick.
 */
import { decayOf } from "../math/decay.ts";

/** More ticks than may pass between two visits of a live row (see `visit-round.ts`); older ones count as these. */
const TICKS = 40;

export class TickHistory {
  /** Seconds that the last n ticks took together: of active time, and by the clock. */
  readonly activeSeconds: Float64Array = new Float64Array(TICKS);
  readonly elapsedSeconds: Float64Array = new Float64Array(TICKS);

  /** @param active seconds of the tick that its arrivals were spread over @param elapsed by the clock */
  push(active: number, elapsed: number): void {
    for (let ticks = TICKS - 1; ticks > 0; ticks--) {
      this.activeSeconds[ticks] = this.activeSeconds[ticks - 1] + active;
      this.elapsedSeconds[ticks] = this.elapsedSeconds[ticks - 1] + elapsed;
    }
  }

  /** A number of ticks as an index of these tables. */
  bounded(ticks: number): number {
    return ticks < TICKS ? ticks : TICKS - 1;
  }

  /** A table for `fillKept`. */
  createRetained(): Float64Array {
    return new Float64Array(TICKS).fill(1);
  }

  /** Fills in what the last n ticks leave of a mean. */
  fillRetained(kept: Float64Array, halfLifeSeconds: number): void {
    for (let ticks = 1; ticks < TICKS; ticks++) kept[ticks] = decayOf(this.activeSeconds[ticks], halfLifeSeconds);
  }
}
