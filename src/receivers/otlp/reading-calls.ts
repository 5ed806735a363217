/**
 * The calls whose message is not complete, in order of their start, so that overdue ones are found without a clock or a
 * timer for each. A list that is threaded through the calls themselves: a Set would throw its table away every few
 * hundred calls, and a table that has grown old keeps the dead calls in it alive until the next large collection.
 */
export interface ReadingCall {
  /** When it began, in ticks. */
  readonly startTick: number;
  /** Neighbours in the list; undefined at its ends and outside of it. */
  older: ReadingCall | undefined;
  newer: ReadingCall | undefined;
  /** The sender took too long. Must take the call out of the list. */
  expire(): void;
}

export class ReadingCalls {
  #oldest: ReadingCall | undefined;
  #newest: ReadingCall | undefined;

  /** @param call begins now, and is in no list */
  add(call: ReadingCall): void {
    call.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = call;
    else this.#newest.newer = call;
    this.#newest = call;
  }

  /** Nothing happens when it is not in the list. */
  remove(call: ReadingCall): void {
    const { older, newer } = call;
    if (older === undefined && this.#oldest !== call) return;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    // No dead call may point to a living one.
    call.older = undefined;
    call.newer = undefined;
  }

  /** Expires the calls that began before `tick`. */
  expireBefore(tick: number): void {
    while (this.#oldest !== undefined && this.#oldest.startTick < tick) {
      const call = this.#oldest;
      call.expire();
      // Whatever expire did, the walk must not see this call again.
      this.remove(call);
    }
  }
}
