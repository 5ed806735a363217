/**
 * The middle of the product: takes requests from the receivers, runs the engine over them, and puts survivors and
 * summaries into the export queue. Synchronous from request to answer for up to SLICE_RECORDS records; larger requests
 * give the event loop a turn between slices.
 *
 * Promises: queue space is reserved before any counter moves; a request whose commit fails is undone whole; every record
 * enters the ledger exactly once. Bounded by admission (bytes in flight) and by the queue.
 */

import type { ReleasedContext } from "../core/context/context-release.ts";
import type { HeldRequest } from "../core/context/context-ring.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { RequestWork, } from "../core/engine/request-work.ts";
import { SLICE_RECORDS } from "../core/engine/request-work.ts";
import { encodeSummaries } from "../core/engine/summary-payload.ts";
import { ByteWriter } from "../core/otlp/byte-writer.ts";
import { DecodeError } from "../core/otlp/decode-error.ts";
import type { ConsumeResult, LogsConsumer, RequestOrigin } from "../model/consumer.ts";
import { KEEP_REASONS, keepReasonCode, REJECT_REASONS } from "../model/decision.ts";
import type { Environment } from "../model/environment.ts";
import type { Instant } from "../model/instant.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { Component, ComponentHealth } from "../model/ports/component.ts";
import type { ExportQueue, QueueReservation } from "../model/ports/queue.ts";
import { SEVERITY_TRACE } from "../model/severity.ts";
import type { Telemetry } from "../model/telemetry.ts";
import { OverBudget } from "./over-budget.ts";

const TICK_MS = 1000;
/** What a survivor may grow by: stamps (70), lengths, and UTF-8 repair (one byte becomes three, of text only). */
const GROWTH_PER_RECORD = 96;
const COLUMN_BYTES_PER_RECORD = 2;
/** A refused sender comes back after this; the queue drains in the meantime. */
const RETRY_AFTER_MS = 2000;
/** The output buffer is kept from request to request up to this size. */
const RETAINED_OUTPUT_BYTES = 1024 * 1024;
const SUMMARY = keepReasonCode("summary");

export interface PipelineDeps {
  readonly engine: Engine;
  readonly queue: ExportQueue;
  readonly telemetry: Telemetry;
  readonly env: Environment;
  /** Built request bytes per queued byte, as the exporters see it. */
  readonly regroupRatio: () => number;
  /** True: nothing is dropped, and what would have been kept is what the budget is charged with. */
  readonly observing: boolean;
}

export class LogPipeline implements LogsConsumer, Component {
  readonly id: string = "pipeline";
  readonly overBudget: OverBudget = new OverBudget();
  readonly #deps: PipelineDeps;
  #out = new ByteWriter(64 * 1024);
  #timer: NodeJS.Timeout | undefined;
  #noveltyOverflow = 0;
  #commitFailures = 0;
  #repaired = { utf8: 0, traceId: 0, spanId: 0, stampsStripped: 0 };

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
    deps.engine.onContextLeft((entry) => this.#contextLeft(entry));
  }

  start(): Promise<void> {
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    return Promise.resolve();
  }

  /** Receivers have drained by now: the last summaries go out. */
  shutdown(): Promise<void> {
    if (this.#timer === undefined) return Promise.resolve();
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#flushSummaries(this.#deps.env.now(), true);
    this.#deps.engine.context.clear();
    return Promise.resolve();
  }

  health(): ComponentHealth {
    if (this.#commitFailures === 0) return { state: "ok" };
    return { state: "degraded", message: `${this.#commitFailures} requests could not be stored and were refused` };
  }

  /** First lines that no longer fitted the novelty allowance, since start. */
  get noveltyOverflow(): number {
    return this.#noveltyOverflow;
  }

  consumeLogs(request: Uint8Array, origin: RequestOrigin): ConsumeResult | Promise<ConsumeResult> {
    const { engine } = this.#deps;
    const work = engine.acquire();
    try {
      work.pass.begin(work.batch, request, request.length);
      // Small requests are walked whole; the first slice of a large one shows that it is large.
      if (!work.pass.step(SLICE_RECORDS)) return this.#consumeInSlices(work, origin);
      const result = this.#consumeIndexed(work, origin);
      if (result instanceof Promise) return result.finally(() => engine.release(work));
      engine.release(work);
      return result;
    } catch (error) {
      engine.release(work);
      return invalidOrThrow(error);
    }
  }

  #consumeIndexed(work: RequestWork, origin: RequestOrigin): ConsumeResult | Promise<ConsumeResult> {
    const { batch } = work;
    const { env, queue, engine } = this.#deps;
    if (batch.recordCount === 0) return this.#accept(work, 0, origin, undefined);
    const reservation = queue.reserve(reservationBytes(batch));
    if (reservation === undefined) return { kind: "refused", cause: "queue_full", retryAfterMs: RETRY_AFTER_MS };
    const now = env.now();
    engine.advance(now, queue.fill());
    const out = this.#takeOutput();
    engine.process(work, 0, 0, batch.recordCount, origin.trusted, now, out);
    return this.#commit(work, 1, batch.recordCount, origin, now, reservation, out);
  }

  /** Large requests: index, decide and encode in slices, one queue entry at the end. */
  async #consumeInSlices(work: RequestWork, origin: RequestOrigin): Promise<ConsumeResult> {
    const { engine, env, queue } = this.#deps;
    try {
      do await nextTurn();
      while (!work.pass.step(SLICE_RECORDS));
      const { batch } = work;
      const reservation = queue.reserve(reservationBytes(batch));
      if (reservation === undefined) return { kind: "refused", cause: "queue_full", retryAfterMs: RETRY_AFTER_MS };
      const out = new ByteWriter(64 * 1024);
      const now = env.now();
      let slices = 0;
      for (let from = 0; from < batch.recordCount; from += SLICE_RECORDS) {
        if (slices > 0) await nextTurn();
        engine.advance(env.now(), queue.fill());
        const to = Math.min(batch.recordCount, from + SLICE_RECORDS);
        engine.process(work, slices, from, to, origin.trusted, now, out);
        slices++;
      }
      return await this.#commit(work, slices, SLICE_RECORDS, origin, now, reservation, out);
    } catch (error) {
      return invalidOrThrow(error);
    } finally {
      engine.release(work);
    }
  }

  #commit(
    work: RequestWork,
    slices: number,
    sliceRecords: number,
    origin: RequestOrigin,
    now: Instant,
    reservation: QueueReservation,
    out: ByteWriter,
  ): ConsumeResult | Promise<ConsumeResult> {
    let kept = 0;
    for (let slice = 0; slice < slices; slice++) kept += work.outcome(slice).keptRecords;
    if (kept === 0) {
      reservation.release();
      return this.#accept(work, slices, origin, 0);
    }
    const payload = out.bytes.slice(0, out.length);
    const entry = { payload, ...columnsOf(work.batch, kept), receivedWallMs: now.wallMs };
    try {
      const stored = reservation.commit(entry);
      if (stored === undefined) return this.#accept(work, slices, origin, payload.length);
      return stored.then(
        () => this.#accept(work, slices, origin, payload.length),
        () => this.#undo(work, slices, sliceRecords, now),
      );
    } catch {
      return this.#undo(work, slices, sliceRecords, now);
    }
  }

  #undo(work: RequestWork, slices: number, sliceRecords: number, now: Instant): ConsumeResult {
    this.#commitFailures++;
    this.#deps.engine.undo(work, slices, sliceRecords, now);
    return { kind: "refused", cause: "queue_full", retryAfterMs: RETRY_AFTER_MS };
  }

  /** The records are safe: now they count. @param builtBytes of the survivors, undefined when there was no record */
  #accept(work: RequestWork, slices: number, origin: RequestOrigin, builtBytes: number | undefined): ConsumeResult {
    const { telemetry } = this.#deps;
    const { batch } = work;
    const { ledger } = telemetry;
    let rejected = origin.transcoderRejected;
    if (rejected > 0) ledger.rejected("invalid_field", rejected);
    for (const [code, reason] of REJECT_REASONS.entries()) {
      const count = batch.rejected[code] ?? 0;
      if (count > 0) ledger.rejected(reason, count);
      rejected += count;
    }
    const received = batch.recordCount + rejected;
    if (received > 0) ledger.received(origin.transport, received);
    if (builtBytes !== undefined) {
      this.#countOutcomes(work, slices, builtBytes);
      this.#countServices(batch);
      this.#releaseContext(work, slices);
    }
    const message = origin.transcoderMessage === "" ? batch.rejectedMessage : origin.transcoderMessage;
    return { kind: "accepted", rejectedRecords: rejected, message };
  }

  #countOutcomes(work: RequestWork, slices: number, builtBytes: number): void {
    const { engine, telemetry, observing, regroupRatio } = this.#deps;
    const { ledger } = telemetry;
    let decided = 0;
    const held = observing ? 0 : engine.hold(work, slices, this.#deps.env.now()).records;
    if (held > 0) ledger.held(held);
    for (let slice = 0; slice < slices; slice++) {
      const outcome = work.outcome(slice);
      decided += outcome.decidedBytes;
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
      this.#noveltyOverflow += outcome.noveltyOverflow;
    }
    engine.spend(observing ? decided : builtBytes * regroupRatio());
    this.#countRepairs();
  }

  /** Triggers among the records: what led to them is forwarded after all, once, with weight 0. */
  #releaseContext(work: RequestWork, slices: number): void {
    const { engine, env } = this.#deps;
    const now = env.now();
    for (let slice = 0; slice < slices; slice++) {
      const { triggers, triggerCount } = work.outcome(slice);
      for (let at = 0; at < triggerCount; at++) {
        const released = engine.releaseContext(work.batch, triggers[at] ?? 0, now);
        if (released !== undefined) this.#forwardContext(released, now);
      }
    }
  }

  #forwardContext({ payload, reasons, severities }: ReleasedContext, now: Instant): void {
    const { queue, telemetry, engine, regroupRatio } = this.#deps;
    const { ledger } = telemetry;
    ledger.held(-reasons.length);
    const reservation = queue.reserve(payload.length + COLUMN_BYTES_PER_RECORD * reasons.length);
    if (reservation === undefined) {
      for (const severity of severities) ledger.dropped("sampled_out", severity, 1);
      return;
    }
    ledger.kept("context", reasons.length);
    void reservation.commit({ payload, reasons, severities, receivedWallMs: now.wallMs });
    engine.spend(payload.length * regroupRatio());
  }

  /** A request left the ring: what it still held is sampled out for good. */
  #contextLeft({ bySeverity, heldRecords }: HeldRequest): void {
    const { ledger } = this.#deps.telemetry;
    if (heldRecords === 0) return;
    ledger.held(-heldRecords);
    for (const [severity, records] of bySeverity.entries()) {
      if (records > 0) ledger.dropped("sampled_out", severity, records);
    }
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

  #tick(): void {
    const now = this.#deps.env.now();
    this.#deps.engine.advance(now, this.#deps.queue.fill());
    this.#flushSummaries(now, false);
  }

  #flushSummaries(now: Instant, force: boolean): void {
    const { engine, queue, telemetry, regroupRatio } = this.#deps;
    const rows = engine.flushSummaries(now, force);
    if (rows.length === 0) return;
    const payload = encodeSummaries(rows, now.wallMs);
    const reservation = queue.reserve(payload.length + COLUMN_BYTES_PER_RECORD * rows.length);
    if (reservation === undefined) {
      engine.returnSummaries(rows);
      return;
    }
    telemetry.ledger.generated(rows.length);
    telemetry.ledger.kept("summary", rows.length);
    void reservation.commit({
      payload,
      reasons: new Uint8Array(rows.length).fill(SUMMARY),
      severities: new Uint8Array(rows.length).fill(SEVERITY_TRACE),
      receivedWallMs: now.wallMs,
    });
    engine.spend(payload.length * regroupRatio());
  }

  #takeOutput(): ByteWriter {
    if (this.#out.bytes.length > RETAINED_OUTPUT_BYTES) this.#out = new ByteWriter(64 * 1024);
    this.#out.reset();
    return this.#out;
  }
}

function reservationBytes(batch: LogBatch): number {
  return batch.length + batch.recordCount * (GROWTH_PER_RECORD + COLUMN_BYTES_PER_RECORD);
}

function resourceOf(batch: LogBatch, i: number): number {
  return batch.scopes[batch.scope[i] ?? 0]?.resource ?? 0;
}

/** Reason and severity of each survivor, in wire order. */
function columnsOf(batch: LogBatch, kept: number): { readonly reasons: Uint8Array; readonly severities: Uint8Array } {
  const reasons = new Uint8Array(kept);
  const severities = new Uint8Array(kept);
  let at = 0;
  for (let i = 0; i < batch.recordCount; i++) {
    if (batch.keep[i] !== 1) continue;
    reasons[at] = batch.reason[i] ?? 0;
    severities[at++] = batch.severity[i] ?? 0;
  }
  return { reasons, severities };
}

function invalidOrThrow(error: unknown): ConsumeResult {
  if (error instanceof DecodeError) return { kind: "invalid", message: error.message };
  throw error;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
