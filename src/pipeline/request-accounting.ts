/**
 * What a request leaves in the books once its survivors are safe: ledger, budget, services, repairs. One call a request,
 * a handful of additions each; nothing a record.
 */
import type { Engine } from "../core/engine/engine.ts";
import type { RepairCounts } from "../core/otlp/encode/encode-survivors.ts";
import type { RequestWork } from "../core/request/request-work.ts";
import type { TranscodingLosses } from "../model/consumer.ts";
import { KEEP_REASONS } from "../model/decision.ts";
import type { Environment } from "../model/environment.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { Telemetry } from "../model/telemetry.ts";
import type { BilledBytes } from "./billed-bytes.ts";
import { OverBudget } from "./over-budget.ts";

export interface AccountingDeps {
  readonly engine: Engine;
  readonly telemetry: Telemetry;
  readonly env: Environment;
  readonly regroupRatio: () => number;
  readonly observing: boolean;
  readonly billed: BilledBytes;
}

export class RequestAccounting {
  readonly overBudget: OverBudget = new OverBudget();
  /** First lines that no longer fitted the novelty allowance, since start. */
  noveltyOverflow = 0;
  readonly #deps: AccountingDeps;
  #repaired: Readonly<RepairCounts> = { utf8: 0, traceId: 0, spanId: 0, stampsStripped: 0 };

  constructor(deps: AccountingDeps) {
    this.#deps = deps;
  }

  /** @param builtBytes of the survivors' payload */
  count(work: RequestWork, slices: number, builtBytes: number): void {
    const { engine, telemetry, observing, regroupRatio, billed } = this.#deps;
    const { ledger } = telemetry;
    const held = observing ? 0 : engine.hold(work, slices, this.#deps.env.now()).records;
    if (held > 0) ledger.held(held);
    for (let slice = 0; slice < slices; slice++) {
      const outcome = work.outcome(slice);
      for (const [code, reason] of KEEP_REASONS.entries()) {
        const count = outcome.keptByReason[code] ?? 0;
        if (count > 0) ledger.kept(reason, count);
      }
      for (let severity = 1; severity < outcome.sampledOut.length; severity++) {
        const sampledOut = outcome.sampledOut[severity] ?? 0;
        const muted = outcome.muted[severity] ?? 0;
        if (sampledOut > 0 && held === 0) ledger.dropped("sampled_out", severity, sampledOut);
        if (muted > 0) ledger.dropped("muted", severity, muted);
      }
      this.overBudget.add("rule", outcome.pinnedBytes);
      this.overBudget.add("bypass", outcome.bypassBytes);
      this.noveltyOverflow += outcome.noveltyOverflow;
    }
    const billedBytes = builtBytes * regroupRatio();
    engine.spend(billedBytes);
    billed.countRequest(work.batch, billedBytes);
    this.#countRepairs();
    this.#countServices(work.batch);
  }

  countTranscoding({ rejected, tooDeep, repairedText }: TranscodingLosses): void {
    const { telemetry } = this.#deps;
    if (tooDeep > 0) telemetry.ledger.rejected("too_deep", tooDeep);
    if (rejected > tooDeep) telemetry.ledger.rejected("invalid_field", rejected - tooDeep);
    if (repairedText > 0) telemetry.recordsRepaired("utf8", repairedText);
  }

  #countRepairs(): void {
    const { engine, telemetry } = this.#deps;
    const now = engine.repairs;
    const before = this.#repaired;
    if (now.utf8 > before.utf8) telemetry.recordsRepaired("utf8", now.utf8 - before.utf8);
    if (now.traceId > before.traceId) telemetry.recordsRepaired("trace_id", now.traceId - before.traceId);
    if (now.spanId > before.spanId) telemetry.recordsRepaired("span_id", now.spanId - before.spanId);
    if (now.stampsStripped > before.stampsStripped) {
      telemetry.recordsRepaired("stamps_stripped", now.stampsStripped - before.stampsStripped);
    }
    this.#repaired = { ...now };
  }

  /** One call a run of records of one resource: nearly always one a request. */
  #countServices(batch: LogBatch): void {
    const { telemetry } = this.#deps;
    for (let i = 0; i < batch.recordCount; ) {
      const resource = resourceOf(batch, i);
      let kept = 0;
      const start = i;
      for (; i < batch.recordCount && resourceOf(batch, i) === resource; i++) kept += batch.keep[i] ?? 0;
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
