import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { MARK_PASSES } from "../../model/log-batch.ts";
import { SEVERITY_ERROR } from "../../model/severity.ts";
import type { BatchOutcome } from "./batch-outcome.ts";
import { resetOutcome } from "./batch-outcome.ts";
import { BudgetFit } from "./budget-fit.ts";
import { DecisionOrder } from "./decision-order.ts";
import { EVENT_FUTURE_MS, EVENT_PAST_MS } from "./event-minute.ts";
import { PatternArrivals, SILENCE_MS } from "./pattern-arrivals.ts";
import { SPECIAL_ERROR } from "./pattern-state.ts";
import { WINDOW_MS } from "./plan-side.ts";
import { OBSERVE, REASON_MUTED, SUMMARY } from "./reason-codes.ts";
import type { RuleBook } from "./rules.ts";
import type { SamplerParts } from "./sampler-parts.ts";
import { passes, probabilityOf, thresholdOf } from "./threshold.ts";
import { apartOf, beyondOf, TickBooks } from "./tick-books.ts";
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
  /** Arrival index of each record of the slice in its pattern's window. */
  #arrival = new Uint32Array(2048);
  /** Top 32 bits of R of each record of the slice that was drawn. */
  #random = new Uint32Array(2048);
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
    if (this.#arrival.length < to - from) {
      this.#arrival = new Uint32Array(to - from);
      this.#random = new Uint32Array(to - from);
    }
    this.#window = Math.max(this.#window, Math.floor(now.monoMs / WINDOW_MS));
    randomness.beginWindow(this.#window);
    outcome.clears = state.clears;
    outcome.inputBytes = requestBytes;
    outcome.grant = allowance.arrive(requestBytes);
    this.books.arrive(outcome);
    const errorBytes = this.#count(batch, from, to, now.monoMs, this.#window);
    const errorsWhole = allowance.isUnlimited() || errorBytes <= errorBucket.level;
    this.#order.assign(outcome, batch, from, to, now, bypassUntilMs, errorsWhole, this.#arrival);
    this.#budget.fit(outcome, batch, from, to, errorsWhole);
    this.#draw(outcome, batch, from, to, now);
  }

  /** Arrivals and bytes of every pattern. @returns billed bytes of ERROR and worse */
  #count(batch: LogBatch, from: number, to: number, monoMs: number, window: number): number {
    const { state, services } = this.#parts;
    const { stampBytes } = this.#parts.settings;
    const { pattern, recordStart, recordEnd, marks } = batch;
    const { lastSeenMs, windowCount, windowEpoch, tickCount, tickBytes, special, service } = state;
    const arrival = this.#arrival;
    let errorBytes = 0;
    let cost = 0;
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
      tickCount[row]++;
      tickBytes[row] += bytes;
      cost += bytes;
      services.tickBytes[service[row]] += bytes;
      if ((special[row] & SPECIAL_ERROR) !== 0) errorBytes += bytes;
    }
    this.books.costBytes += cost;
    return errorBytes;
  }

  #draw(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, now: Instant): void {
    const { randomness, settings, summaries, state, services, promotion } = this.#parts;
    const { pattern, keep, weight, reason, probability, recordStart, recordEnd, traceStart, severity, timeMs } = batch;
    const { weighted, incoming } = batch;
    const arrival = this.#arrival;
    const earliest = now.wallMs - EVENT_PAST_MS;
    const latest = now.wallMs + EVENT_FUTURE_MS;
    for (let i = from; i < to; i++) {
      const row = pattern[i];
      const content = recordEnd[i] - recordStart[i];
      const kept = this.#drawOne(batch, i, row, arrival[i - from], randomness);
      const service = state.service[row];
      const mode = services.settings[service]?.mode ?? settings.mode;
      if (kept === 1) {
        outcome.decidedBytes += content + settings.stampBytes;
        // Kept by no draw: what follows from it is a function of arrivals.
        if (severity[i] >= SEVERITY_ERROR && probability[i] >= 1 && traceStart[i] !== 0) {
          promotion.promote(batch.bytes, traceStart[i], now.monoMs);
        }
      }
      if (mode === "observe" && reason[i] !== SUMMARY) {
        if (kept === 0) outcome.observedBytes += content + settings.stampBytes;
        observeRecord(batch, i);
      }
      const counts = weighted ? incoming[i] : 1;
      const event = timeMs[i] === 0 ? now.wallMs : timeMs[i];
      const clamped = event < earliest ? earliest : event > latest ? latest : event;
      summaries.add(row, clamped, content, keep[i], weight[i], counts);
      if (counts !== 1) multiplyWeight(batch, i);
      state.records[row]++;
      state.bytes[row] += content;
      state.kept[row] += keep[i];
      services.received[service]++;
      if (keep[i] === 1) {
        outcome.keptByReason[reason[i]]++;
        outcome.keptRecords++;
        outcome.keptBytes += content;
        services.kept[service]++;
        services.keptBytes[service] += content;
      } else if (reason[i] === REASON_MUTED) outcome.muted[severity[i]]++;
      else outcome.sampledOut[severity[i]]++;
    }
    this.#settle(outcome);
  }

  /** One Bernoulli draw by threshold; fills keep, weight and the exact probability. @returns 1 when the draw keeps it */
  #drawOne(batch: LogBatch, i: number, row: number, arrival: number, randomness: SamplerParts["randomness"]): number {
    const wanted = batch.probability[i];
    if (wanted >= 1 || wanted === 0) {
      batch.keep[i] = wanted;
      batch.weight[i] = wanted;
      return wanted;
    }
    const threshold = thresholdOf(wanted);
    const p = probabilityOf(threshold);
    const trace = batch.traceStart[i];
    const random =
      trace !== 0 ? randomness.ofTrace(batch.bytes, trace, row, arrival) : randomness.ofArrival(row, arrival);
    this.#random[i - this.#from] = random;
    const kept = passes(random, threshold) ? 1 : 0;
    batch.probability[i] = p;
    batch.keep[i] = kept;
    batch.weight[i] = kept === 1 ? 1 / p : 0;
    return kept;
  }

  randomnessText(batch: LogBatch, i: number): string {
    const { randomness } = this.#parts;
    const top = this.#random[i - this.#from];
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
function observeRecord(batch: LogBatch, i: number): void {
  batch.keep[i] = 1;
  batch.weight[i] = 1;
  batch.probability[i] = 1;
  batch.reason[i] = OBSERVE;
}
