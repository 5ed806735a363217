/**
 * The middle of the product: takes requests from the receivers, runs the engine over them, and puts survivors and
 * summaries into the export queue. Synchronous from request to answer for up to SLICE_RECORDS records; larger requests
 * give the event loop a turn between slices.
 *
 * Promises: queue space is reserved before any counter moves; a request whose commit fails is undone whole; every record
 * enters the ledger exactly once. Bounded by admission (bytes in flight) and by the queue.
 */

import type { Engine } from "../core/engine/engine.ts";
import { ByteWriter } from "../core/otlp/wire/byte-writer.ts";
import { DecodeError } from "../core/otlp/wire/decode-error.ts";
import type { RequestWork } from "../core/request/request-work.ts";
import { SLICE_RECORDS } from "../core/request/request-work.ts";
import type { ConsumeResult, LogsConsumer, RequestOrigin } from "../model/consumer.ts";
import { REJECT_REASONS } from "../model/decision.ts";
import type { Environment } from "../model/environment.ts";
import type { Instant } from "../model/instant.ts";
import type { LogBatch } from "../model/log-batch.ts";
import type { Component, ComponentHealth } from "../model/ports/component.ts";
import type { FleetBudget } from "../model/ports/fleet-budget.ts";
import type { ExportQueue, QueueReservation } from "../model/ports/queue.ts";
import type { Telemetry } from "../model/telemetry.ts";
import { BilledBytes } from "./billed-bytes.ts";
import { BudgetSharing } from "./budget-sharing.ts";
import type { OverBudget } from "./over-budget.ts";
import { COLUMN_BYTES_PER_RECORD, OwnRecords } from "./own-records.ts";
import { RequestAccounting } from "./request-accounting.ts";

const TICK_MS = 1000;
/** What a survivor may grow by: stamps (70), lengths, and UTF-8 repair (one byte becomes three, of text only). */
const GROWTH_PER_RECORD = 96;
/** More than a queue adds to an entry for itself. */
const ENTRY_MARGIN_BYTES = 1024;
/** A refused sender comes back after this; the queue drains in the meantime. */
const RETRY_AFTER_MS = 2000;
/** The output buffer is kept from request to request up to this size. */
const RETAINED_OUTPUT_BYTES = 1024 * 1024;

export interface PipelineDeps {
  readonly engine: Engine;
  readonly queue: ExportQueue;
  readonly telemetry: Telemetry;
  readonly env: Environment;
  /** With whom the absolute ceilings are held together; absent: they are this instance's own. */
  readonly fleet?: FleetBudget | undefined;
  /** Built request bytes per queued byte, as the exporters see it. */
  readonly regroupRatio: () => number;
  /** True: nothing is dropped, and what would have been kept is what the budget is charged with. */
  readonly observing: boolean;
}

export class LogPipeline implements LogsConsumer, Component {
  readonly id: string = "pipeline";
  /** What came and what was built, by service. */
  readonly billed: BilledBytes;
  readonly #deps: PipelineDeps;
  readonly #accounting: RequestAccounting;
  readonly #ownRecords: OwnRecords;
  readonly #sharing: BudgetSharing;
  #out = new ByteWriter(64 * 1024);
  #timer: NodeJS.Timeout | undefined;
  #commitFailures = 0;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
    this.billed = new BilledBytes(deps.engine.sampler.parts.services);
    this.#accounting = new RequestAccounting({ ...deps, billed: this.billed });
    this.#ownRecords = new OwnRecords({ ...deps, billed: this.billed });
    this.#sharing = new BudgetSharing(deps.engine.sampler, deps.fleet);
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
    this.#ownRecords.flushSummaries(this.#deps.env.now(), true);
    this.#deps.engine.context.clear();
    return Promise.resolve();
  }

  health(): ComponentHealth {
    if (this.#commitFailures > 0) {
      return { state: "degraded", message: `${this.#commitFailures} requests could not be stored and were refused` };
    }
    const { coarseScopes } = this.#deps.engine.signature.stats;
    if (coarseScopes === 0) return this.#noveltyHealth();
    const message = `Nearly every line of ${coarseScopes} services (by severity class) is a pattern of its own; new ones are reported as a few coarse patterns`;
    return { state: "degraded", message };
  }

  #noveltyHealth(): ComponentHealth {
    const { collapsed } = this.#deps.engine.sampler.parts.guard;
    if (collapsed === 0) return { state: "ok" };
    const message = `${collapsed} services bring far more new patterns than their past lets expect; beyond their share of the novelty allowance first lines of theirs are a weighted sample`;
    return { state: "degraded", message };
  }

  /** First lines that no longer fitted the novelty allowance, since start. */
  get noveltyOverflow(): number {
    return this.#accounting.noveltyOverflow;
  }

  get overBudget(): OverBudget {
    return this.#accounting.overBudget;
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
    if (reservation === undefined) return this.#noRoom(batch);
    const now = env.now();
    engine.advance(now, queue.fill());
    const out = this.#takeOutput();
    try {
      engine.process(work, 0, 0, batch.recordCount, origin, now, out);
    } catch (error) {
      reservation.release();
      throw error;
    }
    return this.#commit(work, 1, batch.recordCount, origin, now, reservation, out);
  }

  /** Later, or never: who sends again what cannot fit an empty queue would do so for ever. */
  #noRoom(batch: LogBatch): ConsumeResult {
    if (reservationBytes(batch) + ENTRY_MARGIN_BYTES < this.#deps.queue.depth().maxBytes) {
      return { kind: "refused", cause: "queue_full", retryAfterMs: RETRY_AFTER_MS };
    }
    return {
      kind: "invalid",
      message: "The request needs more room than the whole export queue has; send less at once",
    };
  }

  /** Large requests: index, decide and encode in slices, one queue entry at the end. */
  async #consumeInSlices(work: RequestWork, origin: RequestOrigin): Promise<ConsumeResult> {
    const { engine, env, queue } = this.#deps;
    try {
      do await nextTurn();
      while (!work.pass.step(SLICE_RECORDS));
      const { batch } = work;
      const reservation = queue.reserve(reservationBytes(batch));
      if (reservation === undefined) return this.#noRoom(batch);
      const out = new ByteWriter(64 * 1024);
      const now = env.now();
      const slices = await this.#processSlices(work, origin, now, out).catch((error: unknown) => {
        reservation.release();
        throw error;
      });
      return await this.#commit(work, slices, SLICE_RECORDS, origin, now, reservation, out);
    } catch (error) {
      return invalidOrThrow(error);
    } finally {
      engine.release(work);
    }
  }

  /** @returns how many slices there were */
  async #processSlices(work: RequestWork, origin: RequestOrigin, now: Instant, out: ByteWriter): Promise<number> {
    const { engine, env, queue } = this.#deps;
    const { recordCount } = work.batch;
    let slices = 0;
    for (let from = 0; from < recordCount; from += SLICE_RECORDS) {
      if (slices > 0) await nextTurn();
      engine.advance(env.now(), queue.fill());
      const to = Math.min(recordCount, from + SLICE_RECORDS);
      engine.process(work, slices, from, to, origin, now, out);
      slices++;
    }
    return slices;
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
    let rejected = 0;
    if (origin.transcoding !== undefined) {
      this.#accounting.countTranscoding(origin.transcoding);
      rejected = origin.transcoding.rejected;
    }
    for (const [code, reason] of REJECT_REASONS.entries()) {
      const count = batch.rejected[code] ?? 0;
      if (count > 0) ledger.rejected(reason, count);
      rejected += count;
    }
    const received = batch.recordCount + rejected;
    if (received > 0) ledger.received(origin.transport, received);
    if (builtBytes !== undefined) {
      this.#accounting.count(work, slices, builtBytes);
      this.#ownRecords.releaseContext(work, slices);
    }
    const message = origin.transcoding?.message || batch.rejectedMessage;
    return { kind: "accepted", rejectedRecords: rejected, message };
  }

  #tick(): void {
    const now = this.#deps.env.now();
    this.#deps.engine.advance(now, this.#deps.queue.fill());
    this.#ownRecords.flushSummaries(now, false);
    this.#sharing.tick();
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
