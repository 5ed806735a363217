import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { HashKey } from "../math/keyed-hash.ts";
import { createHashKey } from "../math/keyed-hash.ts";
import { EvictedPatterns } from "../patterns/evicted-patterns.ts";
import type { PatternDirectory } from "../patterns/pattern-directory.ts";
import { mergePatternState } from "../patterns/pattern-merge.ts";
import { PatternState } from "../patterns/pattern-state.ts";
import { SummaryAccumulator } from "../summaries/summary-accumulator.ts";
import { Allowance } from "./budget/allowance.ts";
import {
  contextRoom,
  createLanes,
  ERROR_LANE_DEPTH_SECONDS,
  ERROR_LANE_SHARE,
  FLOOR_SHARE,
  NOVELTY_SHARE,
  refillLanes,
  UNLIMITED_BYTES,
} from "./budget/buckets.ts";
import { InputScale } from "./budget/input-scale.ts";
import { ApartRate } from "./budget/unsampled-rate.ts";
import { BatchDecider } from "./decide/batch-decider.ts";
import type { BatchOutcome } from "./decide/batch-outcome.ts";
import { NoveltyGuard } from "./decide/novelty-guard.ts";
import { Randomness } from "./decide/randomness.ts";
import type { SamplerParts } from "./decide/sampler-parts.ts";
import { TracePromotion } from "./decide/trace-promotion.ts";
import type { DecisionTrace, ExplainedRecord } from "./explain.ts";
import { explainDecision } from "./explain.ts";
import type { SamplerInside } from "./inside.ts";
import type { PlanResult } from "./plan/planner.ts";
import { Planner } from "./plan/planner.ts";
import type { CompiledRule, RecordProbe } from "./rules/rules.ts";
import { RuleBook } from "./rules/rules.ts";
import type { SamplingSettings } from "./settings.ts";
import { ServiceTable } from "./shares/service-table.ts";
import { SamplerView } from "./view.ts";

/**
 * The sampler: decides which records of a batch survive, inside a byte budget, and keeps every count true.
 *
 * Synchronous and deterministic in its inputs (settings, key, records, instants, spent bytes): live, replay and
 * simulation run this very object. The plan changes once a tick (1 s); between two ticks decisions depend on the plan, on
 * arrivals and on expected charges, never on draws.
 */
const TICK_MS = 1000;
/** Half-lives of what is paid apart from the draw; a pin that was removed is soon forgotten. */
const APART_MEMORY_SECONDS = 200;
const PIN_MEMORY_SECONDS = 15;
/**
 * However much is protected, owed or in debt, the draw goes on at this share of the budget: a pattern whose lines are never
 * drawn has no estimate, and the first one that is would carry a weight without bound.
 */
const MIN_DRAW_SHARE = 0.2;
/** Of that share what stays while a minute of the budget or more is owed. */
const MIN_DRAW_IN_DEBT = 0.25;
/** A burst that overflows the lane between two ticks shows for this long: a state that ends unseen is silence. */
const ERRORS_SAMPLED_HOLD_MS = 60_000;

export class Sampler {
  /** What it knows, for all who only read. */
  readonly view: SamplerView;
  /** What decisions counted, for the summaries that correct weights. */
  readonly summaries: SummaryAccumulator;
  readonly #parts: SamplerParts;
  readonly #inside: SamplerInside;
  readonly #decider: BatchDecider;
  #book: RuleBook;
  #lastTickMs = -1;
  #plan: PlanResult = { errorDemand: 0, errorsSampled: false, demand: 0, planned: 0, spare: 0, floorMsPerByte: 0 };
  #bypassUntilMs = -1;
  /** Monotonic milliseconds of the tick that last found an ERROR drawn. */
  #errorsThinnedMs = Number.NEGATIVE_INFINITY;
  readonly #inputScale = new InputScale();
  readonly #apart = new ApartRate(APART_MEMORY_SECONDS);
  readonly #pins = new ApartRate(PIN_MEMORY_SECONDS);

  constructor(settings: SamplingSettings, directory: PatternDirectory, probe: RecordProbe) {
    const key: HashKey = createHashKey(settings.key);
    const state = new PatternState(settings.maxPatterns);
    const services = new ServiceTable(settings);
    this.#book = new RuleBook([], probe, undefined);
    this.summaries = new SummaryAccumulator(settings.maxPatterns);
    this.#parts = {
      settings,
      directory,
      state,
      services,
      allowance: new Allowance(settings.budget),
      planner: new Planner(state, services, settings),
      randomness: new Randomness(key, settings.instance, settings.trustTraceIds),
      promotion: new TracePromotion(key),
      summaries: this.summaries,
      ...createLanes(settings.budget),
      policyValue: new Float32Array(settings.maxPatterns).fill(1),
      evicted: new EvictedPatterns(state, directory, settings.maxPatterns),
      guard: new NoveltyGuard(services),
    };
    this.#decider = new BatchDecider(this.#parts, () => this.#book);
    this.#inside = this.#insideOf();
    this.view = new SamplerView(this.#inside);
  }

  #insideOf(): SamplerInside {
    const sampler = this;
    return {
      parts: this.#parts,
      books: this.#decider.books,
      get rules(): RuleBook {
        return sampler.#book;
      },
      get plan(): PlanResult {
        return sampler.#plan;
      },
      get bypassUntilMs(): number {
        return sampler.#bypassUntilMs;
      },
    };
  }

  /** Runs the tick when one is due. @param backlog fill of the export queue, 0..1 @returns true when it ran */
  advance(now: Instant, backlog: number): boolean {
    if (this.#lastTickMs >= 0 && now.monoMs - this.#lastTickMs < TICK_MS) return false;
    const seconds = this.#lastTickMs < 0 ? 0 : (now.monoMs - this.#lastTickMs) / 1000;
    this.#lastTickMs = now.monoMs;
    this.#tick(now, seconds, backlog);
    return true;
  }

  #tick(now: Instant, seconds: number, backlog: number): void {
    const { allowance, planner, services } = this.#parts;
    if (now.wallMs >= this.#book.nextExpiryWallMs) this.#expireRules(now.wallMs);
    allowance.tick(now.monoMs, now.wallMs);
    services.tick(seconds);
    const { wished, subject } = this.#decider.books.takeDrawn();
    planner.observe(wished, subject, seconds);
    const { input, cost, apart, pinned: pins } = this.#decider.books.takeInput();
    const demand = planner.measure(now.monoMs, seconds, this.#book, this.#parts.policyValue);
    this.#parts.evicted.advance(now.monoMs, planner.seconds);
    this.#apart.observe(apart, planner.seconds);
    this.#pins.observe(pins, planner.seconds);
    const inputScale = this.#inputScale.observe(input, cost, seconds);
    const { rate, planned, target, room, lanes } = allowance.plan(demand * inputScale, planner.seconds, backlog);
    const bounded = Math.min(rate, UNLIMITED_BYTES);
    const laned = lanes * bounded;
    const ordinary = Math.min(planned, UNLIMITED_BYTES);
    const apartRate = planner.floorRate + this.#apart.bytesPerSecond() + this.#pins.bytesPerSecond();
    const plan = planner.plan({
      rate: bounded,
      total: Math.min(target, UNLIMITED_BYTES) - apartRate,
      leastDraw: MIN_DRAW_SHARE * Math.max(MIN_DRAW_IN_DEBT, lanes) * room * ordinary,
      lane: ERROR_LANE_SHARE * ordinary,
      saved: this.#parts.errorBucket.level / ERROR_LANE_DEPTH_SECONDS,
      floors: this.#floorRate(lanes * Math.min(bounded, ordinary)),
      inputScale,
    });
    if (this.#decider.books.takeErrorsThinned()) this.#errorsThinnedMs = now.monoMs;
    const thinned = now.monoMs - this.#errorsThinnedMs < ERRORS_SAMPLED_HOLD_MS;
    this.#plan = { ...plan, errorsSampled: plan.errorsSampled || thinned };
    // Smoothed demand lags behind a storm, and with it what is planned in bytes; the share that is kept does not.
    const lag = ordinary > 0 ? Math.max(1, bounded / ordinary) : 1;
    const granted = Math.min(allowance.granted(), UNLIMITED_BYTES);
    refillLanes(this.#parts, { granted, rate: bounded, lanes, room, lag, seconds }, plan);
    const { guard, noveltyBucket } = this.#parts;
    if (!allowance.isUnlimited()) guard.tick(seconds, noveltyBucket.level, noveltyBucket.capacity, allowance.balance());
    this.#decider.books.beginTick(this.#plan, allowance.balance(), NOVELTY_SHARE * laned * (TICK_MS / 1000));
  }

  /**
   * What floors may take, bytes a second: their share of what is really granted, more while their bucket is full and less
   * while it is empty. Were more due than it pays, who speaks often would always be there first.
   */
  #floorRate(granted: number): number {
    return FLOOR_SHARE * granted * (0.5 + this.#parts.floorBucket.fill);
  }

  /**
   * Fills keep, reason, probability and weight of the records [from, to).
   * @param outcome counts of this slice; the same object undoes it
   * @param requestBytes billed input bytes of these records: their share of the whole request
   * @param peer number of who sent them; 0 where receivers tell nobody apart
   */
  decide(
    outcome: BatchOutcome,
    batch: LogBatch,
    from: number,
    to: number,
    requestBytes: number,
    now: Instant,
    peer = 0,
  ): void {
    this.#parts.services.arriveFrom(peer);
    this.#decider.decide(outcome, batch, from, to, requestBytes, now, this.#bypassUntilMs);
  }

  /** Takes a decided slice back: its commit failed, the sender will send it again. */
  undo(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, now: Instant): void {
    this.#decider.undo(outcome, batch, from, to, now);
  }

  /** R of record `i` of the slice decided last, as 14 hex digits; "" when nothing was drawn or R is the trace id's own. */
  randomnessText(batch: LogBatch, i: number): string {
    return this.#decider.randomnessText(batch, i);
  }

  /** Bytes of context that may be released now. */
  contextAllowance(): number {
    if (this.#parts.allowance.isUnlimited()) return UNLIMITED_BYTES;
    return contextRoom(this.#parts, this.#decider.books.reserveLeft);
  }

  /** Context was released: it is paid from its bucket and lowers the balance. */
  chargeContext(bytes: number): void {
    this.#parts.contextBucket.charge(bytes);
    this.#parts.allowance.expect(bytes, 0);
    this.#decider.books.addContext(bytes);
  }

  /** Billed bytes of what was really built out of kept records, summaries and context. */
  spend(bytes: number): void {
    this.#parts.allowance.spend(bytes);
  }

  /** Swaps the rules at a batch boundary; patterns get theirs anew. */
  setRules(rules: readonly CompiledRule[], probe: RecordProbe): void {
    this.#book = new RuleBook(rules, probe, this.#book);
    this.#reassignRules();
  }

  #expireRules(wallMs: number): void {
    this.#book = this.#book.without((rule) => rule.expiresWallMs <= wallMs);
    this.#reassignRules();
  }

  #reassignRules(): void {
    const { state } = this.#parts;
    for (let i = 0; i < state.liveCount; i++) this.#decider.assignRule(state.live[i]);
  }

  /** Stops dropping until `untilMonoMs`, for one service or (undefined) for all. @returns false: no such service */
  bypass(service: string | undefined, untilMonoMs: number): boolean {
    if (service === undefined) {
      this.#bypassUntilMs = untilMonoMs;
      return true;
    }
    const { services } = this.#parts;
    services.bypassUntilMs[services.rowOf(service)] = untilMonoMs;
    return true;
  }

  /** Billed bytes a second that came in the last minute. */
  inputBytesPerSecond(): number {
    return this.#parts.allowance.meter.bytesPerSecond();
  }

  /** Of absolute ceilings that a fleet holds together, this instance's part: (0, 1]. */
  setFleetShare(share: number): void {
    this.#parts.allowance.setFleetShare(share);
  }

  /** The number means another peer from now on. */
  forgetPeer(peer: number): void {
    this.#parts.services.peers.forget(peer);
  }

  /** The row's new pattern had a row before, and lost it. */
  wasEvicted(row: number): boolean {
    return this.#parts.evicted.has(row);
  }

  /** Two patterns are one from now on: what is known of the row goes over. */
  merge(row: number, into: number): void {
    mergePatternState(this.#parts.state, row, into);
  }

  /** The row's pattern was evicted: its pending summaries are returned while its id is still known. */
  evict(row: number): void {
    this.#parts.evicted.remember(row);
    this.#parts.state.clear(row);
    this.#parts.policyValue[row] = 1;
  }

  /** Forgets values and floors of the policy before: a new version names all that it wants. */
  clearPolicyValues(): void {
    const { policyValue, state } = this.#parts;
    policyValue.fill(1);
    for (const [row, floor] of state.policyFloor.entries()) if (floor > 0) this.setPolicyValue(row, 1, 0);
  }

  /** Value multiplier that the policy gives a pattern; 1 is neutral. */
  setPolicyValue(row: number, value: number, floorPerMinute: number): void {
    this.#parts.policyValue[row] = value;
    this.#parts.state.policyFloor[row] = floorPerMinute;
    this.#decider.assignRule(row);
  }

  /** Why a record would be kept or dropped now; nothing is counted, charged or learned. */
  explain(record: ExplainedRecord, now: Instant): DecisionTrace {
    return explainDecision(this.#inside, record, now);
  }
}
