import type { Sender } from "../../model/consumer.ts";
import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { BODY_STRING, MARK_OWN_EVENT, MARK_PASSES } from "../../model/log-batch.ts";
import type { SamplingRule } from "../../model/policy.ts";
import type { SummaryHistory } from "../../model/ports/history.ts";
import type { HeldRecords } from "../context/context-keeper.ts";
import { ContextKeeper } from "../context/context-keeper.ts";
import type { ReleasedContext } from "../context/context-release.ts";
import type { ContextRing, HeldRequest } from "../context/context-ring.ts";
import type { RepairCounts } from "../otlp/encode/encode-survivors.ts";
import { SurvivorEncoder } from "../otlp/encode/encode-survivors.ts";
import type { StampMode, StampPlan, StampSource } from "../otlp/encode/stamps.ts";
import { resetLogBatch } from "../otlp/index/log-batch.ts";
import { bodyContains, RecordQuery } from "../otlp/index/record-query.ts";
import type { ByteWriter } from "../otlp/wire/byte-writer.ts";
import { decodeUtf8 } from "../otlp/wire/utf8.ts";
import { mergePatternState } from "../patterns/pattern-merge.ts";
import { RequestWork } from "../request/request-work.ts";
import type { RecordProbe } from "../sampling/rules/rules.ts";
import { Sampler } from "../sampling/sampler.ts";
import type { SamplingSettings } from "../sampling/settings.ts";
import type { InspectedPattern } from "../signature/pattern-inspector.ts";
import { PatternInspector } from "../signature/pattern-inspector.ts";
import { SignatureStage } from "../signature/signature-stage.ts";
import type { SummaryRow } from "../summaries/summary-flush.ts";
import { SummaryFlush } from "../summaries/summary-flush.ts";
import { ServingRules } from "./serving-rules.ts";

/**
 * The whole data plane between a received request and a queue entry, as one synchronous object: index, signature,
 * decision, survivors. Live traffic, replay, backtests and simulations drive this very class; it owns all hot state and
 * reads no clock.
 */
export interface EngineSettings {
  readonly sampling: SamplingSettings;
  /** Examined prefix of a body, bytes. */
  readonly signatureMaxBytes: number;
  /** Words of a body that a signature is told from. */
  readonly signatureMaxWords: number;
  readonly stamp: StampMode;
  /** Prefix of summary and record ids: instance and boot, unique for ever. */
  readonly origin: string;
  /** RFC 3339 to unix milliseconds; the core has no calendar. */
  readonly parseTime: (rfc3339: string) => number;
}

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
  /** The batch being encoded: what stamps may ask about. */
  #current: LogBatch | undefined;

  /** @param history gets exact counts by pattern and minute; without one they are not kept */
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
        isReturning: (row) => this.sampler.parts.evicted.has(row),
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
      this.sampler.parts.summaries,
      this.signature.patterns,
      history,
    );
    this.#keeper = new ContextKeeper(sampling.context, sampling.maxServices, {
      signature: this.signature,
      encoder: this.#encoder,
      summaries: this.sampler.parts.summaries,
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
      randomness: (i) => (engine.#current === undefined ? "" : engine.sampler.randomnessText(engine.#current, i)),
      uid: () => `${engine.#settings.origin}-r${(engine.#uids++).toString(36)}`,
    };
  }

  /** Runs the per-second tick when it is due. @param backlog fill of the export queue, 0..1 */
  advance(now: Instant, backlog: number): void {
    if (this.sampler.advance(now, backlog)) this.#keeper.ring.expire(now.monoMs);
  }

  acquire(): RequestWork {
    return this.#pool.pop() ?? new RequestWork();
  }

  /** The work waits for the next request, and holds nothing of this one: up to 64 MiB each would stay otherwise. */
  release(work: RequestWork): void {
    if (this.#pool.length >= 4) return;
    resetLogBatch(work.batch);
    this.#pool.push(work);
  }

  /**
   * Signature, decision and survivors of the records [from, to) of an indexed batch.
   * @param sender a trusted one's own stamps count: weights multiply
   * @param out gets an ExportLogsServiceRequest with the survivors appended
   * @returns bytes appended
   */
  process(
    work: RequestWork,
    slice: number,
    from: number,
    to: number,
    sender: Sender,
    now: Instant,
    out: ByteWriter,
  ): number {
    const { batch } = work;
    const outcome = work.outcome(slice);
    if (sender.trusted) this.#readIncoming(batch, from, to);
    this.signature.assign(batch, from, to);
    this.#rules.refresh(now.wallMs);
    const share = batch.recordCount > 0 ? (to - from) / batch.recordCount : 0;
    this.sampler.decide(outcome, batch, from, to, batch.length * share, now, sender.peer);
    if (outcome.keptRecords === 0) return 0;
    const before = out.length;
    this.#current = batch;
    this.#encoder.encode(batch, from, to, this.#planOf(), out);
    this.#current = undefined;
    return out.length - before;
  }

  #planOf(): StampPlan {
    return this.#settings.sampling.mode === "observe" ? this.#observing : this.#minimal;
  }

  /** What records of a trusted peer count for by their stamps; its summaries and other events of ours are to pass. */
  #readIncoming(batch: LogBatch, from: number, to: number): void {
    if (batch.incoming.length < batch.recordCount) batch.incoming = new Float64Array(batch.recordCount);
    batch.weighted = true;
    for (let i = from; i < to; i++) {
      if ((batch.marks[i] & MARK_OWN_EVENT) !== 0) batch.marks[i] |= MARK_PASSES;
      const { weight, probability } = this.#query.readStamps(batch, i);
      batch.incoming[i] = weight ?? (probability === undefined ? 1 : 1 / probability);
    }
  }

  /**
   * Keeps what was sampled out of a committed request for a while, in case it becomes context.
   * @returns records held, 0 when the ring is off or the request too large for it
   */
  hold(work: RequestWork, slices: number, now: Instant): HeldRecords {
    return this.#keeper.hold(work, slices, now);
  }

  /** Context of a trigger among the records of a slice: the last lines of its trace and its service, nearest first. */
  releaseContext(batch: LogBatch, record: number, now: Instant): ReleasedContext | undefined {
    const released = this.#keeper.release(batch, record, now, this.#minimal, this.sampler.contextAllowance());
    if (released !== undefined) this.sampler.chargeContext(released.payload.length);
    return released;
  }

  /** Called for every request that leaves the ring: what it still held is sampled out for good. */
  onContextLeft(listener: (entry: HeldRequest) => void): void {
    this.#keeper.onLeft = listener;
  }

  get context(): ContextRing {
    return this.#keeper.ring;
  }

  /** Takes back every slice of a request whose commit failed. */
  undo(work: RequestWork, slices: number, sliceRecords: number, now: Instant): void {
    for (let slice = slices - 1; slice >= 0; slice--) {
      const from = slice * sliceRecords;
      const to = Math.min(work.batch.recordCount, from + sliceRecords);
      this.sampler.undo(work.outcome(slice), work.batch, from, to, now);
    }
  }

  /**
   * What was really built out of forwarded records, whoever had them forwarded: what they cost beyond what was expected
   * lowers the balance over the next minutes.
   */
  spend(builtBytes: number): void {
    this.sampler.spend(builtBytes);
  }

  /** Rows of summaries that are due; `force` at shutdown. */
  flushSummaries(now: Instant, force: boolean): SummaryRow[] {
    const { allowance } = this.sampler.parts;
    const granted = allowance.isUnlimited() ? Number.POSITIVE_INFINITY : allowance.totals().granted;
    return this.#summaries.flush(now.monoMs, granted, force ? allowance.balance() : undefined);
  }

  /** Rows of exact counts that the history did not take, since start. */
  get historyDropped(): number {
    return this.#summaries.historyDropped;
  }

  /** Summaries that found no room: they are sent later, with ids of their own. */
  returnSummaries(rows: readonly SummaryRow[]): void {
    this.#summaries.giveBack(rows);
  }

  /** Two patterns are one from now on: the old row's summaries go out under its own id, its rates go over. */
  #merge(row: number, into: number): void {
    this.#summaries.evict(row);
    mergePatternState(this.sampler.parts.state, row, into);
    this.#rules.patternsMerged();
  }

  #evict(row: number): void {
    this.#summaries.evict(row);
    this.sampler.evict(row);
  }

  /** The pattern a record belongs to, without teaching the table anything. */
  inspect(batch: LogBatch, i: number): InspectedPattern {
    const isText = batch.bodyKind[i] === BODY_STRING;
    const text = isText ? decodeUtf8(batch.bytes, batch.bodyStart[i], batch.bodyEnd[i]) : "";
    return this.#inspector.inspect(batch, i, text);
  }

  /** Rules of user and policy, in order of precedence; takes effect at the next batch. */
  setRules(rules: readonly SamplingRule[], wallMs: number, resolve: (id: string) => string): void {
    this.#rules.set(rules, wallMs, resolve);
  }

  setPolicyVersion(version: string): void {
    this.#policyVersion = version;
  }

  get policyVersion(): string {
    return this.#policyVersion;
  }

  /** Records changed in passing, since start. */
  get repairs(): Readonly<RepairCounts> {
    return this.#encoder.repairs;
  }
}
