/** The first lines that patterns are still owed: used one by one, and restored when a slice is undone. */
import type { PatternState } from "../../patterns/pattern-state.ts";
import { FLAG_FIRST_LINES } from "../../patterns/pattern-state.ts";
import type { FloorClock } from "./floor-clock.ts";
import type { NoveltyGuard } from "./novelty-guard.ts";
import type { SliceCounts } from "./slice-counts.ts";

export class FirstLineClaims {
  readonly #state: PatternState;
  readonly #guard: NoveltyGuard;
  readonly #floors: FloorClock;

  constructor(state: PatternState, guard: NoveltyGuard, floors: FloorClock) {
    this.#state = state;
    this.#guard = guard;
    this.#floors = floors;
  }

  isOwed(row: number): boolean {
    return (this.#state.flags[row] & FLAG_FIRST_LINES) !== 0;
  }

  /** Uses one of the first lines of a row; no effect on a row that is owed none. */
  use(counts: SliceCounts, row: number, monoMs: number): void {
    if (!this.isOwed(row)) return;
    const state = this.#state;
    counts.firstRows.push(row);
    this.#guard.count(state.service[row], state.firstLines[row]);
    state.floorDueMs[row] = this.#floors.nextMs(row, monoMs);
    if (--state.firstLines[row] === 0) state.flags[row] &= ~FLAG_FIRST_LINES;
  }

  /** The slice is undone: the first lines that it used are owed again. */
  restore(counts: SliceCounts): void {
    const state = this.#state;
    for (const row of counts.firstRows) {
      if (state.clearedAt[row] > counts.clearCount) continue;
      state.floorDueMs[row] = 0;
      this.#guard.undoFirstLine(state.service[row], ++state.firstLines[row]);
      state.flags[row] |= FLAG_FIRST_LINES;
    }
    counts.firstRows.length = 0;
  }
}
