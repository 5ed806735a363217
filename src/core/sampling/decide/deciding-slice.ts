/**
 * One slice while it is decided or undone, as every stage of a decision sees it: its records, the columns that the
 * stages fill, and the values that hold for all of its records. Bounded by the records of a slice.
 */
import type { LogBatch } from "../../../model/log-batch.ts";
import type { Decisions } from "./decisions.ts";
import type { SliceCounts } from "./slice-counts.ts";

export interface DecidingSlice {
  readonly batch: LogBatch;
  readonly from: number;
  readonly to: number;
  readonly monoMs: number;
  readonly wallMs: number;
  readonly decisions: Decisions;
  readonly counts: SliceCounts;
  /** Columns of `decisions` and `counts`, held here because the steps write them for every record. */
  readonly probability: Float64Array;
  readonly reason: Uint8Array;
  readonly charged: Float64Array;
  /** Arrival index of each record within the window of its pattern, and the keyed hash of its trace id; by i - from. */
  readonly arrival: Uint32Array;
  readonly traceHash: Uint32Array;
  /** Whether the ERRORs of the slice fit their bucket. */
  errorsWhole: boolean;
  /** Highest probability that a cap allows for the record that is being decided; 1 without a cap. */
  capProbability: number;
}

/** Columns that are needed only while a slice is decided; they grow to the largest slice. */
export class SliceScratch {
  arrival: Uint32Array = new Uint32Array(FIRST_RECORDS);
  traceHash: Uint32Array = new Uint32Array(FIRST_RECORDS);

  reserve(records: number): void {
    if (this.arrival.length >= records) return;
    this.arrival = new Uint32Array(records);
    this.traceHash = new Uint32Array(records);
  }
}

const FIRST_RECORDS = 2048;
