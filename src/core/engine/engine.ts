/**
 * The whole data plane between a received request and a queue entry, as one synchronous object: index, signature,
 * decision, survivors. Live traffic, replay, backtests and simulations run this class; it owns all hot state and reads
 * no clock.
 */
import type { Sender } from "../../model/consumer.ts";
import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { BODY_STRING, MARK_OWN_EVENT, MARK_PASS_THROUGH } from "../../model/log-batch.ts";
import type { SamplingRule } from "../../model/policy.ts";
import type { SummaryHistory } from "../../model/ports/history.ts";
import type { RecordSlice } from "../../model/record-slice.ts";
import { ContextKeeper } from "../context/context-keeper.ts";
import type { ReleasedContext } from "../context/context-release.ts";
import type { ContextRing } from "../context/context-ring.ts";
import { SurvivorEncoder } from "../otlp/encode/encode-survivors.ts";
import type { StampMode, StampPlan, StampSource } from "../otlp/encode/stamps.ts";
import { bodyContains, RecordQuery } from "../otlp/index/record-query.ts";
import { decodeUtf8 } from "../otlp/wire/utf8.ts";
import { RequestWork } from "../request/request-work.ts";
import type { RecordProbe } from "../sampling/rules/rules.ts";
import { Sampler } from "../sampling/sampler.ts";
import type { SamplingSettings } from "../sampling/settings.ts";
import type { InspectedPattern } from "../signature/pattern-inspector.ts";
import { PatternInspector } from "../signature/pattern-inspector.ts";
import { SignatureStage } from "../signature/signature-stage.ts";
import type { SummaryRow } from "../summaries/summary-flush.ts";
import { SummaryFlush } from "../summaries/summary-flush.ts";
import type { TransactionHost } from "./request-transaction.ts";
import { RequestTransaction } from "./request-transaction.ts";
import { ServingRules } from "./serving-rules.ts";

export interface EngineSettings {
  readonly sampling: SamplingSettings;
  /** Examined prefix of a body, bytes. */
  readonly signatureMaxBytes: number;
  /** Words of a body that its signature is computed from. */
  readonly signatureMaxWords: number;
  readonly stamp: StampMode;
  /** Prefix of summary and record ids, from instance and boot: never used twice. */
  readonly origin: string;
  /** RFC 3339 to unix milliseconds; the core has no calendar. */
  readonly parseTime: (rfc3339: string) => number;
}

/** Most works that wait for reuse; requests beyond as many at a time are rare and create their own. */
const POOLED_WORKS = 4;

export class Engine {
  readonly signature: SignatureStage;
  readonly sampler: Sampler;
  readonly #settings: EngineSettings;
  readonly #encoder = new SurvivorEncoder();
  readonly #query = new RecordQuery();
  readonly #rules: ServingRules;
  readonly #inspector: PatternInspector;
  readonly #summaries: SummaryFlush;
  readonly #pool: RequestWork[] = [];
  readonly #keeper: ContextKeeper;
  readonly #minimal: StampPlan;
  readonly #observing: StampPlan;
  #policyVersion = "none";
  #uids = 0;
  readonly #host: TransactionHost = {
    decide: (work, slice) => this.#decide(work, slice),
    undo: ({ decisions }, slice) => this.sampler.undo(slice, decisions),
    hold: (work, slices, now) => this.#keeper.hold(work, slices, now),
    releaseContext: (work, record, now) => this.#releaseContext(work, record, now),
    spend: (bytes) => this.sampler.spend(bytes),
    release: (work) => this.#release(work),
  };

  /** @param history receives exact counts by pattern and minute; absent: they are not stored */
  constructor(settings: EngineSettings, history?: SummaryHistory) {
    const { sampling } = settings;
    this.#settings = settings;
    this.signature = new SignatureStage(
      {
        maxPatterns: sampling.maxPatterns,
        maxBytes: settings.signatureMaxBytes,
        maxWords: settings.signatureMaxWords,
        maxServices: sampling.maxServices,
        hashKey: sampling.key,
      },
      {
        onEvict: (row) => this.#evict(row),
        onMerge: (row, into) => this.#merge(row, into),
        isReturning: (row) => this.sampler.wasEvicted(row),
      },
    );
    this.#inspector = new PatternInspector(this.signature, {
      maxBytes: settings.signatureMaxBytes,
      maxWords: settings.signatureMaxWords,
      hashKey: sampling.key,
    });
    const probe: RecordProbe = {
      attributeEquals: (batch, record, key, value) => this.#query.attributeEquals(batch, record, key, value),
      bodyContains,
    };
    this.sampler = new Sampler(
      { ...sampling, maxPatterns: this.signature.patterns.capacity },
      this.signature.patterns,
      probe,
    );
    this.#rules = new ServingRules({
      sampler: this.sampler,
      probe,
      canonicalId: (id) => this.signature.patterns.canonicalId(id),
      parseTime: settings.parseTime,
    });
    this.#summaries = new SummaryFlush(
      { ...sampling.summaries, origin: settings.origin },
      this.sampler.summaries,
      this.signature.patterns,
      history,
    );
    this.#keeper = new ContextKeeper(sampling.context, sampling.maxServices, {
      signature: this.signature,
      encoder: this.#encoder,
      summaries: this.sampler.summaries,
    });
    const source = this.#stampSource();
    this.#minimal = { mode: settings.stamp, observe: false, source };
    this.#observing = { mode: settings.stamp, observe: true, source };
  }

  #stampSource(): StampSource {
    const engine = this;
    return {
      get policyVersion(): string {
        return engine.#policyVersion;
      },
      idBytes: (row) => engine.signature.patterns.idBytes(row),
      template: (row) => engine.signature.patterns.template(row),
      randomness: ({ batch, decisions }, i) => engine.sampler.randomnessText(batch, decisions, i),
      uid: () => `${engine.#settings.origin}-r${(engine.#uids++).toString(36)}`,
    };
  }

  /** Runs the tick when it is due. @param backlog fill of the export queue, 0 to 1 */
  advance(now: Instant, backlog: number): void {
    if (this.sampler.advance(now, backlog)) this.#keeper.ring.expire(now.monoMs);
  }

  /** Begins a request. @param sender the stamps of a trusted one count: its weights multiply */
  begin(request: Uint8Array, sender: Sender): RequestTransaction {
    return new RequestTransaction(this.#host, this.#pool.pop() ?? new RequestWork(), request, sender);
  }

  #release(work: RequestWork): void {
    work.reset();
    if (this.#pool.length < POOLED_WORKS) this.#pool.push(work);
  }

  #decide(work: RequestWork, slice: RecordSlice): void {
    const { decisions, out, repairs } = work;
    if (slice.sender.trusted) this.#readIncoming(slice);
    this.signature.assign(slice.batch, slice.from, slice.to);
    this.#rules.refresh(slice.now.wallMs);
    this.sampler.decide(slice, decisions);
    if (decisions.counts(slice.index).keptRecords === 0) return;
    this.#encoder.encode(slice, decisions, this.#stampPlan(), { out, repairs });
  }

  #stampPlan(): StampPlan {
    return this.#settings.sampling.mode === "observe" ? this.#observing : this.#minimal;
  }

  /** Reads the weights that a trusted sender stamped, and marks its summaries and other own events to pass through. */
  #readIncoming({ batch, from, to }: RecordSlice): void {
    if (batch.incoming.length < batch.recordCount) batch.incoming = new Float64Array(batch.recordCount);
    batch.weighted = true;
    for (let i = from; i < to; i++) {
      if ((batch.marks[i] & MARK_OWN_EVENT) !== 0) batch.marks[i] |= MARK_PASS_THROUGH;
      const { weight, probability } = this.#query.readStamps(batch, i);
      batch.incoming[i] = weight ?? (probability === undefined ? 1 : 1 / probability);
    }
  }

  /** Releases the context of a trigger: the last lines of its trace and of its service, nearest first. */
  #releaseContext({ batch }: RequestWork, record: number, now: Instant): ReleasedContext | undefined {
    const released = this.#keeper.release({ batch, record }, now, this.#minimal, this.sampler.contextAllowance());
    if (released !== undefined) this.sampler.chargeContext(released.payload.length);
    return released;
  }

  /** Records that left the ring unreleased since the last call, by severity number; undefined when there are none. */
  takeSampledOut(): Float64Array | undefined {
    return this.#keeper.takeUnreleased();
  }

  get context(): ContextRing {
    return this.#keeper.ring;
  }

  /**
   * Adds bytes that were really built from forwarded records, by any reason: their cost beyond the expected bytes
   * lowers the balance over the next minutes.
   */
  spend(builtBytes: number): void {
    this.sampler.spend(builtBytes);
  }

  /** Rows of the summaries that are due. @param force all of them, at shutdown */
  flushSummaries(now: Instant, force: boolean): SummaryRow[] {
    const { unlimited, granted, balance } = this.sampler.view.budget();
    const payable = unlimited ? Number.POSITIVE_INFINITY : granted;
    return this.#summaries.flush(now.monoMs, payable, force ? balance : undefined);
  }

  /** Rows of exact counts that the history did not accept, since the start. */
  get historyDropped(): number {
    return this.#summaries.historyDropped;
  }

  /** Takes back summaries that the queue refused: they are sent later, with new ids. */
  requeueSummaries(rows: readonly SummaryRow[]): void {
    this.#summaries.requeue(rows);
  }

  /** Merges two patterns: the summaries of the old row are sent under its own id, its rates are added to the other. */
  #merge(row: number, into: number): void {
    this.#summaries.evict(row);
    this.sampler.merge(row, into);
    this.#rules.patternsMerged();
  }

  #evict(row: number): void {
    this.#summaries.evict(row);
    this.sampler.evict(row);
  }

  /** The pattern of a record; the pattern table learns nothing from it. */
  inspect(batch: LogBatch, i: number): InspectedPattern {
    const isText = batch.bodyKind[i] === BODY_STRING;
    const text = isText ? decodeUtf8(batch.bytes, batch.bodyStart[i], batch.bodyEnd[i]) : "";
    return this.#inspector.inspect(batch, i, text);
  }

  /** Sets the rules of user and policy, in order of precedence, from the next slice on. */
  setRules(rules: readonly SamplingRule[], wallMs: number, resolve: (id: string) => string): void {
    this.#rules.set(rules, wallMs, resolve);
  }

  setPolicyVersion(version: string): void {
    this.#policyVersion = version;
  }

  get policyVersion(): string {
    return this.#policyVersion;
  }
}
