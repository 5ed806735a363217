/**
 * An Environment whose clock moves only when a test says so, and whose randomness is a seeded sequence (mulberry32):
 * the same seed gives the same bytes on every machine.
 */
import type { Environment } from "../../src/model/environment.ts";
import type { Instant } from "../../src/model/instant.ts";

/** 2026-01-01T00:00:00Z: where virtual time begins unless a test says otherwise. */
export const VIRTUAL_START_WALL_MS: number = Date.UTC(2026, 0, 1);

export class VirtualEnvironment implements Environment {
  /** Set freely; only advance() moves both clocks together. */
  monoMs: number;
  wallMs: number;
  #randomState: number;

  constructor(options: { readonly monoMs?: number; readonly wallMs?: number; readonly seed?: number } = {}) {
    this.monoMs = options.monoMs ?? 0;
    this.wallMs = options.wallMs ?? VIRTUAL_START_WALL_MS;
    this.#randomState = options.seed ?? 1;
  }

  now(): Instant {
    return { monoMs: this.monoMs, wallMs: this.wallMs };
  }

  /** Both clocks go `milliseconds` on; returns the new instant. */
  advance(milliseconds: number): Instant {
    this.monoMs += milliseconds;
    this.wallMs += milliseconds;
    return this.now();
  }

  /** Only the wall clock jumps, as NTP or a suspended machine makes it. */
  jumpWall(milliseconds: number): Instant {
    this.wallMs += milliseconds;
    return this.now();
  }

  randomBytes(size: number): Uint8Array {
    return Uint8Array.from({ length: size }, () => Math.floor(this.#random() * 256));
  }

  jitter(): number {
    return this.#random();
  }

  #random(): number {
    this.#randomState = (this.#randomState + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#randomState ^ (this.#randomState >>> 15), this.#randomState | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
