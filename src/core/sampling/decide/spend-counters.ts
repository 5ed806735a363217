/**
 * Counters between decisions and ticks: what decisions add up for the next tick, and what the last tick allows to
 * decisions. All are sums of expected bytes, independent of the draws.
 */
import type { PlanResult } from "../plan/planner.ts";
import type { Accounts } from "./accounts.ts";
import type { SliceCounts } from "./slice-counts.ts";

/** Share of the novelty allowance that the sample of first lines beyond it may cost in all. */
const OVERFLOW_SHARE = 0.25;

export class SpendCounters {
  /** Whether a plan has seen traffic. Until then a slice may also spend what its own bytes grant. */
  hasPlan = false;
  /** Interval of default floors: see `floor-window.ts`. */
  floorMsPerByte = 0;
  /** Bytes of the settled balance that are not charged yet in this tick. */
  reserveBytesLeft = 0;
  /** Bytes of very first lines of patterns in this tick. */
  firstLineBytes = 0;
  /** Slices since the last tick in which an ERROR was drawn rather than kept whole. */
  #slicesOfSampledErrors = 0;
  /** Content and stamp bytes of the arrivals since the last tick. */
  costBytes = 0;
  #firstLineBytesBefore = 0;
  #overflowBytes = 0;
  #plannedDrawBytes = 0;
  #eligibleBytes = 0;
  #inputBytes = 0;
  #unsampledBytes = 0;
  #pinnedBytes = 0;

  /** @param balance settled balance, bytes @param noveltyBytes refill of the novelty allowance in a tick */
  beginTick(plan: PlanResult, balance: number, noveltyBytes: number): void {
    this.hasPlan ||= plan.demand > 0;
    this.floorMsPerByte = plan.floorMsPerByte;
    this.reserveBytesLeft = Math.max(0, balance);
    this.#overflowBytes = OVERFLOW_SHARE * noveltyBytes;
    this.#firstLineBytesBefore = this.firstLineBytes;
    this.firstLineBytes = 0;
  }

  /** Since the last call: Σ p·bytes of the draw before it was fitted to the budget, and Σ bytes of the same records. */
  takePlanned(): { readonly plannedBytes: number; readonly eligibleBytes: number } {
    const taken = { plannedBytes: this.#plannedDrawBytes, eligibleBytes: this.#eligibleBytes };
    this.#plannedDrawBytes = 0;
    this.#eligibleBytes = 0;
    return taken;
  }

  /**
   * Since the last call, in bytes: the input, the cost (content and stamp) of the same records, and what the budget
   * paid outside of draw, floors and ERROR lane: for pins, and for everything else.
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

  /** Adds bytes of released context, which the reserve pays. */
  addContext(bytes: number): void {
    this.#unsampledBytes += bytes;
    this.reserveBytesLeft = Math.max(0, this.reserveBytesLeft - bytes);
  }

  /** Adds the input bytes and the grant of a slice. */
  addInput({ inputBytes, grant }: SliceCounts): void {
    this.#inputBytes += inputBytes;
    // The plan spends the grant of a tick, and only the rest becomes a reserve; without a plan the whole grant does.
    if (!this.hasPlan) this.reserveBytesLeft += grant;
  }

  undoInput({ inputBytes, grant }: SliceCounts): void {
    this.#inputBytes -= inputBytes;
    if (!this.hasPlan) this.reserveBytesLeft -= grant;
  }

  /** Adds what a slice was charged. @param reserveBytes the part that the reserve pays */
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
   * Probability of a first line beyond the novelty allowance. It depends on arrivals alone and falls as more first
   * lines arrive, so that their cost stays within a fixed share of B.
   * @param grant bytes that the slice grants, which count until there is a plan
   * @param least lowest probability
   * @param ahead bytes of a first line that is not counted yet
   */
  overflowProbability(grant: number, least: number, ahead: number): number {
    const arriving = Math.max(this.#firstLineBytesBefore, this.firstLineBytes + ahead);
    const payable = Math.max(this.#overflowBytes, this.hasPlan ? 0 : OVERFLOW_SHARE * grant);
    return Math.min(1, Math.max(least, payable / arriving));
  }
}
