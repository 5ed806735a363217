/** The real clock and the real randomness: the one place where the product reads them. */
import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import type { Environment } from "../model/environment.ts";
import type { Instant } from "../model/instant.ts";

export class NodeEnvironment implements Environment {
  now(): Instant {
    // performance.now() never jumps with NTP or a suspended machine; Date.now() is for labels.
    return { monoMs: performance.now(), wallMs: Date.now() };
  }

  randomBytes(size: number): Uint8Array {
    return randomBytes(size);
  }

  jitter(): number {
    return Math.random();
  }
}
