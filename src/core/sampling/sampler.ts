/**
 * The sampler decides which records of a batch are kept, within a byte budget, and keeps every count true.
 *
 * Synchronous and deterministic in its inputs (settings, key, records, instants, spent bytes): live traffic, replay and
 * simulation run this class, and two samplers can decide the same batch side by side. The plan changes once a tick;
 * between two ticks decisions depend on the plan, on arrivals and on expected charges, never on draws.
 */
import type { DecisionColumns } from "../../model/decision.ts";
import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import type { RecordSlice } from "../../model/record-slice.ts";
import type { HashKey } from "../math/keyed-hash.ts";
import { createHashKey } from "../math/keyed-hash.ts";
import { EvictedPatterns } from "../patterns/evicted-patterns.ts";
import type { PatternDirectory } from "../patterns/pattern-directory.ts";
import { mergePatternState } from "../patterns/pattern-merge.ts";
import { PatternState } from "../patterns/pattern-state.ts";
import { SummaryAccumulator } from "../summaries/summary-accumulator.ts";
import { Allowance } from "./budget/allowance.ts";
import { contextBytesAvailable, createBuckets, UNLIMITED_BYTES } from "./budget/buckets.ts";
import type { Decisions } from "./decide/decisions.ts";
import { NoveltyGuard } from "./decide/novelty-guard.ts";
import { Randomness } from "./decide/randomness.ts";
import { SliceDecider } from "./decide/slice-decider.ts";
import { TracePromotion } from "./decide/trace-promotion.ts";
import type { DecisionTrace, ExplainedRecord } from "./explain.ts";
import { explainRecord } from "./explain.ts";
import type { SamplerInside } from "./inside.ts";
import type { PlanResult } from "./plan/planner.ts";
import { Planner } from "./plan/planner.ts";
import type { CompiledRule, RecordProbe } from "./rules/rules.ts";
import { RuleSet } from "./rules/rules.ts";
import type { SamplerParts } from "./sampler-parts.ts";
import { SamplerTick } from "./sampler-tick.ts";
import type { SamplingSettings } from "./settings.ts";
import { ServiceTable } from "./shares/service-table.ts";
import { SamplerView } from "./view.ts";

export class Sampler {
  /** Read access to everything that is shown outside of the sampler. */
  readonly view: SamplerView;
  /** Counts of decided records, for the summaries. */
  readonly summaries: SummaryAccumulator;
  readonly #parts: SamplerParts;
  readonly #inside: SamplerInside;
  readonly #decider: SliceDecider;
  readonly #tick: SamplerTick;
  #rules: RuleSet;
  #lastTickMs = -1;

  constructor(settings: SamplingSettings, directory: PatternDirectory, probe: RecordProbe) {
    const key: HashKey = createHashKey(settings.key);
    const state = new PatternState(settings.maxPatterns);
    const services = new ServiceTable(settings);
    this.#rules = new RuleSet([], probe, undefined);
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
      buckets: createBuckets(settings.budget),
      policyValue: new Float32Array(settings.maxPatterns).fill(1),
      evicted: new EvictedPatterns(state, directory, settings.maxPatterns),
      guard: new NoveltyGuard(services),
    };
    this.#decider = new SliceDecider({
      ...this.#parts,
      table: this.#parts.planner.table,
      rules: () => this.#rules,
    });
    this.#tick = new SamplerTick(this.#parts, this.#decider.counters);
    this.#inside = this.#insideOf();
    this.view = new SamplerView(this.#inside);
  }

  #insideOf(): SamplerInside {
    const sampler = this;
    return {
      parts: this.#parts,
      order: this.#decider.order,
      arrivals: this.#decider.arrivals,
      get rules(): RuleSet {
        return sampler.#rules;
      },
      get plan(): PlanResult {
        return sampler.#tick.plan;
      },
    };
  }

  /** Runs the tick when it is due. @param backlog fill of the export queue, 0 to 1 @returns whether it ran */
  advance(now: Instant, backlog: number): boolean {
    if (this.#lastTickMs >= 0 && now.monoMs - this.#lastTickMs < TICK_MS) return false;
    const seconds = this.#lastTickMs < 0 ? 0 : (now.monoMs - this.#lastTickMs) / 1000;
    this.#lastTickMs = now.monoMs;
    if (now.wallMs >= this.#rules.nextExpiryWallMs) this.#expireRules(now.wallMs);
    this.#tick.run(now, seconds, backlog, this.#rules);
    return true;
  }

  /** Decides the records of a slice: fills their rows of the decisions and the counts of the slice, and counts them. */
  decide(slice: RecordSlice, decisions: Decisions): void {
    this.#decider.decide(slice, decisions);
  }

  /** Undoes the decision of a slice, as far as it went: its request failed, and the sender will send it again. */
  undo(slice: RecordSlice, decisions: Decisions): void {
    this.#decider.undo(slice, decisions);
  }

  /**
   * Explains, step by step, how a record would be decided if it arrived now. Nothing is counted, charged or learned.
   */
  explain(record: ExplainedRecord, now: Instant): DecisionTrace {
    return explainRecord(this.#inside, record, now);
  }

  /** R of a record as 14 hex digits; "" when the record was not drawn or R follows from its trace id. */
  randomnessText(batch: LogBatch, decisions: DecisionColumns, i: number): string {
    const { randomness } = this.#parts;
    // A record with a sender's weight went through two draws, for which there is no single R.
    if (batch.weighted && batch.incoming[i] !== 1) return "";
    const top = decisions.randomness[i];
    if (decisions.probability[i] >= 1 || randomness.isOfTraceId(top, batch.bytes, batch.traceStart[i])) return "";
    return randomness.text(top);
  }

  /** Bytes of context that may be released now. */
  contextAllowance(): number {
    if (this.#parts.allowance.isUnlimited()) return UNLIMITED_BYTES;
    return contextBytesAvailable(this.#parts.buckets, this.#decider.counters.reserveBytesLeft);
  }

  /** Charges released context to its bucket and to the balance. */
  chargeContext(bytes: number): void {
    this.#parts.buckets.context.charge(bytes);
    this.#parts.allowance.expect(bytes, 0);
    this.#decider.counters.addContext(bytes);
  }

  /** Adds billed bytes that were really built from kept records, summaries and context. */
  spend(bytes: number): void {
    this.#parts.allowance.spend(bytes);
  }

  /** Replaces the rules between two slices, and reassigns them to the live patterns. */
  setRules(rules: readonly CompiledRule[], probe: RecordProbe): void {
    this.#rules = new RuleSet(rules, probe, this.#rules);
    this.#reassignRules();
  }

  #expireRules(wallMs: number): void {
    this.#rules = this.#rules.without((rule) => rule.expiresWallMs <= wallMs);
    this.#reassignRules();
  }

  #reassignRules(): void {
    const { state } = this.#parts;
    for (let i = 0; i < state.liveCount; i++) this.#decider.arrivals.assignRule(state.live[i]);
  }

  /** Stops all dropping until `untilMonoMs`. @param service undefined for all services */
  bypass(service: string | undefined, untilMonoMs: number): void {
    this.#parts.services.bypass(service, untilMonoMs);
  }

  /** The input rate: billed bytes a second that arrived in the last 60 s. */
  inputBytesPerSecond(): number {
    return this.#parts.allowance.meter.bytesPerSecond();
  }

  /** Sets the share, in (0, 1], that this instance has of the absolute ceilings of a fleet. */
  setFleetShare(share: number): void {
    this.#parts.allowance.setFleetShare(share);
  }

  /** Forgets the load of a sender: its number stands for another sender from now on. */
  forgetSender(sender: number): void {
    this.#parts.services.senders.forget(sender);
  }

  /** Whether the pattern of the row had a row before and lost it. */
  wasEvicted(row: number): boolean {
    return this.#parts.evicted.has(row);
  }

  /** Merges the state of a row into another one: their two patterns are one from now on. */
  merge(row: number, into: number): void {
    mergePatternState(this.#parts.state, row, into);
  }

  /** Remembers the evicted pattern of a row and clears the row. */
  evict(row: number): void {
    this.#parts.evicted.remember(row);
    this.#parts.state.clear(row);
    this.#parts.policyValue[row] = 1;
  }

  /** Clears the values and floors of the policy: a new version lists all of its own. */
  clearPolicyValues(): void {
    const { policyValue, state } = this.#parts;
    policyValue.fill(1);
    for (const [row, floor] of state.policyFloor.entries()) if (floor > 0) this.setPolicyValue(row, 1, 0);
  }

  /** @param value factor of the priority, 1 is neutral @param floorPerMinute lines a minute, 0 for the default floor */
  setPolicyValue(row: number, value: number, floorPerMinute: number): void {
    this.#parts.policyValue[row] = value;
    this.#parts.state.policyFloor[row] = floorPerMinute;
    this.#decider.arrivals.assignRule(row);
  }
}

const TICK_MS = 1000;
