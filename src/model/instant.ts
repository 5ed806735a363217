/**
 * A reading of both clocks, taken once a batch at the edge and handed down.
 * Rates, buckets and controllers run on `monoMs`; `wallMs` only labels things.
 */
export interface Instant {
  /** Milliseconds of a clock that never jumps; only differences mean something. */
  readonly monoMs: number;
  /** Unix time in milliseconds. */
  readonly wallMs: number;
}
