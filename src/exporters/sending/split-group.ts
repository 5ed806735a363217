/**
 * All pieces of one batch that was split: how many have no outcome yet, how many of those are deferred, and how many
 * requests may still be spent on finding the bad records among them.
 */

/** Requests that one batch may cost to find its bad records; what is refused after that goes as a whole. */
export const MAX_SPLIT_REQUESTS = 64;

export class SplitGroup {
  #active = 1;
  #deferred = 0;
  #splitRequestsLeft = MAX_SPLIT_REQUESTS;

  /** True when every piece has its outcome. */
  get isSettled(): boolean {
    return this.#active + this.#deferred === 0;
  }

  /** True when pieces are left and all of them are deferred. */
  get isDeferred(): boolean {
    return this.#active === 0 && this.#deferred > 0;
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

  deferred(): void {
    this.#active--;
    this.#deferred++;
  }

  /**
   * A deferred piece is tried again. When the whole batch was deferred until the destination accepted any request, the
   * batch gets a new allowance of split requests.
   */
  resumed(proven: boolean): void {
    if (proven && this.#active === 0) this.#splitRequestsLeft = MAX_SPLIT_REQUESTS;
    this.#active++;
    this.#deferred--;
  }
}
