/** The time between two default floor lines of a pattern, milliseconds: a minute where the budget allows. */
import type { PatternState } from "./pattern-state.ts";

export const FLOOR_MS = 60_000;

/**
 * Where it does not, floors cost all patterns of one worth the same bytes a second: lines that are short come round sooner,
 * and lines that tell of trouble sooner than chatter, by the square of what they are worth.
 * @param msPerByte by the last plan, of a line worth 1
 */
export function floorWindowMs(state: PatternState, row: number, msPerByte: number): number {
  if (state.floorPerMinute[row] > 0) return FLOOR_MS / state.floorPerMinute[row];
  return Math.max(FLOOR_MS, (msPerByte * state.meanBytes[row]) / floorWeight(state.importance[row]));
}

/** How much a pattern's floor may cost beside one of worth 1. */
export function floorWeight(importance: number): number {
  return importance * importance;
}
