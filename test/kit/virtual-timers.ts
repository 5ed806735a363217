/**
 * Timers that run only when a test moves a VirtualEnvironment's clock, in order of their due times, each at its own
 * instant. Between two timers everything that promises had queued gets its turn.
 */
import type { Timers } from "../../src/exporters/sending/timers.ts";
import type { VirtualEnvironment } from "./virtual-environment.ts";

interface PendingTimer {
  readonly dueMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class VirtualTimers implements Timers {
  /** Timers asked for since the beginning: a hot loop shows here. */
  scheduled = 0;
  readonly #env: VirtualEnvironment;
  readonly #pending = new Set<PendingTimer>();

  constructor(env: VirtualEnvironment) {
    this.#env = env;
  }

  /** Timers that have neither run nor been cancelled. */
  get pending(): number {
    return this.#pending.size;
  }

  schedule(delayMs: number, run: () => void): () => void {
    const timer = { dueMs: this.#env.monoMs + delayMs, order: this.scheduled++, run };
    this.#pending.add(timer);
    return () => this.#pending.delete(timer);
  }

  /**
   * Runs every timer that becomes due within `milliseconds`.
   * @param settle what has to come to rest before time goes on: promises, or also sockets
   */
  async advance(milliseconds: number, settle: () => Promise<void> = settlePromises): Promise<void> {
    const untilMs = this.#env.monoMs + milliseconds;
    await settle();
    for (let next = this.#earliest(); next !== undefined && next.dueMs <= untilMs; next = this.#earliest()) {
      this.#pending.delete(next);
      this.#env.advance(Math.max(0, next.dueMs - this.#env.monoMs));
      next.run();
      await settle();
    }
    this.#env.advance(untilMs - this.#env.monoMs);
    await settle();
  }

  #earliest(): PendingTimer | undefined {
    let earliest: PendingTimer | undefined;
    for (const timer of this.#pending) {
      const sooner = earliest === undefined || timer.dueMs < earliest.dueMs;
      if (sooner || (timer.dueMs === earliest?.dueMs && timer.order < earliest.order)) earliest = timer;
    }
    return earliest;
  }
}

/** Everything that promises had queued, and what that queued in turn, has run. */
export function settlePromises(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
