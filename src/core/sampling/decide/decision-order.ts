import type { Instant } from "../../../model/instant.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { MARK_PASSES } from "../../../model/log-batch.ts";
import { FIRST_LINES } from "../../patterns/first-lines.ts";
import { floorWindowMs } from "../../patterns/floor-window.ts";
import { RULE_PER_RECORD, SPECIAL_ERROR, SPECIAL_FIRST, SPECIAL_RULE } from "../../patterns/pattern-state.ts";
import { MIN_PROBABILITY } from "../plan/row-plan.ts";
import type { RuleBook } from "../rules/rules.ts";
import type { BatchOutcome } from "./batch-outcome.ts";
import type { PatternArrivals } from "./pattern-arrivals.ts";
import { BYPASS, ERROR, FLOOR, NOVEL, REASON_MUTED, RULE, SAMPLED, SUMMARY, TRACE } from "./reason-codes.ts";
import type { SamplerParts } from "./sampler-parts.ts";
import type { SliceColumns } from "./slice-columns.ts";
import type { TickBooks } from "./spend-counters.ts";

/**
 * The order of decision: bypass → rules → ERROR lane → first lines → trace → floor → plan. The first that holds gives a
 * record its reason and its probability; `explain.ts` walks the same order for people.
 */
/** K of the arrival-index decay for a pattern that no plan has seen yet. */
export const UNPLANNED_K = 32;
/** Second and third lines are paid while the novelty allowance stays at least this full: the rest waits for very first lines. */
const FOLLOW_UP_FILL = 0.6;

/** Level of the novelty bucket from which it pays second and third lines. */
export function followUpLevel(capacity: number, balance: number): number {
  return balance < 0 ? Number.POSITIVE_INFINITY : FOLLOW_UP_FILL * capacity;
}

export class DecisionOrder {
  readonly #parts: SamplerParts;
  readonly #book: () => RuleBook;
  readonly #arrivals: PatternArrivals;
  readonly #books: TickBooks;
  /** Room under the cap of the record at hand, 1 without one; the record that a cap was asked for last, and which. */
  #limit = 1;
  #capped = -1;
  #cap = 0;

  constructor(parts: SamplerParts, book: () => RuleBook, arrivals: PatternArrivals, books: TickBooks) {
    this.#parts = parts;
    this.#book = book;
    this.#arrivals = arrivals;
    this.#books = books;
  }

  /**
   * Reason and wanted probability of every record; nothing is scaled yet.
   * @param errorsWhole the ERRORs of the slice fit their lane
   * @param columns arrival index and trace hash of each record
   */
  assign(
    outcome: BatchOutcome,
    batch: LogBatch,
    from: number,
    to: number,
    now: Instant,
    bypassUntilMs: number,
    errorsWhole: boolean,
    { arrival, traceHash }: SliceColumns,
  ): void {
    const { state, services, promotion, traceBucket, allowance } = this.#parts;
    const { budget, stampBytes } = this.#parts.settings;
    const { pattern, recordStart, recordEnd, probability, reason, traceStart, marks } = batch;
    const initial = budget.keepRatio ?? 1;
    const allBypassed = now.monoMs < bypassUntilMs;
    const { special, plan, decayK, floorDueMs, service } = state;
    for (let i = from; i < to; i++) {
      const row = pattern[i];
      const bytes = recordEnd[i] - recordStart[i] + stampBytes;
      const bits = special[row];
      if ((marks[i] & MARK_PASSES) !== 0) {
        pass(outcome, batch, i, bytes);
        continue;
      }
      if (allBypassed || now.monoMs < services.bypassUntilMs[service[row]]) {
        probability[i] = 1;
        reason[i] = BYPASS;
        outcome.bypassBytes += bytes;
        continue;
      }
      let limit = 1;
      if (bits !== 0) {
        if ((bits & SPECIAL_RULE) !== 0) {
          if (this.#applyRule(outcome, batch, i, row, bytes, now.monoMs)) continue;
          limit = this.#limit;
        }
        if (limit >= 1 && (bits & SPECIAL_ERROR) !== 0 && errorsWhole && (plan[row] >= 1 || plan[row] === 0)) {
          probability[i] = 1;
          reason[i] = ERROR;
          outcome.errorCharge += bytes;
          if ((bits & SPECIAL_FIRST) !== 0) announce(outcome, i);
          this.#consumeFirstLine(outcome, row, now.monoMs);
          continue;
        }
        const isFirst = limit >= 1 && (bits & SPECIAL_FIRST) !== 0;
        if (isFirst && this.#applyFirstLine(outcome, batch, i, row, bytes, now.monoMs)) continue;
      }
      const trace = traceStart[i];
      if (
        trace !== 0 &&
        limit >= 1 &&
        traceBucket.level - outcome.traceCharge >= bytes &&
        promotion.isHashPromoted(traceHash[i - from], batch.bytes, trace, now.monoMs)
      ) {
        probability[i] = 1;
        reason[i] = TRACE;
        outcome.traceCharge += bytes;
        continue;
      }
      if (now.monoMs >= floorDueMs[row] && limit >= 1 && this.#paysFloor(outcome, row, bytes)) {
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
      if (limit < probability[i]) {
        probability[i] = Math.max(MIN_PROBABILITY, limit);
        reason[i] = RULE;
        outcome.cappedBytes += probability[i] * bytes;
      }
    }
    this.#settleCap(batch);
  }

  /** A floor that somebody asked for is paid in any case, the others out of their share; who does not fit is due until it does. */
  #paysFloor(outcome: BatchOutcome, row: number, bytes: number): boolean {
    const { state, floorBucket, allowance } = this.#parts;
    if (allowance.isUnlimited() || state.floorPerMinute[row] > 0) return true;
    if (floorBucket.level - outcome.floorCharge < bytes) return false;
    outcome.floorCharge += bytes;
    return true;
  }

  /**
   * When the floor is due again after a line that it kept. A floor that somebody asked for counts over a minute, because
   * senders batch: the lines of ten seconds arrive together.
   */
  #nextFloorMs(row: number, monoMs: number): number {
    const { floorPerMinute, floorDueMs } = this.#parts.state;
    const windowMs = floorWindowMs(this.#parts.state, row, this.#books.floorMsPerByte);
    if (floorPerMinute[row] <= 0) return monoMs + windowMs;
    return Math.max(floorDueMs[row], monoMs - Math.max(0, 60_000 - windowMs)) + windowMs;
  }

  /** Charges the record that came last under a cap, now that its probability is known. */
  #settleCap(batch: LogBatch): void {
    const i = this.#capped;
    if (i < 0) return;
    const bytes = batch.recordEnd[i] - batch.recordStart[i] + this.#parts.settings.stampBytes;
    this.#book().limits.charge(this.#cap, batch.probability[i] * bytes);
    this.#capped = -1;
  }

  /** Leaves what a cap has room for in #limit. @returns true when the rule settled the record */
  #applyRule(outcome: BatchOutcome, batch: LogBatch, i: number, row: number, bytes: number, monoMs: number): boolean {
    this.#limit = 1;
    const { state } = this.#parts;
    const book = this.#book();
    const index =
      state.rule[row] === RULE_PER_RECORD ? book.forRecord(this.#arrivals.scopeOf(row), batch, i) : state.rule[row];
    if (index < 0) return false;
    const { rule } = book.at(index);
    const isPerRecord = state.rule[row] === RULE_PER_RECORD;
    if (isPerRecord && (rule.kind === "pin" || rule.kind === "mute")) state.tickRuled[row]++;
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
    if (rule.kind === "cap") {
      this.#settleCap(batch);
      this.#limit = book.limits.room(index, monoMs);
      this.#capped = i;
      this.#cap = index;
      return false;
    }
    // A floor that holds for whole patterns is their own; ERRORs and first lines are more than floor lines.
    const isOwn = !isPerRecord || (state.special[row] & (SPECIAL_ERROR | SPECIAL_FIRST)) !== 0;
    if (isOwn || !book.limits.takeFloor(index, monoMs)) return false;
    batch.probability[i] = 1;
    batch.reason[i] = FLOOR;
    outcome.floorBytes += bytes;
    return true;
  }

  #consumeFirstLine(outcome: BatchOutcome, row: number, monoMs: number): void {
    const { state } = this.#parts;
    if ((state.special[row] & SPECIAL_FIRST) === 0) return;
    outcome.firstRows.push(row);
    this.#parts.guard.count(state.service[row], state.firstLines[row]);
    state.floorDueMs[row] = this.#nextFloorMs(row, monoMs);
    if (--state.firstLines[row] === 0) state.special[row] &= ~SPECIAL_FIRST;
  }

  #reserveHas(outcome: BatchOutcome, service: number, bytes: number): boolean {
    return this.#books.reserveLeft - outcome.reserveCharge >= bytes && this.#parts.guard.hasReserve(service, bytes);
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
    const { state, noveltyBucket, allowance, guard } = this.#parts;
    const left = state.firstLines[row];
    const service = state.service[row];
    const hasRoom = guard.hasRoom(service, bytes);
    const isVeryFirst = state.windowCount[row] > 0 && (left === FIRST_LINES || state.floorDueMs[row] <= monoMs);
    const isSecond = left < FIRST_LINES && isVeryFirst;
    const floorDueMs = state.floorDueMs[row];
    this.#consumeFirstLine(outcome, row, monoMs);
    if (isVeryFirst) this.#books.firstBytes += bytes;
    const level = noveltyBucket.level - outcome.noveltyCharge;
    // Second and third lines are for good days: in debt they are drawn like any other.
    const kept = isVeryFirst ? 0 : followUpLevel(noveltyBucket.capacity, allowance.balance());
    if (allowance.isUnlimited() || (hasRoom && level - bytes >= kept)) {
      outcome.noveltyCharge += bytes;
      guard.spend(service, bytes);
    } else if (isVeryFirst && this.#reserveHas(outcome, service, bytes)) {
      outcome.reserveCharge += bytes;
      guard.spendReserve(service, bytes);
    } else if (!isVeryFirst || isSecond) {
      if (isSecond) state.floorDueMs[row] = floorDueMs;
      return false;
    } else {
      // Most of a flood is seen once. What comes again has its floor line waiting, whatever is drawn now.
      state.floorDueMs[row] = 0;
      outcome.noveltyOverflow++;
      batch.probability[i] = this.#books.overflowProbability(outcome.grant, MIN_PROBABILITY, 0);
      batch.reason[i] = NOVEL;
      outcome.noveltyCharge += batch.probability[i] * bytes;
      return true;
    }
    batch.probability[i] = 1;
    batch.reason[i] = NOVEL;
    if ((state.special[row] & SPECIAL_ERROR) !== 0) announce(outcome, i);
    return true;
  }
}

/** A summary of a trusted peer is no line of anybody: it goes on as it is. */
function pass(outcome: BatchOutcome, batch: LogBatch, i: number, bytes: number): void {
  batch.probability[i] = 1;
  batch.reason[i] = SUMMARY;
  outcome.passedBytes += bytes;
}

function announce(outcome: BatchOutcome, record: number): void {
  if (outcome.triggerCount < outcome.triggers.length) outcome.triggers[outcome.triggerCount++] = record;
}
