/**
 * Cuts elapsed time into slices of a fixed length, so that what a world says does not depend on how often it is asked.
 * A caller that was away for long gets the last MAX_SLICES of what it missed.
 */

/** Short enough that a slice's records share a time, long enough that its random sequence is worth setting up. */
export const SLICE_MS = 100;
const MAX_SLICES = 600;

export interface TimeSlice {
  /** From 0. */
  readonly index: number;
  /** Unix milliseconds at its end. */
  readonly endMs: number;
}

export class TimeSlices {
  #next = 0;

  /** The slices that ended since the last call. */
  due(nowMs: number, elapsedMs: number): TimeSlice[] {
    const end = Math.floor(elapsedMs / SLICE_MS);
    const first = Math.max(this.#next, end - MAX_SLICES);
    const slices: TimeSlice[] = [];
    for (let index = first; index < end; index++) {
      slices.push({ index, endMs: Math.floor(nowMs - (elapsedMs - (index + 1) * SLICE_MS)) });
    }
    this.#next = Math.max(this.#next, end);
    return slices;
  }
}
