import type { PatternState } from "./pattern-state.ts";

/** The time between two default floor lines of a pattern, milliseconds: a minute where the budget allows. */
export const FLOOR_MS = 60_000;

/**
 * Where it does not, floors cost all patterns the same bytes a second: lines that are short come round sooner.
 * @param msPerByte by the last plan
 */
export function floorWindowMs({ meanBytes, floorPerMinute }: PatternState, row: number, msPerByte: number): number {
  if (floorPerMinute[row] > 0) return FLOOR_MS / floorPerMinute[row];
  return Math.max(FLOOR_MS, msPerByte * meanBytes[row]);
}
