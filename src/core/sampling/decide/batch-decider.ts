import type { Instant } from "../../../model/instant.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { MARK_PASSES } from "../../../model/log-batch.ts";
import { SEVERITY_ERROR } from "../../../model/severity.ts";
import { SILENCE_MS } from "../../patterns/first-lines.ts";
import {
  SPECIAL_ERROR,
  TOTAL_BYTES,
  TOTAL_KEPT,
  TOTAL_RECORDS,
  TOTAL_WEIGHT_BEYOND,
  TOTALS_STRIDE,
} from "../../patterns/pattern-state.ts";
import { EVENT_FUTURE_MS, EVENT_PAST_MS } from "../../summaries/event-time.ts";
import { SEVERAL_LINES } from "../plan/plan-table.ts";
import { WINDOW_MS } from "../plan/row-plan.ts";
import type { RuleBook } from "../rules/rules.ts";
import type { BatchOutcome } from "./batch-outcome.ts";
import { resetOutcome } from "./batch-outcome.ts";
import { BudgetFit } from "./budget-fit.ts";
import { DecisionOrder } from "./decision-order.ts";
import { PatternArrivals } from "./pattern-arrivals.ts";
import { OBSERVE, REASON_MUTED, SUMMARY } from "./reason-codes.ts";
import type { SamplerParts } from "./sampler-parts.ts";
import { drawByPeer } from "./sender-draw.ts";
import { SliceColumns } from "./slice-columns.ts";
import { apartOf, beyondOf, TickBooks } from "./spend-counters.ts";
import { passes, probabilityOf, thresholdOf } from "./threshold.ts";
import { undoSlice } from "./undo-slice.ts";

/**
 * The law: count, then thresholds, then draw. A slice is counted first (arrivals and bytes a pattern), then every record
 * gets its probability from arrivals, plan and expected charges (`decision-order.ts`), scaled so that Σ p·bytes fits what
 * may be spent (`budget-fit.ts`), then it is drawn. No cap after the draw, so Σ weight of the kept is an unbiased count
 * (Horvitz-Thompson).
 */
export class BatchDecider {
  readonly books: TickBooks = new TickBooks();
  readonly #parts: SamplerParts;
  readonly #arrivals: PatternArrivals;
  readonly #order: DecisionOrder;
  readonly #budget: BudgetFit;
  readonly #columns = new SliceColumns();
  /** First record of the slice decided last. */
  #from = 0;
  /** Number of the latest window: a large request is decided in slices by the time it came at, after others. */
  #window = 0;

  constructor(parts: SamplerParts, book: () => RuleBook) {
    this.#parts = parts;
    this.#arrivals = new PatternArrivals(parts, book);
    this.#order = new DecisionOrder(parts, book, this.#arrivals, this.books);
    this.#budget = new BudgetFit(parts, this.books);
  }

  /** Gives a row the rule that the book has for it now. */
  assignRule(row: number): void {
    this.#arrivals.assignRule(row);
  }

  decide(
    outcome: BatchOutcome,
    batch: LogBatch,
    from: number,
    to: number,
    requestBytes: number,
    now: Instant,
    bypassUntilMs: number,
  ): void {
    const { allowance, errorBucket, randomness, state } = this.#parts;
    resetOutcome(outcome);
    this.#from = from;
    this.#columns.reserve(to - from);
    this.#window = Math.max(this.#window, Math.floor(now.monoMs / WINDOW_MS));
    randomness.beginWindow(this.#window);
    outcome.clears = state.clears;
    outcome.inputBytes = requestBytes;
    outcome.grant = allowance.arrive(requestBytes);
    this.books.arrive(outcome);
    const errorBytes = this.#count(batch, from, to, now.monoMs, this.#window);
    const errorsWhole = allowance.isUnlimited() || errorBytes <= errorBucket.level;
    randomness.hashTraces(batch, from, to, this.#columns.traceHash);
    this.#order.assign(outcome, batch, from, to, now, bypassUntilMs, errorsWhole, this.#columns);
    if (this.#parts.services.peers.sharedCount > 0) drawByPeer(this.#parts, batch, from, to);
    this.#budget.fit(outcome, batch, from, to, errorsWhole);
    this.#draw(outcome, batch, from, to, now);
    this.#tally(outcome, batch, from, to, now);
    this.#settle(outcome);
  }

  /** Arrivals and bytes of every pattern. @returns billed bytes of ERROR and worse */
  #count(batch: LogBatch, from: number, to: number, monoMs: number, window: number): number {
    const { state, planner } = this.#parts;
    const { stampBytes } = this.#parts.settings;
    const { table } = planner;
    const { pattern, recordStart, recordEnd, marks } = batch;
    const { lastSeenMs, windowCount, windowEpoch, tickCount, tickBytes, special, service } = state;
    const { arrival } = this.#columns;
    // Records come in runs of one service; one side of it is counted in a run.
    let runOf = -1;
    let runBytes = 0;
    let runLines = 0;
    let errorBytes = 0;
    for (let i = from; i < to; i++) {
      const row = pattern[i];
      const bytes = recordEnd[i] - recordStart[i] + stampBytes;
      if (monoMs - lastSeenMs[row] > SILENCE_MS || lastSeenMs[row] < 0) this.#arrivals.appear(row, monoMs);
      lastSeenMs[row] = monoMs;
      if (windowEpoch[row] !== window) {
        windowEpoch[row] = window;
        windowCount[row] = 0;
      }
      arrival[i - from] = ++windowCount[row];
      if ((marks[i] & MARK_PASSES) !== 0) continue;
      const lines = ++tickCount[row];
      if (lines <= SEVERAL_LINES) table.hear(row, lines);
      tickBytes[row] += bytes;
      const isError = (special[row] & SPECIAL_ERROR) !== 0;
      if (isError) errorBytes += bytes;
      const run = 2 * service[row] + (isError ? 1 : 0);
      if (run !== runOf) {
        this.#arrive(runOf, runBytes, runLines);
        runOf = run;
        runBytes = 0;
        runLines = 0;
      }
      runBytes += bytes;
      runLines++;
    }
    this.#arrive(runOf, runBytes, runLines);
    return errorBytes;
  }

  /** @param run of records: twice the service's row, and 1 for its ERRORs */
  #arrive(run: number, bytes: number, lines: number): void {
    if (run < 0) return;
    const { services, state, planner } = this.#parts;
    planner.table.arrive(run >> 1, (run & 1) === 1, bytes, lines);
    services.tickBytes[run >> 1] += bytes;
    state.arrivals += lines;
    this.books.costBytes += bytes;
  }

  #draw(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, now: Instant): void {
    const { settings, promotion } = this.#parts;
    const { pattern, probability, recordStart, recordEnd, traceStart, severity } = batch;
    for (let i = from; i < to; i++) {
      if (this.#drawOne(batch, i, pattern[i]) === 0) continue;
      outcome.decidedBytes += recordEnd[i] - recordStart[i] + settings.stampBytes;
      // Kept by no draw: what follows from it is a function of arrivals.
      if (severity[i] >= SEVERITY_ERROR && probability[i] >= 1 && traceStart[i] !== 0) {
        promotion.promote(batch.bytes, traceStart[i], now.monoMs);
      }
    }
  }

  /** Counts what became of the records, by runs of one service. */
  #tally(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, now: Instant): void {
    const { services, settings, state } = this.#parts;
    const { pattern } = batch;
    for (let start = from; start < to; ) {
      const service = state.service[pattern[start]];
      let end = start + 1;
      while (end < to && state.service[pattern[end]] === service) end++;
      if ((services.settings[service]?.mode ?? settings.mode) === "observe") {
        for (let i = start; i < end; i++) observe(outcome, batch, i, settings.stampBytes);
      }
      this.#tallyRun(outcome, batch, start, end, now, service);
      start = end;
    }
  }

  #tallyRun(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, now: Instant, service: number): void {
    const { summaries, state, services } = this.#parts;
    const { pattern, keep, weight, reason, recordStart, recordEnd, severity, timeMs, weighted, incoming } = batch;
    const { totals } = state;
    const earliest = now.wallMs - EVENT_PAST_MS;
    const latest = now.wallMs + EVENT_FUTURE_MS;
    let kept = 0;
    let keptBytes = 0;
    for (let i = from; i < to; i++) {
      const row = pattern[i];
      const content = recordEnd[i] - recordStart[i];
      const counts = weighted ? incoming[i] : 1;
      const event = timeMs[i] === 0 ? now.wallMs : timeMs[i];
      const clamped = event < earliest ? earliest : event > latest ? latest : event;
      summaries.add(row, clamped, content, keep[i], weight[i], counts);
      if (weight[i] > 1) {
        totals[row * TOTALS_STRIDE + TOTAL_WEIGHT_BEYOND] += weight[i] - 1;
        state.weightVariance[row] += weight[i] * (weight[i] - 1);
      }
      if (counts !== 1) multiplyWeight(batch, i);
      const at = row * TOTALS_STRIDE;
      totals[at + TOTAL_RECORDS]++;
      totals[at + TOTAL_BYTES] += content;
      if (keep[i] === 1) {
        totals[at + TOTAL_KEPT]++;
        outcome.keptByReason[reason[i]]++;
        kept++;
        keptBytes += content;
      } else if (reason[i] === REASON_MUTED) outcome.muted[severity[i]]++;
      else outcome.sampledOut[severity[i]]++;
    }
    outcome.keptRecords += kept;
    outcome.keptBytes += keptBytes;
    services.received[service] += to - from;
    services.kept[service] += kept;
    services.keptBytes[service] += keptBytes;
  }

  /** One Bernoulli draw by threshold; fills keep, weight and the exact probability. @returns 1 when the draw keeps it */
  #drawOne(batch: LogBatch, i: number, row: number): number {
    const wanted = batch.probability[i];
    if (wanted >= 1 || wanted === 0) {
      batch.keep[i] = wanted;
      batch.weight[i] = wanted;
      return wanted;
    }
    const { randomness, state } = this.#parts;
    const { traceHash, random } = this.#columns;
    const at = i - this.#from;
    const threshold = thresholdOf(wanted);
    const p = probabilityOf(threshold);
    const trace = batch.traceStart[i];
    random[at] =
      trace !== 0
        ? randomness.ofTrace(batch.bytes, trace, traceHash[at], row, state.drawn)
        : randomness.alone(row, state.drawn);
    const kept = passes(random[at], threshold) ? 1 : 0;
    batch.probability[i] = p;
    batch.keep[i] = kept;
    batch.weight[i] = kept === 1 ? 1 / p : 0;
    return kept;
  }

  randomnessText(batch: LogBatch, i: number): string {
    const { randomness } = this.#parts;
    const top = this.#columns.random[i - this.#from];
    // Of two draws there is no one R.
    if (batch.weighted && batch.incoming[i] !== 1) return "";
    if (batch.probability[i] >= 1 || randomness.isOfTraceId(top, batch.bytes, batch.traceStart[i])) return "";
    return randomness.text(top);
  }

  #settle(outcome: BatchOutcome): void {
    const { allowance, drawBucket, errorBucket, noveltyBucket, traceBucket, floorBucket } = this.#parts;
    drawBucket.charge(outcome.drawCharge);
    errorBucket.charge(outcome.errorCharge);
    noveltyBucket.charge(outcome.noveltyCharge);
    traceBucket.charge(outcome.traceCharge);
    floorBucket.charge(outcome.floorCharge);
    // Pins are paid while there is a balance. What then still comes is over the budget, and no debt of everybody else.
    outcome.pinsBeyond = allowance.balance() > 0 ? 0 : outcome.pinnedBytes;
    allowance.expect(apartOf(outcome) + outcome.drawCharge, beyondOf(outcome));
    this.books.settle(outcome);
  }

  /** The slice's commit failed: counts go back, first lines and floors are owed again. */
  undo(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, now: Instant): void {
    const { allowance, drawBucket, errorBucket, noveltyBucket, traceBucket, floorBucket } = this.#parts;
    undoSlice(this.#parts, outcome, batch, from, to, now, this.books.floorMsPerByte);
    drawBucket.credit(outcome.drawCharge);
    errorBucket.credit(outcome.errorCharge);
    noveltyBucket.credit(outcome.noveltyCharge);
    traceBucket.credit(outcome.traceCharge);
    floorBucket.credit(outcome.floorCharge);
    allowance.expect(-(apartOf(outcome) + outcome.drawCharge), -beyondOf(outcome));
    allowance.undo(outcome.inputBytes, outcome.grant);
    this.books.undo(outcome);
  }
}

/** The sender's weight multiplies ours, and the threshold that says the same rises with it; nothing is said of a count of 0. */
function multiplyWeight(batch: LogBatch, i: number): void {
  batch.weight[i] *= batch.incoming[i];
  if (batch.weight[i] > 0) batch.probability[i] = Math.min(1, 1 / batch.weight[i]);
}

/** Observe: forwarded untouched, whatever was decided. */
function observe(outcome: BatchOutcome, batch: LogBatch, i: number, stampBytes: number): void {
  if (batch.reason[i] === SUMMARY) return;
  if (batch.keep[i] === 0) outcome.observedBytes += batch.recordEnd[i] - batch.recordStart[i] + stampBytes;
  batch.keep[i] = 1;
  batch.weight[i] = 1;
  batch.probability[i] = 1;
  batch.reason[i] = OBSERVE;
}
