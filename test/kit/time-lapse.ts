/**
 * The machine's clocks, faster or set forward: hours of a running product in seconds of a test. Both clocks move
 * together. Timers of the event loop keep their own pace, so what is scheduled by them comes late, never early.
 */
import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { Environment } from "../../src/model/environment.ts";
import type { Instant } from "../../src/model/instant.ts";

export class TimeLapse implements Environment {
  readonly #speed: number;
  readonly #startedMs = performance.now();
  readonly #startWallMs = Date.now();
  #skippedMs = 0;

  /** @param speed milliseconds on these clocks for one of the machine's */
  constructor(speed = 1) {
    this.#speed = speed;
  }

  now(): Instant {
    const passedMs = (performance.now() - this.#startedMs) * this.#speed + this.#skippedMs;
    return { monoMs: this.#startedMs + passedMs, wallMs: Math.floor(this.#startWallMs + passedMs) };
  }

  /** Both clocks jump forward. */
  skip(milliseconds: number): void {
    this.#skippedMs += milliseconds;
  }

  randomBytes(size: number): Uint8Array {
    return randomBytes(size);
  }

  /** Back-off without luck: always its shortest wait. */
  jitter(): number {
    return 0;
  }
}
