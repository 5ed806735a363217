/**
 * The memory that one request needs on its way through the engine: its batch, its decisions, its survivors. The engine
 * pools a few of them, each with the memory that an ordinary request needs.
 */
import type { LogBatch } from "../../model/log-batch.ts";
import type { RepairCounts } from "../otlp/encode/encode-survivors.ts";
import { createRepairCounts } from "../otlp/encode/encode-survivors.ts";
import { IndexPass } from "../otlp/index/index-pass.ts";
import { createLogBatch, resetLogBatch } from "../otlp/index/log-batch.ts";
import { ByteWriter } from "../otlp/wire/byte-writer.ts";
import { Decisions } from "../sampling/decide/decisions.ts";

/** Records of a slice; between two slices of a larger request the event loop runs. */
export const SLICE_RECORDS = 2048;
const FIRST_OUTPUT_BYTES = 64 * 1024;
/** Largest output buffer that is reused by the next request. */
const RETAINED_OUTPUT_BYTES = 1024 * 1024;

export class RequestWork {
  readonly batch: LogBatch = createLogBatch(SLICE_RECORDS);
  readonly pass: IndexPass = new IndexPass();
  readonly decisions: Decisions = new Decisions(SLICE_RECORDS);
  /** An ExportLogsServiceRequest of the survivors of the slices decided so far. */
  out: ByteWriter = new ByteWriter(FIRST_OUTPUT_BYTES);
  /** Repairs made in these survivors. */
  repairs: RepairCounts = createRepairCounts();

  /** Called at the end of a request: frees its bytes, and memory that only a very large request needs. */
  reset(): void {
    resetLogBatch(this.batch);
    this.decisions.trim();
    if (this.out.bytes.length > RETAINED_OUTPUT_BYTES) this.out = new ByteWriter(FIRST_OUTPUT_BYTES);
    this.out.reset();
    this.repairs = createRepairCounts();
  }
}
