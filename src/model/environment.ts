/** Port: the clock and the randomness of a process. */
import type { Instant } from "./instant.ts";

/** Time and randomness, injected: the real ones live in runtime/, tests and replay bring their own. */
export interface Environment {
  now(): Instant;
  /** `size` unpredictable bytes. */
  randomBytes(size: number): Uint8Array;
  /** Uniform in [0, 1): only for back-off jitter, never for sampling. */
  jitter(): number;
}
