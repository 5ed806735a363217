/**
 * The stages of a decision, one after the other, and undone in reverse.
 *
 * The order is fixed: count, then probabilities, then draw. A slice is counted first (arrivals and bytes of each
 * pattern); then every record gets its probability from arrivals, plan and expected charges (`keep-order.ts`), scaled
 * so that Σ p·bytes fits what may be spent (`budget-fit.ts`); then it is drawn. No limit follows the draw, so Σ weight
 * of the kept records is an unbiased count (Horvitz & Thompson 1952). An undo takes back as many stages as the slice
 * went through.
 */
import type { RecordSlice } from "../../../model/record-slice.ts";
import { inputBytesOf } from "../../../model/record-slice.ts";
import type { EvictedPatterns } from "../../patterns/evicted-patterns.ts";
import type { PatternDirectory } from "../../patterns/pattern-directory.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import type { SummaryAccumulator } from "../../summaries/summary-accumulator.ts";
import type { Allowance } from "../budget/allowance.ts";
import type { Buckets } from "../budget/buckets.ts";
import type { PlanTable } from "../plan/plan-table.ts";
import type { RuleSet } from "../rules/rules.ts";
import type { SamplingSettings } from "../settings.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import { ArrivalCount } from "./arrival-count.ts";
import { BudgetFit } from "./budget-fit.ts";
import type { DecidingSlice } from "./deciding-slice.ts";
import { SliceScratch } from "./deciding-slice.ts";
import type { Decisions } from "./decisions.ts";
import { Draw } from "./draw.ts";
import { KeepOrder } from "./keep-order.ts";
import type { NoveltyGuard } from "./novelty-guard.ts";
import { PatternArrivals } from "./pattern-arrivals.ts";
import type { Randomness } from "./randomness.ts";
import { scaleBySender } from "./sender-scale.ts";
import { resetSliceCounts } from "./slice-counts.ts";
import { SpendCounters } from "./spend-counters.ts";
import { fitErrors } from "./steps/error.ts";
import { RESERVE } from "./steps/first-lines.ts";
import { Tally } from "./tally.ts";
import type { TracePromotion } from "./trace-promotion.ts";

export interface SliceDeciderDeps {
  readonly settings: SamplingSettings;
  readonly directory: PatternDirectory;
  readonly state: PatternState;
  readonly services: ServiceTable;
  readonly evicted: EvictedPatterns;
  readonly allowance: Allowance;
  readonly buckets: Buckets;
  readonly table: PlanTable;
  readonly randomness: Randomness;
  readonly promotion: TracePromotion;
  readonly guard: NoveltyGuard;
  readonly summaries: SummaryAccumulator;
  /** The rules in force. */
  readonly rules: () => RuleSet;
}

export class SliceDecider {
  readonly counters: SpendCounters = new SpendCounters();
  readonly arrivals: PatternArrivals;
  readonly order: KeepOrder;
  readonly #deps: SliceDeciderDeps;
  readonly #count: ArrivalCount;
  readonly #fit: BudgetFit;
  readonly #draw: Draw;
  readonly #tally: Tally;
  readonly #reserve: number;
  readonly #scratch = new SliceScratch();

  constructor(deps: SliceDeciderDeps) {
    const { settings, state, services, randomness, promotion, summaries } = deps;
    const { stampBytes, budget, mode } = settings;
    const { counters } = this;
    this.#deps = deps;
    this.arrivals = new PatternArrivals(deps);
    this.#count = new ArrivalCount({ ...deps, arrivals: this.arrivals, counters, stampBytes });
    const scopeOf = (row: number) => this.arrivals.scopeOf(row);
    this.order = new KeepOrder({ ...deps, counters, scopeOf, keepRatio: budget.keepRatio }, stampBytes);
    const { accounts } = this.order;
    this.#tally = new Tally({ state, services, summaries, accounts, mode, stampBytes });
    this.#fit = new BudgetFit({ ...deps, counters }, accounts, stampBytes);
    this.#draw = new Draw(randomness, state, promotion, stampBytes);
    this.#reserve = accounts.numberOf(RESERVE);
  }

  decide(records: RecordSlice, decisions: Decisions): void {
    const { services, state, randomness, settings } = this.#deps;
    const slice = this.#open(records, decisions);
    const { batch, from, to, counts } = slice;
    resetSliceCounts(counts, from);
    counts.clearCount = state.clearCount;
    randomness.beginWindow(this.#count.advance(slice.monoMs));
    this.#countInput(records, slice);
    const errorBytes = this.#count.count(slice);
    slice.errorsWhole = fitErrors(this.#deps, errorBytes);
    randomness.hashTraces(batch, from, to, slice.traceHash);
    this.order.decide(slice);
    if (services.senders.sharedCount > 0) scaleBySender(slice, state, services, settings.stampBytes);
    this.#fit.fit(slice);
    this.#draw.run(slice);
    this.#tally.run(slice);
    this.#settle(slice);
  }

  /** Takes back what the slice has changed so far: nothing when its decision never began. */
  undo(records: RecordSlice, decisions: Decisions): void {
    const { state, allowance } = this.#deps;
    const slice = this.#open(records, decisions);
    const { counts } = slice;
    const isGone = (row: number): boolean => state.clearedAt[row] > counts.clearCount;
    if (counts.isSettled) this.#unsettle(slice);
    if (counts.isTallied) this.#tally.undo(slice, isGone);
    this.order.undo(slice, isGone);
    this.counters.firstLineBytes = Math.max(0, this.counters.firstLineBytes - counts.firstLineBytes);
    this.#count.undo(slice, isGone);
    if (counts.isInputCounted) {
      this.counters.undoInput(counts);
      allowance.undo(counts.inputBytes, counts.grant);
    }
    resetSliceCounts(counts, slice.from);
  }

  #open({ batch, from, to, index, now }: RecordSlice, decisions: Decisions): DecidingSlice {
    decisions.reserve(batch.recordCount);
    this.#scratch.reserve(to - from);
    const counts = decisions.counts(index);
    const { probability, reason } = decisions;
    const { arrival, traceHash } = this.#scratch;
    return {
      batch,
      from,
      to,
      monoMs: now.monoMs,
      wallMs: now.wallMs,
      decisions,
      counts,
      probability,
      reason,
      charged: counts.charged,
      arrival,
      traceHash,
      errorsWhole: true,
      capProbability: 1,
    };
  }

  /** Counts input bytes and the grant, which are known before any record is decided. */
  #countInput(records: RecordSlice, { counts }: DecidingSlice): void {
    const { allowance, services } = this.#deps;
    services.selectSender(records.sender.peer);
    counts.inputBytes = inputBytesOf(records);
    counts.grant = allowance.addInput(counts.inputBytes);
    this.counters.addInput(counts);
    counts.isInputCounted = true;
  }

  #settle({ counts, charged }: DecidingSlice): void {
    const { allowance } = this.#deps;
    const { accounts } = this.order;
    accounts.charge(counts);
    // The budget pays pins while the balance is positive. Further ones are over budget: no debt for the other records.
    counts.arePinsOverBudget = allowance.balance() <= 0;
    allowance.expect(accounts.paid(counts), accounts.overBudget(counts));
    this.counters.settle(counts, accounts, charged[this.#reserve]);
    counts.isSettled = true;
  }

  #unsettle({ counts, charged }: DecidingSlice): void {
    const { allowance } = this.#deps;
    const { accounts } = this.order;
    accounts.credit(counts);
    allowance.expect(-accounts.paid(counts), -accounts.overBudget(counts));
    this.counters.undo(counts, accounts, charged[this.#reserve]);
  }
}
