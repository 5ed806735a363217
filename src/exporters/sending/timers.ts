/**
 * Timers as an argument: exporters never call setTimeout themselves, so that tests own the time.
 * A delay is milliseconds on the clock that never jumps.
 */
export interface Timers {
  /** Runs `run` once, `delayMs` from now. @returns cancels it; harmless afterwards */
  schedule(delayMs: number, run: () => void): () => void;
}

/** Node's own timers. */
export function systemTimers(): Timers {
  return {
    schedule(delayMs, run) {
      const timer = setTimeout(run, Math.max(0, delayMs));
      return () => clearTimeout(timer);
    },
  };
}
