/**
 * Recorded logs through the real engine under a simulated clock: both clocks are the running maximum of record times.
 * Deterministic in input, seed, policy and configuration. What is billed is counted as the exporter would build it:
 * survivors and summaries are regrouped once a second of recorded time.
 */
import type { Engine } from "../core/engine/engine.ts";
import { ByteWriter } from "../core/otlp/wire/byte-writer.ts";
import type { RequestWork } from "../core/request/request-work.ts";
import { SLICE_RECORDS } from "../core/request/request-work.ts";
import { encodeSummaries } from "../core/summaries/summary-payload.ts";
import { KEEP_REASONS, REJECT_REASONS } from "../model/decision.ts";
import type { Instant } from "../model/instant.ts";
import type { LogBatch } from "../model/log-batch.ts";
import { BilledExport } from "./billed-export.ts";
import type { RecordedBatch } from "./recorded-batch.ts";
import { ReplayReport } from "./replay-report.ts";

/** One record's fate, in the names of the decisions file. */
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
/** A recorded file is one sender, and nobody's weights count. */
const SENDER = { trusted: false, peer: 0 } as const;
const TICK_MS = 1000;
const LIVED_SILENCE_MS = 120_000;

export class Replay {
  readonly report: ReplayReport;
  readonly #engine: Engine;
  readonly #sink: DecisionSink | undefined;
  readonly #export: BilledExport;
  readonly #out = new ByteWriter(256 * 1024);
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
   * @returns how many records were read
   * @throws {DecodeError} when the request's framing is damaged
   */
  feed(recorded: RecordedBatch): number {
    const engine = this.#engine;
    const work = engine.acquire();
    try {
      const { batch } = work;
      work.pass.begin(batch, recorded.request, recorded.request.length);
      while (!work.pass.step(SLICE_RECORDS));
      const now = this.#advanceTo(latestMs(batch));
      const { length: unread } = recorded.rejectedAt;
      const rejected = REJECT_REASONS.reduce((sum, _, code) => sum + (batch.rejected[code] ?? 0), unread);
      this.report.received(batch, rejected, recorded.request.length, this.#clockMs);
      const slices = this.#decide(work, now);
      this.#hold(work, slices, now, recorded);
      this.#records += batch.recordCount + unread;
      return batch.recordCount;
    } finally {
      engine.release(work);
    }
  }

  /**
   * Moves the clock on as a live process would live it: second by second, because rates tell a pause from a sender's
   * batching by the ticks in between. Of a long silence only the first and the last minutes are lived through.
   */
  #advanceTo(timeMs: number): Instant {
    const targetMs = Math.max(this.#clockMs, timeMs);
    if (this.#clockMs === 0) this.#clockMs = targetMs;
    while (targetMs - this.#clockMs > TICK_MS) {
      const isLong = targetMs - this.#clockMs > LIVED_SILENCE_MS && this.#silentMs >= LIVED_SILENCE_MS;
      const stepMs = isLong ? targetMs - this.#clockMs - LIVED_SILENCE_MS : TICK_MS;
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

  /** A record that is held may yet become context: decisions wait until their request has left the ring. */
  #hold(work: RequestWork, slices: number, now: Instant, recorded: RecordedBatch): void {
    const { tag } = this.#engine.hold(work, slices, now);
    const decisions = this.#sink === undefined ? [] : this.#decisions(work.batch, recorded);
    this.#waiting.push({ tag, decisions });
    for (let slice = 0; slice < slices; slice++) {
      const { triggers, triggerCount } = work.outcome(slice);
      for (let at = 0; at < triggerCount; at++) this.#release(work.batch, triggers[at] ?? 0, now);
    }
    this.#emitSettled();
  }

  #release(batch: LogBatch, record: number, now: Instant): void {
    const released = this.#engine.releaseContext(batch, record, now);
    if (released === undefined) return;
    this.report.releasedContext(released.reasons.length);
    this.#export.add(released.payload, now.monoMs);
    for (const { tag, record: at } of released.released) {
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

  #decide(work: RequestWork, now: Instant): number {
    const { batch } = work;
    this.#out.reset();
    let slice = 0;
    for (let from = 0; from < batch.recordCount; from += SLICE_RECORDS) {
      const to = Math.min(batch.recordCount, from + SLICE_RECORDS);
      this.#engine.process(work, slice, from, to, SENDER, now, this.#out);
      this.report.decided(batch, from, to, work.outcome(slice), now.wallMs);
      slice++;
    }
    if (this.#out.length > 0) this.#export.add(this.#out.copy(), now.monoMs);
    return slice;
  }

  #flushSummaries(now: Instant, force: boolean): void {
    const rows = this.#engine.flushSummaries(now, force);
    if (rows.length === 0) return;
    this.report.summarised(rows);
    this.#export.add(encodeSummaries(rows, now.wallMs), now.monoMs);
  }

  /** Those of the request's records in wire order, then those of the rejected ones. */
  #decisions(batch: LogBatch, { positions, rejectedAt }: RecordedBatch): RecordedDecision[] {
    const decisions: RecordedDecision[] = [];
    let skipped = 0;
    for (let i = 0; i < batch.recordCount; i++) {
      while (rejectedAt[skipped] === i + skipped) skipped++;
      const keep = batch.keep[i] === 1;
      const code = batch.reason[i] ?? 0;
      const dropped = code < KEEP_REASONS.length ? "sampled_out" : "muted";
      decisions.push({
        i: positions?.[i] ?? this.#records + i + skipped,
        pattern: this.#engine.signature.patterns.id(batch.pattern[i] ?? 0),
        keep,
        weight: batch.weight[i] ?? 0,
        p: batch.probability[i] ?? 0,
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
