/**
 * The pipeline takes requests from the receivers, runs the engine over them, and puts survivors and summaries into the
 * export queue. It is synchronous from request to answer for up to SLICE_RECORDS records; between the slices of larger
 * requests the event loop runs.
 *
 * Promises: queue space is reserved before any counter changes; a request that fails, in the engine or in the queue, is
 * undone as a whole; every record enters the ledger exactly once. Bounded by admission (bytes in flight) and by the
 * queue.
 */

import type { Engine } from "../core/engine/engine.ts";
import type { RequestTransaction } from "../core/engine/request-transaction.ts";
import { DecodeError } from "../core/otlp/wire/decode-error.ts";
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
/** Bytes by which a survivor may grow: stamps (70), lengths, and UTF-8 repair of text (one byte becomes three). */
const GROWTH_PER_RECORD = 96;
/** More bytes than a queue adds to an entry. */
const ENTRY_MARGIN_BYTES = 1024;
/** Time after which a refused sender may retry; the queue drains meanwhile. */
const RETRY_AFTER_MS = 2000;

export interface PipelineDeps {
  readonly engine: Engine;
  readonly queue: ExportQueue;
  readonly telemetry: Telemetry;
  readonly env: Environment;
  /** The fleet that shares the absolute ceilings; absent: they are this instance's own. */
  readonly fleet?: FleetBudget | undefined;
  /** Built request bytes per queued byte, as the exporters measure it. */
  readonly regroupRatio: () => number;
}

export class LogPipeline implements LogsConsumer, Component {
  readonly id: string = "pipeline";
  /** Received and built bytes by service. */
  readonly billed: BilledBytes;
  readonly #deps: PipelineDeps;
  readonly #accounting: RequestAccounting;
  readonly #ownRecords: OwnRecords;
  readonly #sharing: BudgetSharing;
  #timer: NodeJS.Timeout | undefined;
  #commitFailures = 0;

  constructor(deps: PipelineDeps) {
    this.#deps = deps;
    this.billed = new BilledBytes(deps.engine.sampler.view);
    this.#accounting = new RequestAccounting({ ...deps, billed: this.billed });
    this.#ownRecords = new OwnRecords({ ...deps, billed: this.billed });
    this.#sharing = new BudgetSharing(deps.engine.sampler, deps.fleet);
  }

  start(): Promise<void> {
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    return Promise.resolve();
  }

  /** Called when the receivers have drained: sends the last summaries. */
  shutdown(): Promise<void> {
    if (this.#timer === undefined) return Promise.resolve();
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#ownRecords.flushSummaries(this.#deps.env.now(), true);
    this.#deps.engine.context.clear();
    this.#ownRecords.settleContext();
    return Promise.resolve();
  }

  health(): ComponentHealth {
    if (this.#commitFailures > 0) {
      return {
        state: "degraded",
        message: `${this.#commitFailures} requests were refused because the queue could not store them`,
      };
    }
    const { coarseScopes } = this.#deps.engine.signature.stats;
    if (coarseScopes === 0) return this.#noveltyHealth();
    const message = `In ${coarseScopes} pairs of service and severity class nearly every line has a pattern of its own; new patterns there are reported as a few coarse patterns`;
    return { state: "degraded", message };
  }

  #noveltyHealth(): ComponentHealth {
    const { explodingServices: exploding } = this.#deps.engine.sampler.view.counters();
    if (exploding === 0) return { state: "ok" };
    const message = `${exploding} services have a pattern explosion: far more new patterns than their past predicts; first lines beyond their share of the novelty allowance are sampled and weighted`;
    return { state: "degraded", message };
  }

  /** First lines that exceeded the novelty allowance and the reserve, since the start. */
  get noveltyOverflow(): number {
    return this.#accounting.noveltyOverflow;
  }

  get overBudget(): OverBudget {
    return this.#accounting.overBudget;
  }

  consumeLogs(request: Uint8Array, origin: RequestOrigin): ConsumeResult | Promise<ConsumeResult> {
    const transaction = this.#deps.engine.begin(request, origin);
    try {
      // A small request is indexed in one step; the first step of a large one ends early.
      const result = transaction.index()
        ? this.#consume(transaction, origin)
        : this.#consumeInTurns(transaction, origin);
      if (result instanceof Promise) return result.catch(invalidOrThrow).finally(() => transaction.end());
      transaction.end();
      return result;
    } catch (error) {
      transaction.end();
      return invalidOrThrow(error);
    }
  }

  /** A request of one slice: answered synchronously, unless the queue is asynchronous. */
  #consume(transaction: RequestTransaction, origin: RequestOrigin): ConsumeResult | Promise<ConsumeResult> {
    const { batch } = transaction;
    const { env, queue } = this.#deps;
    if (batch.recordCount === 0) return this.#accept(transaction, origin, undefined);
    const reservation = queue.reserve(reservationBytes(batch));
    if (reservation === undefined) return this.#noRoom(batch);
    const now = env.now();
    try {
      this.#step(transaction, now, now);
    } catch (error) {
      reservation.release();
      throw error;
    }
    return this.#store(transaction, origin, reservation, now);
  }

  /** A large request: read, decided and encoded slice by slice, one queue entry at the end. */
  async #consumeInTurns(transaction: RequestTransaction, origin: RequestOrigin): Promise<ConsumeResult> {
    const { batch } = transaction;
    const { env, queue } = this.#deps;
    do await nextTurn();
    while (!transaction.index());
    const reservation = queue.reserve(reservationBytes(batch));
    if (reservation === undefined) return this.#noRoom(batch);
    const now = env.now();
    try {
      while (this.#step(transaction, now, env.now())) await nextTurn();
    } catch (error) {
      reservation.release();
      throw error;
    }
    return await this.#store(transaction, origin, reservation, now);
  }

  /** @param arrivedAt time of arrival, by which the request is decided @returns whether slices are left */
  #step(transaction: RequestTransaction, arrivedAt: Instant, now: Instant): boolean {
    this.#deps.engine.advance(now, this.#deps.queue.fill());
    return transaction.step(arrivedAt);
  }

  /** Refuses a request for now, or as invalid when it exceeds an empty queue: a sender would retry that for ever. */
  #noRoom(batch: LogBatch): ConsumeResult {
    if (reservationBytes(batch) + ENTRY_MARGIN_BYTES < this.#deps.queue.depth().maxBytes) {
      return { kind: "refused", cause: "queue_full", retryAfterMs: RETRY_AFTER_MS };
    }
    return {
      kind: "invalid",
      message: "The request is larger than the whole export queue; send smaller requests",
    };
  }

  /** Puts the survivors into the queue, and commits or aborts by its answer. */
  #store(
    transaction: RequestTransaction,
    origin: RequestOrigin,
    reservation: QueueReservation,
    { wallMs }: Instant,
  ): ConsumeResult | Promise<ConsumeResult> {
    const survivors = transaction.survivors();
    if (survivors === undefined) {
      reservation.release();
      return this.#accept(transaction, origin, 0);
    }
    const accept = (): ConsumeResult => this.#accept(transaction, origin, survivors.payload.length);
    let stored: void | Promise<void>;
    try {
      stored = reservation.commit({ ...survivors, receivedWallMs: wallMs });
    } catch {
      return this.#refuse(transaction);
    }
    return stored === undefined ? accept() : stored.then(accept, () => this.#refuse(transaction));
  }

  #refuse(transaction: RequestTransaction): ConsumeResult {
    this.#commitFailures++;
    transaction.abort();
    return { kind: "refused", cause: "queue_full", retryAfterMs: RETRY_AFTER_MS };
  }

  /** Counts a stored request. @param builtBytes bytes of the survivors; undefined when the request has no records */
  #accept(transaction: RequestTransaction, origin: RequestOrigin, builtBytes: number | undefined): ConsumeResult {
    const { telemetry } = this.#deps;
    const { batch } = transaction;
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
    if (builtBytes !== undefined) this.#commit(transaction, builtBytes);
    const message = origin.transcoding?.message || batch.rejectedMessage;
    return { kind: "accepted", rejectedRecords: rejected, message };
  }

  #commit(transaction: RequestTransaction, builtBytes: number): void {
    const now = this.#deps.env.now();
    const billedBytes = builtBytes * this.#deps.regroupRatio();
    const committed = transaction.commit(now, billedBytes);
    this.#accounting.count(transaction, committed, billedBytes);
    this.#ownRecords.forwardContexts(committed.contexts, now);
    for (const { repairs } of committed.contexts) this.#accounting.countRepairs(repairs);
    this.#ownRecords.settleContext();
  }

  #tick(): void {
    const now = this.#deps.env.now();
    this.#deps.engine.advance(now, this.#deps.queue.fill());
    this.#ownRecords.settleContext();
    this.#ownRecords.flushSummaries(now, false);
    this.#sharing.tick();
  }
}

function reservationBytes(batch: LogBatch): number {
  return batch.length + batch.recordCount * (GROWTH_PER_RECORD + COLUMN_BYTES_PER_RECORD);
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
