/**
 * Keep reason `novel`: the first lines of a pattern, and the first after a long silence, are kept and paid by the
 * novelty allowance; very first lines also by the reserve. Very first lines beyond both are sampled with weights;
 * second and third lines pass on.
 */
import { FIRST_LINES } from "../../../patterns/first-lines.ts";
import { FLAG_ERROR, FLAG_FIRST_LINES } from "../../../patterns/pattern-state.ts";
import { MIN_PROBABILITY } from "../../plan/row-plan.ts";
import type { DecidingSlice } from "../deciding-slice.ts";
import { NOVEL } from "../reason-codes.ts";
import { ACCOUNTS_MAX, addTrigger } from "../slice-counts.ts";
import type { DecisionStep, ExplainedLine, Explanation, KeepStep, StepParts } from "./step.ts";
import { keeps, passesOn } from "./step.ts";

type Parts = Pick<
  StepParts,
  "state" | "allowance" | "buckets" | "guard" | "counters" | "claims" | "accounts" | "keepRatio"
>;

/** Account of what the reserve pays: `budget-fit.ts` subtracts it from the reserve. */
export const RESERVE = "reserve";

/**
 * Second and third lines are paid while the bucket stays at least this full; the part below is for very first lines.
 */
const FOLLOW_UP_MIN_FILL = 0.6;

/** What pays for a first line. */
type Payment = "bucket" | "reserve" | "none";

export class FirstLinesStep implements KeepStep {
  readonly isForSpecial: boolean = true;
  readonly #next: DecisionStep;
  readonly #deps: Parts;
  readonly #special: Uint8Array;
  readonly #account: number;
  readonly #reserve: number;

  constructor(next: DecisionStep, deps: Parts) {
    this.#next = next;
    this.#deps = deps;
    this.#special = deps.state.flags;
    this.#reserve = deps.accounts.open({ name: RESERVE, bucket: undefined, kind: "unforeseen" });
    this.#account = deps.accounts.open({ name: "first lines", bucket: deps.buckets.novelty, kind: "unforeseen" });
  }

  begin(): boolean {
    return true;
  }

  decide(slice: DecidingSlice, i: number, row: number, bytes: number): void {
    const isOwed = (this.#special[row] & FLAG_FIRST_LINES) !== 0;
    if (!isOwed || slice.capProbability < 1 || !this.#apply(slice, i, row, bytes))
      this.#next.decide(slice, i, row, bytes);
  }

  /** @returns true when the record is decided */
  #apply(slice: DecidingSlice, i: number, row: number, bytes: number): boolean {
    const { state, guard, claims, counters } = this.#deps;
    const { counts, charged } = slice;
    const service = state.service[row];
    const left = state.firstLines[row];
    const floorDueMs = state.floorDueMs[row];
    const isVeryFirst = left === FIRST_LINES || floorDueMs <= slice.monoMs;
    claims.use(counts, row, slice.monoMs);
    if (isVeryFirst) {
      counters.firstLineBytes += bytes;
      counts.firstLineBytes += bytes;
    }
    switch (this.#paymentOf(service, bytes, isVeryFirst, charged)) {
      case "bucket":
        charged[this.#account] += bytes;
        guard.spend(service, bytes);
        break;
      case "reserve":
        charged[this.#reserve] += bytes;
        guard.spendReserve(service, bytes);
        break;
      case "none":
        if (!isSampledBeyond(isVeryFirst, left)) {
          if (isVeryFirst) state.floorDueMs[row] = floorDueMs;
          return false;
        }
        this.#sampleBeyond(slice, i, row, bytes);
        return true;
    }
    slice.probability[i] = 1;
    slice.reason[i] = NOVEL;
    if ((state.flags[row] & FLAG_ERROR) !== 0) addTrigger(counts, i);
    return true;
  }

  /** Most patterns of a flood arrive once. The floor stays due, so a pattern that arrives again keeps its next line. */
  #sampleBeyond(slice: DecidingSlice, i: number, row: number, bytes: number): void {
    const { state, counters } = this.#deps;
    state.floorDueMs[row] = 0;
    slice.counts.noveltyOverflow++;
    const p = counters.overflowProbability(slice.counts.grant, MIN_PROBABILITY, 0);
    slice.probability[i] = p;
    slice.reason[i] = NOVEL;
    slice.charged[this.#account] += p * bytes;
  }

  /** @param service row; undefined when it is unknown @param charged what the slice was charged so far, by account */
  #paymentOf(service: number | undefined, bytes: number, isVeryFirst: boolean, charged: Float64Array): Payment {
    const { allowance, buckets, guard, counters } = this.#deps;
    const bucket = buckets.novelty;
    if (allowance.isUnlimited()) return "bucket";
    const left = isVeryFirst ? 0 : followUpThresholdBytes(bucket.capacity, allowance.balance());
    const isAllowed = service === undefined || guard.hasBucketBytes(service, bytes);
    if (isAllowed && bucket.level - charged[this.#account] - bytes >= left) return "bucket";
    const isReserveAllowed = service === undefined || guard.hasReserveBytes(service, bytes);
    const reserve = counters.reserveBytesLeft - charged[this.#reserve];
    return isVeryFirst && isReserveAllowed && reserve >= bytes ? "reserve" : "none";
  }

  undo({ reason, probability }: DecidingSlice, i: number, row: number, bytes: number): boolean {
    if (reason[i] !== NOVEL) return false;
    if (probability[i] >= 1) this.#deps.guard.spend(this.#deps.state.service[row], -bytes);
    return true;
  }

  standing(row: number): "novel" | undefined {
    return this.#deps.claims.isOwed(row) ? "novel" : undefined;
  }

  explain({
    firstLines,
    capProbability,
    cap,
    floorDueMs,
    now,
    service,
    bytes,
    isBack,
    batch,
  }: ExplainedLine): Explanation {
    if (firstLines === 0) return passesOn("novel", "no first line of the pattern is due");
    if (capProbability < 1)
      return passesOn("novel", "first lines are not kept whole while the rule's bucket is less than half full", cap);
    const isVeryFirst = firstLines === FIRST_LINES || floorDueMs <= now.monoMs;
    if (this.#paymentOf(service, bytes, isVeryFirst, NOTHING_CHARGED) !== "none") {
      return isBack
        ? keeps("novel", 1, "the pattern is new or was silent for ten minutes: its first line is kept")
        : keeps("novel", 1, `${firstLines} first lines of the pattern are still due`);
    }
    if (!isSampledBeyond(isVeryFirst, firstLines)) {
      return passesOn("novel", "the novelty allowance pays only the very first lines of patterns now");
    }
    const { counters, guard, keepRatio } = this.#deps;
    const p = counters.overflowProbability((keepRatio ?? 0) * batch.length, MIN_PROBABILITY, bytes);
    return service === undefined || guard.hasBucketBytes(service, bytes)
      ? keeps("novel", p, "new patterns exceed the novelty allowance and the reserve: their first lines are sampled")
      : keeps("novel", p, "the service has a pattern explosion: first lines beyond its share are sampled");
  }
}

const NOTHING_CHARGED: Float64Array = new Float64Array(ACCOUNTS_MAX);

/** Bytes in the novelty bucket that second and third lines must leave. In debt the bucket pays none: they pass on. */
function followUpThresholdBytes(capacity: number, balance: number): number {
  return balance < 0 ? Number.POSITIVE_INFINITY : FOLLOW_UP_MIN_FILL * capacity;
}

/** Whether a first line that neither pays is sampled with a weight; the others pass on. */
function isSampledBeyond(isVeryFirst: boolean, left: number): boolean {
  return isVeryFirst && left === FIRST_LINES;
}
