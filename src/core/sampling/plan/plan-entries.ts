/**
 * What each live row is in the sums of a plan: what it added to them when it was last visited, and will take away again, to
 * the bit, when it is visited next or leaves. 64 bytes a row, side by side: a visit reads and writes them together.
 */
export const ENTRY_STRIDE = 8;
/** Lines a second that the draw is about, and how many of them may be kept. */
export const LAMBDA = 0;
export const CEILING = 1;
/** Bytes a second of the ceiling, and of τ = 1; see `breakpoint-histogram.ts`. Cost 0: the row takes no part in the draw. */
export const COST = 2;
export const GRADIENT = 3;
/** Bytes a second of all that the row says, what rules settle included. */
export const USUAL = 4;
/** Bytes a second at τ = 1 of the burst quota; 0: the pattern is not anomalous. */
export const BURST_GRADIENT = 5;
/** Bytes a second of its floor lines where they are a minute apart, and of them what would not be drawn anyway. */
export const FLOOR = 6;
export const FLOOR_EXTRA = 7;

/** Its own rate follows steps of the load: entered as if its service's tempo were 1. */
export const MARK_HIGH_RATE = 1;
/** Somebody asked for its floor, which does not stretch. */
export const MARK_REQUESTED_FLOOR = 2;

export class PlanEntries {
  readonly fields: Float64Array;
  readonly marks: Uint8Array;

  /** @param rows of the pattern table */
  constructor(rows: number) {
    this.fields = new Float64Array(rows * ENTRY_STRIDE);
    this.marks = new Uint8Array(rows);
  }
}
