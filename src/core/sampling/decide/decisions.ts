/**
 * The decisions of one sampler about one request: a column for each answer, and the counts of each slice, by which the
 * slice can be undone. Reused from request to request: columns double when a request has more records than any before,
 * and after a request with more than RETAINED_RECORDS they shrink to that many.
 */
import type { DecisionColumns } from "../../../model/decision.ts";
import type { SliceCounts } from "./slice-counts.ts";
import { createSliceCounts } from "./slice-counts.ts";

/** Records whose columns are kept for the next request: 22 bytes each. */
const RETAINED_RECORDS = 65_536;

export class Decisions implements DecisionColumns {
  keep: Uint8Array;
  reason: Uint8Array;
  probability: Float64Array;
  weight: Float64Array;
  randomness: Uint32Array;
  readonly #counts: SliceCounts[] = [];

  /** @param records length of the columns at first */
  constructor(records: number) {
    this.keep = new Uint8Array(records);
    this.reason = new Uint8Array(records);
    this.probability = new Float64Array(records);
    this.weight = new Float64Array(records);
    this.randomness = new Uint32Array(records);
  }

  /** Makes the columns long enough for the records of a request; columns that must grow lose their contents. */
  reserve(records: number): void {
    if (records <= this.keep.length) return;
    this.#allocate(Math.max(records, 2 * this.keep.length));
  }

  /** Called at the end of a request: frees columns that only a very large request needs. */
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

  /** Counts of slice number `index`, created on first use. */
  counts(index: number): SliceCounts {
    let counts = this.#counts[index];
    if (counts === undefined) {
      counts = createSliceCounts();
      this.#counts[index] = counts;
    }
    return counts;
  }
}
