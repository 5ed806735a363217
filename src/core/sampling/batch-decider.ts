import { DROP_REASONS, keepReasonCode } from "../../model/decision.ts";
import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { SEVERITY_ERROR } from "../../model/severity.ts";
import type { BatchOutcome } from "./batch-outcome.ts";
import { resetOutcome } from "./batch-outcome.ts";
import { EVENT_FUTURE_MS, EVENT_PAST_MS } from "./event-minute.ts";
import { RULE_NONE, RULE_PER_RECORD, SPECIAL_ERROR, SPECIAL_FIRST, SPECIAL_RULE } from "./pattern-state.ts";
import type { PlanResult } from "./planner.ts";
import { MIN_PROBABILITY, WINDOW_MS } from "./planner.ts";
import { STAMP_BYTES } from "./record-cost.ts";
import type { RuleBook } from "./rules.ts";
import type { SamplerParts } from "./sampler-parts.ts";
import { passes, probabilityOf, thresholdOf } from "./threshold.ts";
import { undoSlice } from "./undo-slice.ts";

/**
 * The law: count, then thresholds, then draw. A slice is counted first (arrivals and bytes a pattern), then every record
 * gets its probability from arrivals, plan and expected charges, scaled so that Σ p·bytes fits what may be spent, then it
 * is drawn. No cap after the draw, so Σ weight of the kept is an unbiased count (Horvitz-Thompson).
 */
const FIRST_LINES = 3;
/** A pattern that comes back after this silence is news again, worth one line. */
const SILENCE_MS = 10 * 60_000;
const RETURN_LINES = 1;
/** Second and third lines are paid while the novelty allowance is at least half full. */
const FOLLOW_UP_FILL = 0.5;
/** First lines beyond the novelty allowance are drawn; all of them together for this share of it. */
const OVERFLOW_SHARE = 0.25;
/** K of the arrival-index decay for a pattern that no plan has seen yet. */
export const UNPLANNED_K = 32;

const BYPASS = keepReasonCode("bypass");
const RULE = keepReasonCode("rule");
const ERROR = keepReasonCode("error");
const NOVEL = keepReasonCode("novel");
const TRACE = keepReasonCode("trace");
const FLOOR = keepReasonCode("floor");
const SAMPLED = keepReasonCode("sampled");
const OBSERVE = keepReasonCode("observe");
/** Marks a record muted by a rule in the reason column; beyond all keep reasons. */
export const REASON_MUTED: number = 64 + DROP_REASONS.indexOf("muted");

export class BatchDecider {
  readonly #parts: SamplerParts;
  readonly #book: () => RuleBook;
  /** Arrival index of each record of the slice in its pattern's window. */
  #arrival = new Uint32Array(2048);
  /** Top 32 bits of R of each record of the slice that was drawn. */
  #random = new Uint32Array(2048);
  /** First record of the slice decided last. */
  #from = 0;
  #drawWishes = 0;
  #drawSubject = 0;
  #inputBytes = 0;
  #costBytes = 0;
  #apartBytes = 0;
  /** Part of the settled balance not yet promised to anybody in this tick. */
  #reserveLeft = 0;
  /** Bytes of a tick that first lines beyond their allowance may cost, and their bytes in the last tick and in this one. */
  #overflowBytes = 0;
  #firstBytesBefore = 0;
  #firstBytes = 0;
  #floorWindowMs = 60_000;
  /** An ERROR had to be drawn since the last tick. */
  #errorsThinned = false;
  /** Number of the latest window: a large request is decided in slices by the time it came at, after others. */
  #window = 0;
  /** A plan has seen traffic. Until then a batch may also spend what its own bytes grant. */
  #planned = false;

  constructor(parts: SamplerParts, book: () => RuleBook) {
    this.#parts = parts;
    this.#book = book;
  }

  /** @param noveltyBytes what the novelty allowance gets in a tick */
  beginTick(plan: PlanResult, noveltyBytes: number): void {
    this.#planned ||= plan.demand > 0;
    this.#floorWindowMs = plan.floorWindowMs;
    this.#reserveLeft = Math.max(0, this.#parts.allowance.balance());
    this.#overflowBytes = OVERFLOW_SHARE * noveltyBytes;
    this.#firstBytesBefore = this.#firstBytes;
    this.#firstBytes = 0;
  }

  /** Bytes that plan probabilities asked for since the last call, before scaling, and the bytes they were about. */
  takeDrawn(): { readonly wished: number; readonly subject: number } {
    const taken = { wished: this.#drawWishes, subject: this.#drawSubject };
    this.#drawWishes = 0;
    this.#drawSubject = 0;
    return taken;
  }

  /** Since the last call: input bytes, the cost (content and stamp) of the same records, and what was kept apart from the draw. */
  takeInput(): { readonly input: number; readonly cost: number; readonly apart: number } {
    const taken = { input: this.#inputBytes, cost: this.#costBytes, apart: this.#apartBytes };
    this.#inputBytes = 0;
    this.#costBytes = 0;
    this.#apartBytes = 0;
    return taken;
  }

  /** Whether ERROR or worse was drawn rather than kept whole since the last call. */
  takeErrorsThinned(): boolean {
    const taken = this.#errorsThinned;
    this.#errorsThinned = false;
    return taken;
  }

  /** Bytes kept beside the plan by somebody else: context. */
  addApart(bytes: number): void {
    this.#apartBytes += bytes;
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
    resetOutcome(outcome);
    this.#from = from;
    if (this.#arrival.length < to - from) {
      this.#arrival = new Uint32Array(to - from);
      this.#random = new Uint32Array(to - from);
    }
    const window = Math.max(this.#window, Math.floor(now.monoMs / WINDOW_MS));
    this.#window = window;
    this.#parts.randomness.beginWindow(window);
    outcome.clears = this.#parts.state.clears;
    outcome.inputBytes = requestBytes;
    this.#inputBytes += requestBytes;
    outcome.grant = this.#parts.allowance.arrive(requestBytes);
    // Later the grant of this tick is spoken for by the plan, and only what was left over is a reserve.
    if (!this.#planned) this.#reserveLeft += outcome.grant;
    const errorBytes = this.#count(batch, from, to, now.monoMs, window);
    const errorsWhole = this.#parts.allowance.isUnlimited() || errorBytes <= this.#parts.errorBucket.level;
    this.#assign(outcome, batch, from, to, now, bypassUntilMs, errorsWhole);
    this.#fit(outcome, batch, from, to, errorsWhole);
    this.#draw(outcome, batch, from, to, now);
  }

  /** Arrivals and bytes of every pattern. @returns billed bytes of ERROR and worse */
  #count(batch: LogBatch, from: number, to: number, monoMs: number, window: number): number {
    const { state, services } = this.#parts;
    const { pattern, recordStart, recordEnd } = batch;
    const { lastSeenMs, windowCount, windowEpoch, tickCount, tickBytes, special, service } = state;
    const arrival = this.#arrival;
    let errorBytes = 0;
    let cost = 0;
    for (let i = from; i < to; i++) {
      const row = pattern[i];
      const bytes = recordEnd[i] - recordStart[i] + STAMP_BYTES;
      if (monoMs - lastSeenMs[row] > SILENCE_MS || lastSeenMs[row] < 0) this.#appear(row, monoMs);
      lastSeenMs[row] = monoMs;
      if (windowEpoch[row] !== window) {
        windowEpoch[row] = window;
        windowCount[row] = 0;
      }
      arrival[i - from] = ++windowCount[row];
      tickCount[row]++;
      tickBytes[row] += bytes;
      cost += bytes;
      services.tickBytes[service[row]] += bytes;
      if ((special[row] & SPECIAL_ERROR) !== 0) errorBytes += bytes;
    }
    this.#costBytes += cost;
    return errorBytes;
  }

  /** A pattern's first record, or its first after a long silence. */
  #appear(row: number, monoMs: number): void {
    const { state, directory, services } = this.#parts;
    const isNew = state.lastSeenMs[row] < 0;
    if (isNew) {
      state.service[row] = services.rowOf(directory.service(row));
      state.severity[row] = directory.severityClass(row);
      state.firstSeenMs[row] = monoMs;
      state.isKnown[row] = directory.known(row) ? 1 : 0;
      state.floorDueMs[row] = 0;
      state.special[row] = 0;
      if (state.severity[row] >= SEVERITY_CLASS_ERROR) state.special[row] |= SPECIAL_ERROR;
    }
    // Rules may have changed while the row was silent and not among those that get theirs anew.
    this.assignRule(row);
    state.firstLines[row] = isNew && !directory.known(row) ? FIRST_LINES : RETURN_LINES;
    state.special[row] |= SPECIAL_FIRST;
    state.activate(row);
  }

  assignRule(row: number): void {
    const { state } = this.#parts;
    const book = this.#book();
    state.rule[row] = book.size === 0 ? RULE_NONE : book.forPattern(this.#scopeOf(row));
    if (state.rule[row] === RULE_NONE) state.special[row] &= ~SPECIAL_RULE;
    else state.special[row] |= SPECIAL_RULE;
    const rule = state.rule[row] >= 0 ? book.at(state.rule[row]).rule : undefined;
    const floor = rule?.kind === "floor" ? (rule.value ?? 0) : state.policyFloor[row];
    // A floor that is raised holds from the next line on, not when the old window ends.
    if (floor > state.floorPerMinute[row]) state.floorDueMs[row] = Math.min(state.floorDueMs[row], state.lastSeenMs[row]);
    state.floorPerMinute[row] = floor;
  }

  #scopeOf(row: number): { service: string; severityClass: number; id: string } {
    const { directory } = this.#parts;
    return { service: directory.service(row), severityClass: directory.severityClass(row), id: directory.id(row) };
  }

  /** Reason and wanted probability of every record, in order of decision; nothing is scaled yet. */
  #assign(
    outcome: BatchOutcome,
    batch: LogBatch,
    from: number,
    to: number,
    now: Instant,
    bypassUntilMs: number,
    errorsWhole: boolean,
  ): void {
    const { state, services, settings, promotion, traceBucket, allowance } = this.#parts;
    const { pattern, recordStart, recordEnd, probability, reason, traceStart } = batch;
    const initial = settings.budget.keepRatio ?? 1;
    const allBypassed = now.monoMs < bypassUntilMs;
    const { special, plan, decayK, floorDueMs, service } = state;
    const arrival = this.#arrival;
    for (let i = from; i < to; i++) {
      const row = pattern[i];
      const bytes = recordEnd[i] - recordStart[i] + STAMP_BYTES;
      const bits = special[row];
      if (allBypassed || now.monoMs < services.bypassUntilMs[service[row]]) {
        probability[i] = 1;
        reason[i] = BYPASS;
        outcome.bypassBytes += bytes;
        continue;
      }
      if (bits !== 0) {
        if ((bits & SPECIAL_RULE) !== 0 && this.#applyRule(outcome, batch, i, row, bytes)) continue;
        if ((bits & SPECIAL_ERROR) !== 0 && errorsWhole && (plan[row] >= 1 || plan[row] === 0)) {
          probability[i] = 1;
          reason[i] = ERROR;
          outcome.errorCharge += bytes;
          if ((bits & SPECIAL_FIRST) !== 0) announce(outcome, i);
          this.#consumeFirstLine(outcome, row, now.monoMs);
          continue;
        }
        if ((bits & SPECIAL_FIRST) !== 0 && this.#applyFirstLine(outcome, batch, i, row, bytes, now.monoMs)) continue;
      }
      const trace = traceStart[i];
      if (
        trace !== 0 &&
        traceBucket.level - outcome.traceCharge >= bytes &&
        promotion.isPromoted(batch.bytes, trace, now.monoMs)
      ) {
        probability[i] = 1;
        reason[i] = TRACE;
        outcome.traceCharge += bytes;
        continue;
      }
      if (now.monoMs >= floorDueMs[row]) {
        floorDueMs[row] = this.#nextFloorMs(row, now.monoMs);
        probability[i] = 1;
        reason[i] = FLOOR;
        outcome.floorBytes += bytes;
        continue;
      }
      const p = plan[row] > 0 ? plan[row] : initial;
      const k = decayK[row] > 0 ? decayK[row] : UNPLANNED_K;
      const n = arrival[i - from];
      const decays = p * n > k && !(p >= 1 && allowance.isUnlimited());
      probability[i] = decays ? k / n : p;
      reason[i] = (bits & SPECIAL_ERROR) !== 0 ? ERROR : SAMPLED;
    }
  }

  /**
   * When the floor is due again after a line that it kept. A floor that somebody asked for counts over a minute, because
   * senders batch: the lines of ten seconds arrive together.
   */
  #nextFloorMs(row: number, monoMs: number): number {
    const { floorPerMinute, floorDueMs } = this.#parts.state;
    if (floorPerMinute[row] <= 0) return monoMs + this.#floorWindowMs;
    const windowMs = 60_000 / floorPerMinute[row];
    return Math.max(floorDueMs[row], monoMs - Math.max(0, 60_000 - windowMs)) + windowMs;
  }

  /** @returns true when the rule settled the record */
  #applyRule(outcome: BatchOutcome, batch: LogBatch, i: number, row: number, bytes: number): boolean {
    const { state } = this.#parts;
    const book = this.#book();
    const index = state.rule[row] === RULE_PER_RECORD ? book.forRecord(this.#scopeOf(row), batch, i) : state.rule[row];
    if (index < 0) return false;
    const { rule } = book.at(index);
    if (rule.kind === "pin") {
      batch.probability[i] = 1;
      batch.reason[i] = RULE;
      outcome.pinnedBytes += bytes;
      return true;
    }
    if (rule.kind === "mute") {
      batch.probability[i] = 0;
      batch.reason[i] = REASON_MUTED;
      return true;
    }
    return false;
  }

  #consumeFirstLine(outcome: BatchOutcome, row: number, monoMs: number): void {
    const { state } = this.#parts;
    if ((state.special[row] & SPECIAL_FIRST) === 0) return;
    outcome.firstRows.push(row);
    state.floorDueMs[row] = this.#nextFloorMs(row, monoMs);
    if (--state.firstLines[row] === 0) state.special[row] &= ~SPECIAL_FIRST;
  }

  /** First lines come out of the novelty allowance; the very first also out of the reserve. @returns true when settled */
  #applyFirstLine(
    outcome: BatchOutcome,
    batch: LogBatch,
    i: number,
    row: number,
    bytes: number,
    monoMs: number,
  ): boolean {
    const { state, noveltyBucket, allowance } = this.#parts;
    const left = state.firstLines[row];
    const isVeryFirst = state.windowCount[row] > 0 && (left === FIRST_LINES || state.floorDueMs[row] <= monoMs);
    this.#consumeFirstLine(outcome, row, monoMs);
    if (isVeryFirst) this.#firstBytes += bytes;
    const level = noveltyBucket.level - outcome.noveltyCharge;
    const share = isVeryFirst ? 0 : FOLLOW_UP_FILL * noveltyBucket.level;
    if (allowance.isUnlimited() || level - share >= bytes) {
      outcome.noveltyCharge += bytes;
    } else if (isVeryFirst && this.#reserveLeft - outcome.reserveCharge >= bytes) {
      outcome.reserveCharge += bytes;
    } else if (!isVeryFirst) {
      return false;
    } else {
      outcome.noveltyOverflow++;
      batch.probability[i] = this.#overflowProbability(outcome.grant);
      batch.reason[i] = NOVEL;
      outcome.noveltyCharge += batch.probability[i] * bytes;
      return true;
    }
    batch.probability[i] = 1;
    batch.reason[i] = NOVEL;
    if ((state.special[row] & SPECIAL_ERROR) !== 0) announce(outcome, i);
    return true;
  }

  /** By arrivals alone: the more first lines come, the fewer are kept, and what all of them cost stays a share of B. */
  #overflowProbability(grant: number): number {
    const arriving = Math.max(this.#firstBytesBefore, this.#firstBytes);
    const payable = Math.max(this.#overflowBytes, this.#planned ? 0 : OVERFLOW_SHARE * grant);
    return Math.min(1, Math.max(MIN_PROBABILITY, payable / arriving));
  }

  /** Scales drawn probabilities (and the ERROR lane's, when it overflows) so that Σ p·bytes fits. */
  #fit(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, errorsWhole: boolean): void {
    const { allowance, drawBucket, errorBucket } = this.#parts;
    const { recordStart, recordEnd, probability, reason } = batch;
    let drawn = 0;
    let laneDrawn = 0;
    for (let i = from; i < to; i++) {
      const p = probability[i];
      const bytes = recordEnd[i] - recordStart[i] + STAMP_BYTES;
      if (reason[i] === SAMPLED) {
        drawn += p * bytes;
        outcome.drawSubject += bytes;
      } else if (reason[i] === ERROR && !(p >= 1 && errorsWhole)) {
        laneDrawn += p * bytes;
        this.#errorsThinned ||= p < 1;
      }
    }
    if (allowance.isUnlimited()) {
      outcome.drawCharge = drawn;
      outcome.drawWish = drawn;
      return;
    }
    const granted = Math.min(outcome.grant, Math.max(0, this.#reserveLeft - outcome.reserveCharge));
    const bucket = drawBucket.affordable(drawn, 0);
    const room = this.#planned ? bucket : Math.max(bucket, granted - outcome.floorBytes);
    const drawScale = drawn > room ? Math.max(0, room) / drawn : 1;
    const laneRoom = laneDrawn > 0 ? errorBucket.affordable(laneDrawn, outcome.errorCharge) : 0;
    const laneScale = laneDrawn > laneRoom ? laneRoom / laneDrawn : 1;
    this.#errorsThinned ||= laneScale < 1;
    if (drawScale < 1 || laneScale < 1) scale(batch, from, to, drawScale, laneScale, errorsWhole);
    outcome.drawCharge = drawn * drawScale;
    outcome.drawWish = drawn;
    outcome.errorCharge += laneDrawn * laneScale;
  }

  #draw(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, now: Instant): void {
    const { randomness, settings, summaries, state, services, promotion } = this.#parts;
    const { pattern, keep, weight, reason, probability, recordStart, recordEnd, traceStart, severity, timeMs } = batch;
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
        outcome.decidedBytes += content + STAMP_BYTES;
        // Kept by no draw: what follows from it is a function of arrivals.
        if (severity[i] >= SEVERITY_ERROR && probability[i] >= 1 && traceStart[i] !== 0) {
          promotion.promote(batch.bytes, traceStart[i], now.monoMs);
        }
      }
      if (mode === "observe") observeRecord(batch, i);
      const event = timeMs[i] === 0 ? now.wallMs : timeMs[i];
      const clamped = event < earliest ? earliest : event > latest ? latest : event;
      summaries.add(row, clamped, content, keep[i], weight[i], 1);
      state.records[row]++;
      state.bytes[row] += content;
      state.kept[row] += keep[i];
      services.received[service]++;
      services.receivedBytes[service] += content;
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
    const usesTraceId = this.#parts.settings.trustTraceIds && batch.traceStart[i] !== 0;
    if (batch.probability[i] >= 1 || usesTraceId) return "";
    const top = this.#random[i - this.#from];
    // Only the top 20 bits decide; the rest is filled so that the attribute has the 56 bits it is defined with.
    const low = this.#parts.randomness.lowOfArrival(batch.pattern[i], top);
    return top.toString(16).padStart(8, "0") + low.toString(16).padStart(6, "0");
  }

  #settle(outcome: BatchOutcome): void {
    const { allowance, drawBucket, errorBucket, noveltyBucket, traceBucket } = this.#parts;
    drawBucket.charge(outcome.drawCharge);
    errorBucket.charge(outcome.errorCharge);
    noveltyBucket.charge(outcome.noveltyCharge);
    traceBucket.charge(outcome.traceCharge);
    this.#reserveLeft -= outcome.reserveCharge;
    allowance.expect(apartOf(outcome) + outcome.drawCharge + outcome.bypassBytes);
    this.#drawWishes += outcome.drawWish;
    this.#drawSubject += outcome.drawSubject;
    this.#apartBytes += apartOf(outcome);
  }

  /** The slice's commit failed: counts go back, first lines and floors are owed again. */
  undo(outcome: BatchOutcome, batch: LogBatch, from: number, to: number, now: Instant): void {
    const { allowance, drawBucket, errorBucket, noveltyBucket, traceBucket } = this.#parts;
    undoSlice(this.#parts, outcome, batch, from, to, now, this.#floorWindowMs);
    drawBucket.credit(outcome.drawCharge);
    errorBucket.credit(outcome.errorCharge);
    noveltyBucket.credit(outcome.noveltyCharge);
    traceBucket.credit(outcome.traceCharge);
    this.#reserveLeft += outcome.reserveCharge - (this.#planned ? 0 : outcome.grant);
    this.#drawWishes -= outcome.drawWish;
    this.#drawSubject -= outcome.drawSubject;
    this.#inputBytes -= outcome.inputBytes;
    this.#apartBytes -= apartOf(outcome);
    allowance.expect(-(apartOf(outcome) + outcome.drawCharge + outcome.bypassBytes));
    allowance.undo(outcome.inputBytes, outcome.grant);
  }
}

const SEVERITY_CLASS_ERROR = 5;

function announce(outcome: BatchOutcome, record: number): void {
  if (outcome.triggerCount < outcome.triggers.length) outcome.triggers[outcome.triggerCount++] = record;
}

/** Expected bytes of everything that is not drawn by the plan. */
function apartOf(outcome: BatchOutcome): number {
  const lanes = outcome.errorCharge + outcome.noveltyCharge + outcome.reserveCharge + outcome.traceCharge;
  return lanes + outcome.pinnedBytes + outcome.floorBytes;
}

/** Observe: forwarded untouched, whatever was decided. */
function observeRecord(batch: LogBatch, i: number): void {
  batch.keep[i] = 1;
  batch.weight[i] = 1;
  batch.probability[i] = 1;
  batch.reason[i] = OBSERVE;
}

/** @param errorsWhole ERRORs of probability 1 are kept whole and charged as such; else they are drawn like the others */
function scale(
  batch: LogBatch,
  from: number,
  to: number,
  drawScale: number,
  laneScale: number,
  errorsWhole: boolean,
): void {
  const { probability, reason } = batch;
  for (let i = from; i < to; i++) {
    const p = probability[i];
    if (p === 0) continue;
    const isLane = reason[i] === ERROR && !(p >= 1 && errorsWhole);
    const factor = reason[i] === SAMPLED ? drawScale : isLane ? laneScale : 1;
    if (factor < 1) probability[i] = Math.max(MIN_PROBABILITY, p * factor);
  }
}
