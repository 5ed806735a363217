import type { PlanResult } from "../plan/planner.ts";
import type { Accounts } from "./accounts.ts";
import type { SliceCounts } from "./slice-counts.ts";

/**
 * What decisions leave for the next tick, and what the last tick left for decisions: sums of expected bytes, never of what
 * draws made of them.
 */
/** First lines beyond the novelty allowance are drawn; all of them together for this share of it. */
const OVERFLOW_SHARE = 0.25;

export class SpendCounters {
  /** A plan has seen traffic. Until then a batch may also spend what its own bytes grant. */
  planned = false;
  /** Default floors: see `floor-window.ts`. */
  floorMsPerByte = 0;
  /** Part of the settled balance not yet promised to anybody in this tick. */
  reserveLeft = 0;
  /** Bytes of very first lines in this tick. */
  firstBytes = 0;
  /** Slices since the last tick in which an ERROR was drawn rather than kept whole. */
  #slicesOfSampledErrors = 0;
  costBytes = 0;
  #firstBytesBefore = 0;
  #overflowBytes = 0;
  #drawWishes = 0;
  #drawSubject = 0;
  #inputBytes = 0;
  #apartBytes = 0;
  #pinnedBytes = 0;

  /** @param balance settled balance @param noveltyBytes what the novelty allowance gets in a tick */
  beginTick(plan: PlanResult, balance: number, noveltyBytes: number): void {
    this.planned ||= plan.demand > 0;
    this.floorMsPerByte = plan.floorMsPerByte;
    this.reserveLeft = Math.max(0, balance);
    this.#overflowBytes = OVERFLOW_SHARE * noveltyBytes;
    this.#firstBytesBefore = this.firstBytes;
    this.firstBytes = 0;
  }

  /** Bytes that plan probabilities asked for since the last call, before scaling, and the bytes they were about. */
  takeDrawn(): { readonly wished: number; readonly subject: number } {
    const taken = { wished: this.#drawWishes, subject: this.#drawSubject };
    this.#drawWishes = 0;
    this.#drawSubject = 0;
    return taken;
  }

  /**
   * Since the last call: input bytes, the cost (content and stamp) of the same records, and what the budget paid apart from
   * draw, floors and ERROR lane: for pins, and for everything else.
   */
  takeInput(): { readonly input: number; readonly cost: number; readonly apart: number; readonly pinned: number } {
    const taken = {
      input: this.#inputBytes,
      cost: this.costBytes,
      apart: this.#apartBytes,
      pinned: this.#pinnedBytes,
    };
    this.#pinnedBytes = 0;
    this.#inputBytes = 0;
    this.costBytes = 0;
    this.#apartBytes = 0;
    return taken;
  }

  /** Whether ERROR or worse was drawn rather than kept whole since the last call. */
  takeErrorsSampled(): boolean {
    const isTrue = this.#slicesOfSampledErrors > 0;
    this.#slicesOfSampledErrors = 0;
    return isTrue;
  }

  /** Bytes of context that were released: out of the reserve. */
  addContext(bytes: number): void {
    this.#apartBytes += bytes;
    this.reserveLeft = Math.max(0, this.reserveLeft - bytes);
  }

  /** Input bytes and grant of a slice. */
  arrive({ inputBytes, grant }: SliceCounts): void {
    this.#inputBytes += inputBytes;
    // Once there is a plan it spends the grant of this tick, and only what was left over is a reserve.
    if (!this.planned) this.reserveLeft += grant;
  }

  undoArrival({ inputBytes, grant }: SliceCounts): void {
    this.#inputBytes -= inputBytes;
    if (!this.planned) this.reserveLeft -= grant;
  }

  /** What a slice was charged. @param reserveBytes of that, what the reserve pays */
  settle(counts: SliceCounts, accounts: Accounts, reserveBytes: number): void {
    this.reserveLeft -= reserveBytes;
    this.#drawWishes += counts.plannedBytes;
    this.#drawSubject += counts.eligibleBytes;
    this.#apartBytes += accounts.unforeseen(counts);
    this.#pinnedBytes += accounts.pinned(counts);
    if (counts.areErrorsSampled) this.#slicesOfSampledErrors++;
  }

  undo(counts: SliceCounts, accounts: Accounts, reserveBytes: number): void {
    this.reserveLeft += reserveBytes;
    this.#drawWishes -= counts.plannedBytes;
    this.#drawSubject -= counts.eligibleBytes;
    this.#apartBytes -= accounts.unforeseen(counts);
    this.#pinnedBytes -= accounts.pinned(counts);
    if (counts.areErrorsSampled && this.#slicesOfSampledErrors > 0) this.#slicesOfSampledErrors--;
  }

  /**
   * p of a first line beyond the novelty allowance. By arrivals alone: the more first lines come, the fewer are kept, and
   * what all of them cost stays a share of B.
   * @param ahead bytes of a first line that is not counted yet
   */
  overflowProbability(grant: number, least: number, ahead: number): number {
    const arriving = Math.max(this.#firstBytesBefore, this.firstBytes + ahead);
    const payable = Math.max(this.#overflowBytes, this.planned ? 0 : OVERFLOW_SHARE * grant);
    return Math.min(1, Math.max(least, payable / arriving));
  }
}
