/**
 * Lets a repeated warning through once a minute and counts what it held back, so that a failure that repeats with every
 * batch fills no disk. Bounded by `MAX_KEYS`; keys are constants of the caller, never text of a sender.
 */
const DEFAULT_INTERVAL_MS = 60_000;
const MAX_KEYS = 256;

export class RepeatLimiter {
  readonly #intervalMs: number;
  readonly #rows: Map<string, { untilMs: number; suppressed: number }> = new Map();

  constructor(intervalMs: number = DEFAULT_INTERVAL_MS) {
    this.#intervalMs = intervalMs;
  }

  /**
   * @param key what repeats
   * @param monoMs now, monotonic milliseconds
   * @returns how often `key` was held back since it was last let through, or undefined: hold it back
   */
  pass(key: string, monoMs: number): number | undefined {
    const row = this.#rows.get(key);
    if (row === undefined) {
      if (this.#rows.size >= MAX_KEYS) this.#rows.clear();
      this.#rows.set(key, { untilMs: monoMs + this.#intervalMs, suppressed: 0 });
      return 0;
    }
    if (monoMs < row.untilMs) {
      row.suppressed += 1;
      return undefined;
    }
    const { suppressed } = row;
    row.untilMs = monoMs + this.#intervalMs;
    row.suppressed = 0;
    return suppressed;
  }
}
