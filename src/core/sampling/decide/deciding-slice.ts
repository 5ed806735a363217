/** The slice that is being decided, as every stage of a decision sees it. */
import type { LogBatch } from "../../../model/log-batch.ts";
import type { Decisions } from "./decisions.ts";
import type { SliceCounts } from "./slice-counts.ts";

/** One slice while it is decided or undone: the records, where the answers go, and what holds for all of its records. */
export interface DecidingSlice {
  readonly batch: LogBatch;
  readonly from: number;
  readonly to: number;
  readonly monoMs: number;
  readonly wallMs: number;
  readonly decisions: Decisions;
  readonly counts: SliceCounts;
  /** Columns of the two, held here because the steps write them for every record. */
  readonly probability: Float64Array;
  readonly reason: Uint8Array;
  readonly charged: Float64Array;
  /** Arrival index of each record in the window of its pattern, and the keyed hash of its trace id; by i - from. */
  readonly arrival: Uint32Array;
  readonly traceHash: Uint32Array;
  /** The ERRORs of the slice fit their bucket. */
  errorsWhole: boolean;
  /** Highest probability that a cap allows the record that is being decided; 1 without a cap. */
  capProbability: number;
}

/** Columns that only last while a slice is decided; they grow to the largest slice. */
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
