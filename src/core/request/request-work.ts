import type { LogBatch } from "../../model/log-batch.ts";
import type { RepairCounts } from "../otlp/encode/encode-survivors.ts";
import { createRepairCounts } from "../otlp/encode/encode-survivors.ts";
import { IndexPass } from "../otlp/index/index-pass.ts";
import { createLogBatch, resetLogBatch } from "../otlp/index/log-batch.ts";
import { ByteWriter } from "../otlp/wire/byte-writer.ts";
import { Decisions } from "../sampling/decide/decisions.ts";

/**
 * The memory that one request needs on its way through the engine: its batch, its decisions, its survivors. Pooled, because
 * nearly every request is done in one go; at most four wait in the pool, each with what an ordinary request needs.
 */

/** Records decided in one go; between two slices of a larger request the event loop turns. */
export const SLICE_RECORDS = 2048;
const FIRST_OUTPUT_BYTES = 64 * 1024;
/** An output buffer beyond this is not kept for the next request. */
const RETAINED_OUTPUT_BYTES = 1024 * 1024;

export class RequestWork {
  readonly batch: LogBatch = createLogBatch(SLICE_RECORDS);
  readonly pass: IndexPass = new IndexPass();
  readonly decisions: Decisions = new Decisions(SLICE_RECORDS);
  /** An ExportLogsServiceRequest with the survivors of the slices decided so far. */
  out: ByteWriter = new ByteWriter(FIRST_OUTPUT_BYTES);
  /** Repairs made in them. */
  repairs: RepairCounts = createRepairCounts();

  /** The request is over: lets go of its bytes, and of memory that only a very large one needed. */
  reset(): void {
    resetLogBatch(this.batch);
    this.decisions.trim();
    if (this.out.bytes.length > RETAINED_OUTPUT_BYTES) this.out = new ByteWriter(FIRST_OUTPUT_BYTES);
    this.out.reset();
    this.repairs = createRepairCounts();
  }
}
