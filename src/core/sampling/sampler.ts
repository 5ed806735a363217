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
import { contextRoom, createBuckets, UNLIMITED_BYTES } from "./budget/buckets.ts";
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

/**
 * The sampler decides which records of a batch survive, inside a byte budget, and keeps every count true.
 *
 * Synchronous and deterministic in its inputs (settings, key, records, instants, spent bytes): live, replay and
 * simulation run this very class, and two of them can decide the same batch side by side. The plan changes once a tick;
 * between two ticks decisions depend on the plan, on arrivals and on expected charges, never on draws.
 */
export class Sampler {
  /** What it knows, for all who only read. */
  readonly view: SamplerView;
  /** What decisions counted, for the summaries that correct weights. */
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

  /** Runs the tick when one is due. @param backlog fill of the export queue, 0..1 @returns true when it ran */
  advance(now: Instant, backlog: number): boolean {
    if (this.#lastTickMs >= 0 && now.monoMs - this.#lastTickMs < TICK_MS) return false;
    const seconds = this.#lastTickMs < 0 ? 0 : (now.monoMs - this.#lastTickMs) / 1000;
    this.#lastTickMs = now.monoMs;
    if (now.wallMs >= this.#rules.nextExpiryWallMs) this.#expireRules(now.wallMs);
    this.#tick.run(now, seconds, backlog, this.#rules);
    return true;
  }

  /** Decides the records of a slice: fills their rows of the decisions and the counts of the slice. Moves counters. */
  decide(slice: RecordSlice, decisions: Decisions): void {
    this.#decider.decide(slice, decisions);
  }

  /** Takes a slice back as far as it came: its request failed, the sender will send it again. */
  undo(slice: RecordSlice, decisions: Decisions): void {
    this.#decider.undo(slice, decisions);
  }

  /** What would become of a record if it arrived now, step by step. Nothing is counted, charged or learned. */
  explain(record: ExplainedRecord, now: Instant): DecisionTrace {
    return explainRecord(this.#inside, record, now);
  }

  /** R of a record as 14 hex digits; "" when nothing was drawn or R is the trace id's own. */
  randomnessText(batch: LogBatch, decisions: DecisionColumns, i: number): string {
    const { randomness } = this.#parts;
    // With a sender's weight there were two draws, and there is no one R of them.
    if (batch.weighted && batch.incoming[i] !== 1) return "";
    const top = decisions.randomness[i];
    if (decisions.probability[i] >= 1 || randomness.isOfTraceId(top, batch.bytes, batch.traceStart[i])) return "";
    return randomness.text(top);
  }

  /** Bytes of context that may be released now. */
  contextAllowance(): number {
    if (this.#parts.allowance.isUnlimited()) return UNLIMITED_BYTES;
    return contextRoom(this.#parts.buckets, this.#decider.counters.reserveBytesLeft);
  }

  /** Context was released: its bucket pays, and the balance falls. */
  chargeContext(bytes: number): void {
    this.#parts.buckets.context.charge(bytes);
    this.#parts.allowance.expect(bytes, 0);
    this.#decider.counters.addContext(bytes);
  }

  /** Billed bytes of what was really built out of kept records, summaries and context. */
  spend(bytes: number): void {
    this.#parts.allowance.spend(bytes);
  }

  /** Swaps the rules at a batch boundary; patterns get theirs anew. */
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

  /** Stops dropping until `untilMonoMs`, for one service or (undefined) for all. */
  bypass(service: string | undefined, untilMonoMs: number): void {
    this.#parts.services.bypass(service, untilMonoMs);
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
  forgetSender(sender: number): void {
    this.#parts.services.peers.forget(sender);
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
    this.#decider.arrivals.assignRule(row);
  }
}

const TICK_MS = 1000;
