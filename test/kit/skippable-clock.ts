/**
 * The machine's clocks, which a test may set forward: minutes of a running product in seconds of a test. Timers of the
 * event loop keep their own pace, so what is scheduled by them comes late, never early.
 */
import { performance } from "node:perf_hooks";
import type { Environment } from "../../src/model/environment.ts";
import type { Instant } from "../../src/model/instant.ts";
import { seededBytes } from "./seeded-bytes.ts";

export class SkippableClock implements Environment {
  readonly #bytes = seededBytes();
  #skippedMs = 0;

  now(): Instant {
    return { monoMs: performance.now() + this.#skippedMs, wallMs: Date.now() + this.#skippedMs };
  }

  /** Both clocks jump forward. */
  skip(milliseconds: number): void {
    this.#skippedMs += milliseconds;
  }

  randomBytes(size: number): Uint8Array {
    return this.#bytes(size);
  }

  /** Back-off without luck: always its shortest wait. */
  jitter(): number {
    return 0;
  }
}
