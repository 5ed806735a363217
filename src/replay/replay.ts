/**
 * Recorded logs through the real engine under a simulated clock: both clocks are the running maximum of record times.
 * Deterministic in input, seed, policy and configuration. What is billed is counted as the exporter would build it:
 * survivors and summaries are regrouped once a second of recorded time.
 */
import type { ReleasedContext } from "../core/context/context-release.ts";
import type { Engine } from "../core/engine/engine.ts";
import type { RequestTransaction } from "../core/engine/request-transaction.ts";
import { encodeSummaries } from "../core/summaries/summary-payload.ts";
import { KEEP_REASONS, REJECT_REASONS } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { LogBatch } from "../model/log-batch.ts";
import { BilledExport } from "./billed-export.ts";
import type { RecordedBatch } from "./recorded-batch.ts";
import { ReplayReport } from "./replay-report.ts";

/** The decision about one record, in the names of the decisions file. */
export interface RecordedDecision {
  readonly i: number;
  readonly pattern: string;
  readonly keep: boolean;
  readonly weight: number;
  readonly p: number;
  readonly reason: string;
}

export type DecisionSink = (decisions: readonly RecordedDecision[]) => void;

const REJECTED = { pattern: "", keep: false, weight: 0, p: 0, reason: "rejected" } as const;
/** A recorded file counts as one sender, whose weights do not count. */
const SENDER = { trusted: false, peer: 0 } as const;
const TICK_MS = 1000;
/** Silence that is simulated tick by tick, at its beginning and at its end. */
const SIMULATED_SILENCE_MS = 120_000;

export class Replay {
  readonly report: ReplayReport;
  readonly #engine: Engine;
  readonly #sink: DecisionSink | undefined;
  readonly #export: BilledExport;
  /** Decisions in order of input, in wire order within a request; those of requests in the ring are not final. */
  readonly #waiting: { readonly tag: number; readonly decisions: RecordedDecision[] }[] = [];
  #clockMs = 0;
  #silentMs = 0;
  #records = 0;

  constructor(engine: Engine, sink: DecisionSink | undefined) {
    this.#engine = engine;
    this.#sink = sink;
    this.report = new ReplayReport(engine);
    this.#export = new BilledExport((bytes) => {
      engine.spend(bytes);
      this.report.billed(this.#clockMs, bytes);
    });
  }

  /**
   * @returns the number of records read
   * @throws {DecodeError} when the request's framing is damaged
   */
  feed(recorded: RecordedBatch): number {
    const transaction = this.#engine.begin(recorded.request, SENDER);
    try {
      while (!transaction.index());
      const { batch } = transaction;
      const now = this.#advanceTo(latestMs(batch));
      const { length: unread } = recorded.rejectedAt;
      const rejected = REJECT_REASONS.reduce((sum, _, code) => sum + (batch.rejected[code] ?? 0), unread);
      this.report.received(batch, rejected, recorded.request.length, this.#clockMs);
      while (transaction.step(now));
      this.report.decided(transaction, now.wallMs);
      this.#commit(transaction, now, recorded);
      this.#records += batch.recordCount + unread;
      return batch.recordCount;
    } finally {
      transaction.end();
    }
  }

  /**
   * Advances the clock second by second, like a live process, because rates distinguish a pause from the batching of a
   * sender by the ticks in between. Of a long silence only SIMULATED_SILENCE_MS at its beginning and at its end are
   * simulated.
   */
  #advanceTo(timeMs: number): Instant {
    const targetMs = Math.max(this.#clockMs, timeMs);
    if (this.#clockMs === 0) this.#clockMs = targetMs;
    while (targetMs - this.#clockMs > TICK_MS) {
      const isLong = targetMs - this.#clockMs > SIMULATED_SILENCE_MS && this.#silentMs >= SIMULATED_SILENCE_MS;
      const stepMs = isLong ? targetMs - this.#clockMs - SIMULATED_SILENCE_MS : TICK_MS;
      this.#clockMs += stepMs;
      this.#silentMs += stepMs;
      this.#tick();
    }
    this.#silentMs = 0;
    this.#clockMs = targetMs;
    this.#tick();
    return this.#now();
  }

  #tick(): void {
    const now = this.#now();
    this.#export.advance(now.monoMs);
    this.#engine.advance(now, 0);
    this.#flushSummaries(now, false);
  }

  finish(): ReplayReport {
    const now = this.#now();
    this.#flushSummaries(now, true);
    this.#export.flush();
    this.#engine.context.clear();
    this.#emitSettled();
    return this.report;
  }

  /** A held record may still become context: decisions wait until their request has left the ring. */
  #commit(transaction: RequestTransaction, now: Instant, recorded: RecordedBatch): void {
    const survivors = transaction.survivors();
    if (survivors !== undefined) this.#export.add(survivors.payload, now.monoMs);
    const { held, contexts } = transaction.commit(now, 0);
    const decisions = this.#sink === undefined ? [] : this.#decisions(transaction, recorded);
    this.#waiting.push({ tag: held.tag, decisions });
    for (const context of contexts) this.#forward(context, now);
    this.#emitSettled();
  }

  #forward(context: ReleasedContext, now: Instant): void {
    this.report.releasedContext(context.reasons.length);
    this.#export.add(context.payload, now.monoMs);
    for (const { tag, record: at } of context.released) {
      const waiting = this.#waiting.find((entry) => entry.tag === tag);
      const decision = waiting?.decisions[at];
      if (waiting !== undefined && decision !== undefined) {
        waiting.decisions[at] = { ...decision, keep: true, weight: 0, reason: "context" };
      }
    }
  }

  #emitSettled(): void {
    const oldest = this.#engine.context.oldestTag();
    let settled = 0;
    while (settled < this.#waiting.length && (this.#waiting[settled]?.tag ?? -1) < oldest) settled++;
    for (const { decisions } of this.#waiting.splice(0, settled)) {
      this.#sink?.(decisions.sort((a, b) => a.i - b.i));
    }
  }

  #flushSummaries(now: Instant, force: boolean): void {
    const rows = this.#engine.flushSummaries(now, force);
    if (rows.length === 0) return;
    this.report.summarised(rows);
    this.#export.add(encodeSummaries(rows, now.wallMs), now.monoMs);
  }

  /** Decisions of the request's records in wire order, then those of the rejected records. */
  #decisions(
    { batch, decisions: decided }: RequestTransaction,
    { positions, rejectedAt }: RecordedBatch,
  ): RecordedDecision[] {
    const decisions: RecordedDecision[] = [];
    let skipped = 0;
    for (let i = 0; i < batch.recordCount; i++) {
      while (rejectedAt[skipped] === i + skipped) skipped++;
      const keep = decided.keep[i] === 1;
      const code = decided.reason[i] ?? 0;
      const dropped = code < KEEP_REASONS.length ? "sampled_out" : "muted";
      decisions.push({
        i: positions?.[i] ?? this.#records + i + skipped,
        pattern: this.#engine.signature.patterns.id(batch.pattern[i] ?? 0),
        keep,
        weight: decided.weight[i] ?? 0,
        p: decided.probability[i] ?? 0,
        reason: keep ? (KEEP_REASONS[code] ?? "") : dropped,
      });
    }
    for (const place of rejectedAt) decisions.push({ i: this.#records + place, ...REJECTED });
    return decisions;
  }

  #now(): Instant {
    return { monoMs: this.#clockMs, wallMs: this.#clockMs };
  }
}

function latestMs(batch: LogBatch): number {
  let latest = 0;
  for (let i = 0; i < batch.recordCount; i++) latest = Math.max(latest, batch.timeMs[i] ?? 0);
  return latest;
}
