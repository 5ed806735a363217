/**
 * I(t) and I0: input bytes a second over the last 60 s, and the slow baseline that a storm cannot
 * move (half-life 24 h of *active* time, winsorised at 3 times itself). Idle time does not count: a service that works
 * twenty minutes a day has the baseline of those twenty minutes, or its ordinary work would look like a storm.
 */
import { Baseline, YOUNG_SECONDS } from "../../math/baseline.ts";

const WINDOW_SECONDS = 60;
/** Half-life of the measures of ordinary input: a day. */
export const ORDINARY_HALF_LIFE_SECONDS = 86_400;

export class InputMeter {
  readonly #buckets = new Float64Array(WINDOW_SECONDS);
  #second = -1;
  #firstSecond = -1;
  #windowBytes = 0;
  #pendingBytes = 0;
  #activeSeconds = 0;
  readonly #baseline: Baseline;
  #seeded: boolean;

  /** @param baseline input bytes a second from saved state, or undefined */
  constructor(baseline: number | undefined) {
    this.#baseline = new Baseline(ORDINARY_HALF_LIFE_SECONDS, baseline ?? 0);
    this.#seeded = baseline !== undefined && baseline > 0;
  }

  add(bytes: number): void {
    this.#pendingBytes += bytes;
  }

  /** Takes back what an undone batch added, in this second or in one before: the sum over the window is right again. */
  subtract(bytes: number): void {
    this.#pendingBytes -= bytes;
  }

  /** Moves the window to the second of `monoMs`; call at least once a tick. */
  advance(monoMs: number): void {
    const second = Math.floor(monoMs / 1000);
    if (this.#second < 0) this.#second = second;
    const steps = Math.min(second - this.#second, WINDOW_SECONDS);
    for (let step = 1; step <= steps; step++) {
      const slot = (this.#second + step) % WINDOW_SECONDS;
      this.#windowBytes -= this.#buckets[slot];
      this.#buckets[slot] = 0;
    }
    if (second - this.#second >= WINDOW_SECONDS) this.#windowBytes = 0;
    const elapsed = Math.max(0, second - this.#second);
    this.#second = Math.max(second, this.#second);
    if (this.#firstSecond < 0 && this.#pendingBytes > 0) this.#firstSecond = this.#second;
    this.#buckets[this.#second % WINDOW_SECONDS] += this.#pendingBytes;
    this.#windowBytes += this.#pendingBytes;
    this.#pendingBytes = 0;
    if (elapsed > 0) this.#learn(elapsed);
  }

  #learn(elapsedSeconds: number): void {
    const rate = this.bytesPerSecond();
    if (rate <= 0) return;
    const seconds = Math.min(elapsedSeconds, WINDOW_SECONDS);
    this.#activeSeconds += seconds;
    if (!this.#seeded) {
      this.#baseline.learnYoung(rate, seconds);
      this.#seeded = this.#activeSeconds >= YOUNG_SECONDS;
      return;
    }
    this.#baseline.learn(rate, seconds);
  }

  /** I(t), bytes a second over the last 60 s (over the time since the first byte while that is shorter, at least 1 s). */
  bytesPerSecond(): number {
    if (this.#firstSecond < 0) return 0;
    const observed = Math.min(WINDOW_SECONDS, this.#second - this.#firstSecond + 1);
    return Math.max(0, this.#windowBytes) / observed;
  }

  /** I0, bytes a second; 0 before the first input. */
  baseline(): number {
    return this.#baseline.value;
  }

  /** True once the baseline may limit: before that every input counts as ordinary. */
  isSeeded(): boolean {
    return this.#seeded;
  }
}
