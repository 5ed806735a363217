/**
 * Writes the survivors of a batch as an ExportLogsServiceRequest: records in wire order in the envelopes that they came
 * in, byte for byte except for our changes. These are: old stamps are cut and one new set is appended; ill-formed UTF-8
 * is replaced; ids of a wrong length or of zeros are removed. Allocates nothing in steady state.
 */
import type { DecisionColumns } from "../../../model/decision.ts";
import { KEEP_REASONS } from "../../../model/decision.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { MARK_BAD_SPAN_ID, MARK_BAD_TRACE_ID, MARK_HAS_STAMPS, MARK_OWN_EVENT } from "../../../model/log-batch.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { varintSize } from "../wire/byte-writer.ts";
import { Utf8Walker } from "../wire/utf8-walker.ts";
import { ValueReader } from "../wire/value-reader.ts";
import {
  KIND_RECORD,
  KIND_RESOURCE_LOGS,
  KIND_SCOPE_LOGS,
  TAG_LOG_RECORD,
  TAG_RESOURCE_LOGS,
  TAG_SCOPE_LOGS,
} from "../wire/wire-schema.ts";
import { CUT_EVENT_NAME, CUT_SPAN_ID, CUT_STAMPS, CUT_TRACE_ID, RecordRewriter } from "./record-rewriter.ts";
import type { DecidedBatch, StampPlan } from "./stamps.ts";
import { writeStamps } from "./stamps.ts";

/** Records (for `utf8` also envelopes) that were changed while they were written. */
export interface RepairCounts {
  utf8: number;
  traceId: number;
  spanId: number;
  stampsStripped: number;
}

export function createRepairCounts(): RepairCounts {
  return { utf8: 0, traceId: 0, spanId: 0, stampsStripped: 0 };
}

/** Where survivors are written, and where the repairs made on the way are counted. */
export interface SurvivorOutput {
  readonly out: ByteWriter;
  readonly repairs: RepairCounts;
}

/** Records [from, to) of a batch. */
export interface RecordRange {
  readonly batch: LogBatch;
  readonly from: number;
  readonly to: number;
}

const SUMMARY = KEEP_REASONS.indexOf("summary");

export class SurvivorEncoder {
  readonly #utf8 = new Utf8Walker();
  readonly #rewriter = new RecordRewriter();
  readonly #values = new ValueReader();

  /**
   * Appends a request with the records of a range that the decisions keep.
   * @param plan the stamps; undefined writes none and cuts none (repairs are made all the same)
   * @returns the number of records written; 0 leaves `output.out` as it was
   */
  encode(range: RecordRange, decisions: DecisionColumns, plan: StampPlan | undefined, output: SurvivorOutput): number {
    const { batch, from, to } = range;
    const { out } = output;
    const { scope: scopeOf } = batch;
    const { keep } = decisions;
    const decided: DecidedBatch = { batch, decisions };
    let written = 0;
    let resource = -1;
    let scope = -1;
    let resourceStart = 0;
    let resourceReserve = 0;
    let scopeStart = 0;
    let scopeReserve = 0;
    for (let i = from; i < to; i++) {
      if (keep[i] === 0) continue;
      if (scopeOf[i] !== scope) {
        if (scope >= 0) out.close(scopeStart, scopeReserve);
        scope = scopeOf[i];
        const scopeRow = batch.scopes[scope];
        if (scopeRow.resource !== resource) {
          if (resource >= 0) out.close(resourceStart, resourceReserve);
          resource = scopeRow.resource;
          const resourceRow = batch.resources[resource];
          out.byte(TAG_RESOURCE_LOGS);
          // The length of what survives mostly has as many digits as the length of what came; `close` corrects it.
          resourceReserve = varintSize(resourceRow.end - resourceRow.start);
          resourceStart = out.open(resourceReserve);
          this.#writeEnvelope(batch.bytes, resourceRow.envelope, KIND_RESOURCE_LOGS, output);
        }
        out.byte(TAG_SCOPE_LOGS);
        scopeReserve = varintSize(scopeRow.end - scopeRow.start);
        scopeStart = out.open(scopeReserve);
        this.#writeEnvelope(batch.bytes, scopeRow.envelope, KIND_SCOPE_LOGS, output);
      }
      this.#writeRecord(decided, i, plan, output);
      written++;
    }
    if (written > 0) {
      out.close(scopeStart, scopeReserve);
      out.close(resourceStart, resourceReserve);
    }
    return written;
  }

  #writeRecord(decided: DecidedBatch, i: number, plan: StampPlan | undefined, { out, repairs }: SurvivorOutput): void {
    const { batch, decisions } = decided;
    const start = batch.recordStart[i];
    const end = batch.recordEnd[i];
    // Summaries of a trusted peer pass through: their stamps are their content.
    const stamps = plan === undefined || decisions.reason[i] === SUMMARY ? undefined : plan;
    let cut = cutsOf(batch.marks[i]);
    if (stamps === undefined) cut &= ~(CUT_STAMPS | CUT_EVENT_NAME);
    out.byte(TAG_LOG_RECORD);
    const reserve = varintSize(end - start);
    const contentStart = out.open(reserve);
    if (cut === 0 && this.#utf8.isClean(batch.bytes, KIND_RECORD, start, end)) out.raw(batch.bytes, start, end);
    else {
      this.#rewriter.rewrite(batch.bytes, KIND_RECORD, start, end, cut, out);
      this.#countRepairs(cut, repairs);
    }
    if (stamps !== undefined) writeStamps(decided, i, stamps, this.#values, out);
    out.close(contentStart, reserve);
  }

  #countRepairs(cut: number, repairs: RepairCounts): void {
    if (this.#rewriter.repairedStrings > 0) repairs.utf8++;
    if ((cut & CUT_TRACE_ID) !== 0) repairs.traceId++;
    if ((cut & CUT_SPAN_ID) !== 0) repairs.spanId++;
    if (this.#rewriter.cutAttributes > 0) repairs.stampsStripped++;
  }

  #writeEnvelope(bytes: Uint8Array, envelope: readonly number[], kind: number, output: SurvivorOutput): void {
    const { out } = output;
    let repaired = false;
    for (let index = 0; index < envelope.length; index += 2) {
      const start = envelope[index];
      const end = envelope[index + 1];
      if (this.#utf8.isClean(bytes, kind, start, end)) out.raw(bytes, start, end);
      else {
        this.#rewriter.rewrite(bytes, kind, start, end, 0, out);
        repaired = true;
      }
    }
    if (repaired) output.repairs.utf8++;
  }
}

function cutsOf(marks: number): number {
  let cut = 0;
  if ((marks & MARK_HAS_STAMPS) !== 0) cut |= CUT_STAMPS;
  if ((marks & MARK_OWN_EVENT) !== 0) cut |= CUT_EVENT_NAME;
  if ((marks & MARK_BAD_TRACE_ID) !== 0) cut |= CUT_TRACE_ID;
  if ((marks & MARK_BAD_SPAN_ID) !== 0) cut |= CUT_SPAN_ID;
  return cut;
}
