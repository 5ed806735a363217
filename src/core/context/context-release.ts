/**
 * Forwards held records as the context of a trigger: first those of its trace, then the last ones of its service,
 * nearest first, within a byte allowance. Each is forwarded once, with weight 0 and reason `context`: no probability
 * led to it, so it adds nothing to counts.
 */
import { keepReasonCode } from "../../model/decision.ts";
import type { RepairCounts, SurvivorEncoder } from "../otlp/encode/encode-survivors.ts";
import { createRepairCounts } from "../otlp/encode/encode-survivors.ts";
import type { StampPlan } from "../otlp/encode/stamps.ts";
import { ByteWriter } from "../otlp/wire/byte-writer.ts";
import { RequestWork } from "../request/request-work.ts";
import { stampBytesOf } from "../sampling/budget/record-cost.ts";
import type { SignatureStage } from "../signature/signature-stage.ts";
import type { SummaryAccumulator } from "../summaries/summary-accumulator.ts";
import type { ContextRing, HeldRequest } from "./context-ring.ts";

export interface ContextTrigger {
  readonly service: string;
  /** 16 bytes, or undefined for a record without a trace. */
  readonly traceId: Uint8Array | undefined;
}

export interface ReleasedContext {
  readonly payload: Uint8Array;
  /** KEEP_REASONS codes and severities of the records, in wire order. */
  readonly reasons: Uint8Array;
  readonly severities: Uint8Array;
  /** Repairs made in the records. */
  readonly repairs: Readonly<RepairCounts>;
  /** Number of records of each service. */
  readonly services: ReadonlyMap<string, number>;
  /** The records and the tags of their held requests, for replay. */
  readonly released: readonly { readonly tag: number; readonly record: number }[];
}

/** Parts that the releaser shares with the engine. */
export interface ContextParts {
  readonly signature: SignatureStage;
  readonly encoder: SurvivorEncoder;
  readonly summaries: SummaryAccumulator;
}

const CONTEXT = keepReasonCode("context");
/** Bytes of requests that are searched for a trace in other services: 8 MiB are indexed in a few milliseconds. */
const TRACE_SCAN_BYTES = 8 * 1024 * 1024;

export class ContextReleaser {
  readonly #ring: ContextRing;
  readonly #signature: SignatureStage;
  readonly #encoder: SurvivorEncoder;
  readonly #summaries: SummaryAccumulator;
  readonly #work: RequestWork = new RequestWork();
  readonly #out = new ByteWriter(64 * 1024);
  #repairs = createRepairCounts();
  #severities: number[] = [];
  #released: { tag: number; record: number }[] = [];
  #services = new Map<string, number>();
  #bytesLeft = 0;
  #stampBytes = 0;

  constructor(ring: ContextRing, parts: ContextParts) {
    this.#ring = ring;
    this.#signature = parts.signature;
    this.#encoder = parts.encoder;
    this.#summaries = parts.summaries;
  }

  /** @param maxBytes billed bytes that may be released @returns undefined when no held record fits */
  release(trigger: ContextTrigger, stamps: StampPlan, maxBytes: number): ReleasedContext | undefined {
    this.#out.reset();
    this.#repairs = createRepairCounts();
    this.#severities = [];
    this.#released = [];
    this.#services = new Map();
    this.#bytesLeft = maxBytes;
    this.#stampBytes = stampBytesOf(stamps.mode);
    if (trigger.traceId !== undefined) this.#releaseTrace(trigger.traceId, stamps);
    for (const entry of this.#ring.newestFirst(trigger.service)) {
      if (this.#bytesLeft <= 0) break;
      this.#releaseFrom(entry, undefined, stamps);
    }
    if (this.#released.length === 0) return undefined;
    return {
      payload: this.#out.copy(),
      reasons: new Uint8Array(this.#released.length).fill(CONTEXT),
      severities: Uint8Array.from(this.#severities),
      services: this.#services,
      repairs: this.#repairs,
      released: this.#released,
    };
  }

  #releaseTrace(traceId: Uint8Array, stamps: StampPlan): void {
    let scanned = 0;
    for (const entry of this.#ring.newestFirst(undefined)) {
      scanned += entry.length;
      if (scanned > TRACE_SCAN_BYTES || this.#bytesLeft <= 0) return;
      this.#releaseFrom(entry, traceId, stamps);
    }
  }

  /** @param traceId releases only records of this trace; undefined for all */
  #releaseFrom(entry: HeldRequest, traceId: Uint8Array | undefined, stamps: StampPlan): void {
    if (entry.heldRecords === 0) return;
    const { batch, pass, decisions } = this.#work;
    pass.begin(batch, this.#ring.requestOf(entry), entry.length);
    while (!pass.step(Number.MAX_SAFE_INTEGER));
    this.#choose(entry, traceId);
    const { keep } = decisions;
    let first = -1;
    for (let i = 0; i < batch.recordCount; i++) {
      if (keep[i] === 0) continue;
      if (first < 0) first = i;
      this.#severities.push(batch.severity[i]);
      this.#released.push({ tag: entry.tag, record: i });
      const { service } = batch.resources[batch.scopes[batch.scope[i]].resource];
      this.#services.set(service, (this.#services.get(service) ?? 0) + 1);
    }
    if (first < 0) return;
    this.#signature.assign(batch, 0, batch.recordCount);
    for (let i = first; i < batch.recordCount; i++) {
      if (keep[i] === 1) this.#summaries.addContext(batch.pattern[i], batch.timeMs[i], 1);
    }
    this.#encoder.encode({ batch, from: 0, to: batch.recordCount }, decisions, stamps, {
      out: this.#out,
      repairs: this.#repairs,
    });
  }

  /** Marks the records to release in the keep column, from the last one back. */
  #choose(entry: HeldRequest, traceId: Uint8Array | undefined): void {
    const { batch, decisions } = this.#work;
    decisions.reserve(batch.recordCount);
    const { keep, weight, probability, reason } = decisions;
    for (let i = batch.recordCount - 1; i >= 0; i--) {
      keep[i] = 0;
      if (entry.held[i] === 0 || (traceId !== undefined && !isOfTrace(batch.bytes, batch.traceStart[i], traceId)))
        continue;
      const bytes = batch.recordEnd[i] - batch.recordStart[i] + this.#stampBytes;
      if (bytes > this.#bytesLeft) continue;
      this.#bytesLeft -= bytes;
      entry.held[i] = 0;
      entry.heldRecords--;
      entry.bySeverity[batch.severity[i]]--;
      keep[i] = 1;
      weight[i] = 0;
      probability[i] = 1;
      reason[i] = CONTEXT;
    }
  }
}

function isOfTrace(bytes: Uint8Array, at: number, traceId: Uint8Array): boolean {
  if (at === 0) return false;
  for (let k = 0; k < 16; k++) if (bytes[at + k] !== traceId[k]) return false;
  return true;
}
