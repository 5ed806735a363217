/**
 * All pieces of one batch: how many are still without an outcome, how many of those are set aside, and how many
 * requests may still be spent on finding the bad records among them.
 */

/** Requests that one batch may cost to find its bad records; what is refused after that goes as a whole. */
export const MAX_SPLIT_REQUESTS = 64;

export class Lineage {
  #active = 1;
  #parked = 0;
  #splitRequestsLeft = MAX_SPLIT_REQUESTS;

  /** True when every piece has its outcome. */
  get isSettled(): boolean {
    return this.#active + this.#parked === 0;
  }

  /** True when pieces are left and all of them are set aside. */
  get isParked(): boolean {
    return this.#active === 0 && this.#parked > 0;
  }

  /** Pays for two more requests out of the allowance. @returns false when it is used up */
  paySplit(): boolean {
    if (this.#splitRequestsLeft < 2) return false;
    this.#splitRequestsLeft -= 2;
    return true;
  }

  /** One piece became two. */
  halved(): void {
    this.#active++;
  }

  settled(): void {
    this.#active--;
  }

  parked(): void {
    this.#active--;
    this.#parked++;
  }

  /**
   * A piece set aside is tried again. When the whole batch had to wait for proof that the destination accepts anything,
   * the proof comes with a new allowance.
   */
  unparked(proven: boolean): void {
    if (proven && this.#active === 0) this.#splitRequestsLeft = MAX_SPLIT_REQUESTS;
    this.#active++;
    this.#parked--;
  }
}
