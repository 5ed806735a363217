/** The decisions about one request, as a value. */
import type { DecisionColumns } from "../../../model/decision.ts";
import type { SliceCounts } from "./slice-counts.ts";
import { createSliceCounts } from "./slice-counts.ts";

/**
 * What one sampler decides about one request: a column per answer, and the counts of each slice, by which the slice can be
 * undone. Reused from request to request; columns double when a request has more records than any before, and a request
 * beyond RETAINED_RECORDS gives the memory back when it ends.
 */

/** Records whose columns are kept for the next request: 22 bytes each. */
const RETAINED_RECORDS = 65_536;

export class Decisions implements DecisionColumns {
  keep: Uint8Array;
  reason: Uint8Array;
  probability: Float64Array;
  weight: Float64Array;
  randomness: Uint32Array;
  readonly #counts: SliceCounts[] = [];

  /** @param records that there is room for at first */
  constructor(records: number) {
    this.keep = new Uint8Array(records);
    this.reason = new Uint8Array(records);
    this.probability = new Float64Array(records);
    this.weight = new Float64Array(records);
    this.randomness = new Uint32Array(records);
  }

  /** Makes room for the records of a request; what was decided before is forgotten when the columns must grow. */
  reserve(records: number): void {
    if (records <= this.keep.length) return;
    this.#allocate(Math.max(records, 2 * this.keep.length));
  }

  /** The request is over: gives back what only a very large one needed. */
  trim(): void {
    if (this.keep.length > RETAINED_RECORDS) this.#allocate(RETAINED_RECORDS);
  }

  #allocate(records: number): void {
    this.keep = new Uint8Array(records);
    this.reason = new Uint8Array(records);
    this.probability = new Float64Array(records);
    this.weight = new Float64Array(records);
    this.randomness = new Uint32Array(records);
  }

  /** Counts of slice number `index`, made when first asked for. */
  counts(index: number): SliceCounts {
    let counts = this.#counts[index];
    if (counts === undefined) {
      counts = createSliceCounts();
      this.#counts[index] = counts;
    }
    return counts;
  }
}
