/**
 * Counts a request after its survivors are stored: ledger, over-budget bytes, services, repairs. One call a request,
 * with a few additions for each slice and run of records of one resource.
 */
import type { Committed, RequestTransaction } from "../core/engine/request-transaction.ts";
import type { RepairCounts } from "../core/otlp/encode/encode-survivors.ts";
import type { SliceCounts } from "../core/sampling/decide/slice-counts.ts";
import type { TranscodingLosses } from "../model/consumer.ts";
import { KEEP_REASONS } from "../model/decision.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { BilledBytes } from "./billed-bytes.ts";
import { OverBudget } from "./over-budget.ts";

export interface AccountingDeps {
  readonly telemetry: Telemetry;
  readonly billed: BilledBytes;
}

export class RequestAccounting {
  readonly overBudget: OverBudget = new OverBudget();
  /** First lines that exceeded the novelty allowance and the reserve, since the start. */
  noveltyOverflow = 0;
  readonly #deps: AccountingDeps;

  constructor(deps: AccountingDeps) {
    this.#deps = deps;
  }

  /** Counts the outcome of a committed request. @param billedBytes expected cost of its survivors */
  count(request: RequestTransaction, { held }: Committed, billedBytes: number): void {
    const { ledger } = this.#deps.telemetry;
    if (held.records > 0) ledger.held(held.records);
    for (const counts of request.counts()) this.#countSlice(counts, held.records > 0);
    this.#deps.billed.countRequest(request.batch, request.decisions, billedBytes);
    this.countRepairs(request.repairs);
    this.#countServices(request);
  }

  #countSlice(counts: SliceCounts, areHeld: boolean): void {
    const { ledger } = this.#deps.telemetry;
    for (const [code, reason] of KEEP_REASONS.entries()) {
      const count = counts.keptByReason[code] ?? 0;
      if (count > 0) ledger.kept(reason, count);
    }
    for (let severity = 1; severity < counts.sampledOut.length; severity++) {
      const sampledOut = counts.sampledOut[severity] ?? 0;
      const muted = counts.muted[severity] ?? 0;
      if (sampledOut > 0 && !areHeld) ledger.dropped("sampled_out", severity, sampledOut);
      if (muted > 0) ledger.dropped("muted", severity, muted);
    }
    this.overBudget.add("rule", counts.pinnedBytes);
    this.overBudget.add("bypass", counts.bypassBytes);
    this.noveltyOverflow += counts.noveltyOverflow;
  }

  countTranscoding({ rejected, tooDeep, repairedText }: TranscodingLosses): void {
    const { telemetry } = this.#deps;
    if (tooDeep > 0) telemetry.ledger.rejected("too_deep", tooDeep);
    if (rejected > tooDeep) telemetry.ledger.rejected("invalid_field", rejected - tooDeep);
    if (repairedText > 0) telemetry.recordsRepaired("utf8", repairedText);
  }

  countRepairs({ utf8, traceId, spanId, stampsStripped }: Readonly<RepairCounts>): void {
    const { telemetry } = this.#deps;
    if (utf8 > 0) telemetry.recordsRepaired("utf8", utf8);
    if (traceId > 0) telemetry.recordsRepaired("trace_id", traceId);
    if (spanId > 0) telemetry.recordsRepaired("span_id", spanId);
    if (stampsStripped > 0) telemetry.recordsRepaired("stamps_stripped", stampsStripped);
  }

  /** One call for each run of records of one resource: nearly always one for each request. */
  #countServices({ batch, decisions }: RequestTransaction): void {
    const { telemetry } = this.#deps;
    for (let i = 0; i < batch.recordCount; ) {
      const resource = resourceOf(batch, i);
      let kept = 0;
      const start = i;
      for (; i < batch.recordCount && resourceOf(batch, i) === resource; i++) kept += decisions.keep[i] ?? 0;
      const service = batch.resources[resource]?.service ?? "";
      telemetry.serviceRecords(service, "received", i - start);
      if (kept > 0) telemetry.serviceRecords(service, "kept", kept);
      if (kept < i - start) telemetry.serviceRecords(service, "dropped", i - start - kept);
    }
  }
}

function resourceOf(batch: LogBatch, i: number): number {
  return batch.scopes[batch.scope[i] ?? 0]?.resource ?? 0;
}
