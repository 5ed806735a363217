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
  hasPlan = false;
  /** Default floors: see `floor-window.ts`. */
  floorMsPerByte = 0;
  /** Part of the settled balance not yet promised to anybody in this tick. */
  reserveBytesLeft = 0;
  /** Bytes of very first lines in this tick. */
  firstLineBytes = 0;
  /** Slices since the last tick in which an ERROR was drawn rather than kept whole. */
  #slicesOfSampledErrors = 0;
  costBytes = 0;
  #firstLineBytesBefore = 0;
  #overflowBytes = 0;
  #plannedDrawBytes = 0;
  #eligibleBytes = 0;
  #inputBytes = 0;
  #unsampledBytes = 0;
  #pinnedBytes = 0;

  /** @param balance settled balance @param noveltyBytes what the novelty allowance gets in a tick */
  beginTick(plan: PlanResult, balance: number, noveltyBytes: number): void {
    this.hasPlan ||= plan.demand > 0;
    this.floorMsPerByte = plan.floorMsPerByte;
    this.reserveBytesLeft = Math.max(0, balance);
    this.#overflowBytes = OVERFLOW_SHARE * noveltyBytes;
    this.#firstLineBytesBefore = this.firstLineBytes;
    this.firstLineBytes = 0;
  }

  /** Bytes that plan probabilities asked for since the last call, before scaling, and the bytes they were about. */
  takePlanned(): { readonly plannedBytes: number; readonly eligibleBytes: number } {
    const taken = { plannedBytes: this.#plannedDrawBytes, eligibleBytes: this.#eligibleBytes };
    this.#plannedDrawBytes = 0;
    this.#eligibleBytes = 0;
    return taken;
  }

  /**
   * Since the last call: input bytes, the cost (content and stamp) of the same records, and what the budget paid apart from
   * draw, floors and ERROR lane: for pins, and for everything else.
   */
  takeInput(): { readonly input: number; readonly cost: number; readonly unsampled: number; readonly pinned: number } {
    const taken = {
      input: this.#inputBytes,
      cost: this.costBytes,
      unsampled: this.#unsampledBytes,
      pinned: this.#pinnedBytes,
    };
    this.#pinnedBytes = 0;
    this.#inputBytes = 0;
    this.costBytes = 0;
    this.#unsampledBytes = 0;
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
    this.#unsampledBytes += bytes;
    this.reserveBytesLeft = Math.max(0, this.reserveBytesLeft - bytes);
  }

  /** Input bytes and grant of a slice. */
  addInput({ inputBytes, grant }: SliceCounts): void {
    this.#inputBytes += inputBytes;
    // Once there is a plan it spends the grant of this tick, and only what was left over is a reserve.
    if (!this.hasPlan) this.reserveBytesLeft += grant;
  }

  undoInput({ inputBytes, grant }: SliceCounts): void {
    this.#inputBytes -= inputBytes;
    if (!this.hasPlan) this.reserveBytesLeft -= grant;
  }

  /** What a slice was charged. @param reserveBytes of that, what the reserve pays */
  settle(counts: SliceCounts, accounts: Accounts, reserveBytes: number): void {
    this.reserveBytesLeft -= reserveBytes;
    this.#plannedDrawBytes += counts.plannedDrawBytes;
    this.#eligibleBytes += counts.eligibleBytes;
    this.#unsampledBytes += accounts.unforeseen(counts);
    this.#pinnedBytes += accounts.pinned(counts);
    if (counts.areErrorsSampled) this.#slicesOfSampledErrors++;
  }

  undo(counts: SliceCounts, accounts: Accounts, reserveBytes: number): void {
    this.reserveBytesLeft += reserveBytes;
    this.#plannedDrawBytes -= counts.plannedDrawBytes;
    this.#eligibleBytes -= counts.eligibleBytes;
    this.#unsampledBytes -= accounts.unforeseen(counts);
    this.#pinnedBytes -= accounts.pinned(counts);
    if (counts.areErrorsSampled && this.#slicesOfSampledErrors > 0) this.#slicesOfSampledErrors--;
  }

  /**
   * p of a first line beyond the novelty allowance. By arrivals alone: the more first lines come, the fewer are kept, and
   * what all of them cost stays a share of B.
   * @param ahead bytes of a first line that is not counted yet
   */
  overflowProbability(grant: number, least: number, ahead: number): number {
    const arriving = Math.max(this.#firstLineBytesBefore, this.firstLineBytes + ahead);
    const payable = Math.max(this.#overflowBytes, this.hasPlan ? 0 : OVERFLOW_SHARE * grant);
    return Math.min(1, Math.max(least, payable / arriving));
  }
}
