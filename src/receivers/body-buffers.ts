/**
 * Memory for bodies that arrive in several pieces, used again from request to request. A fresh buffer of the size of a
 * request lies outside V8's heap, and V8 answers their sum with full collections; these are never garbage.
 * Bounded: RETAINED buffers of up to LARGEST_BYTES each wait for their next use.
 */
import type { MessagePort } from "node:worker_threads";
import { MessageChannel } from "node:worker_threads";

/** Buffers that wait at most. */
export const RETAINED = 8;
/** A larger body gets memory of its own, which goes back to the system with it. */
export const LARGEST_BYTES: number = 1024 * 1024;
/** Sizes are rounded up to this, so that requests of nearly one size share buffers. */
const GRAIN_BYTES = 16 * 1024;

export class BodyBuffers {
  readonly #free: Uint8Array[] = [];
  /** Its other end is closed: what is transferred to it is freed on the spot. */
  readonly #void: MessagePort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    this.#void = port1;
  }

  /** @returns at least `size` bytes, of any content; of those that wait, one at most twice as large */
  take(size: number): Uint8Array {
    for (let i = this.#free.length - 1; i >= 0; i--) {
      const buffer = this.#free[i];
      if (buffer === undefined || buffer.length < size || buffer.length > 2 * size) continue;
      this.#free.splice(i, 1);
      return buffer;
    }
    return Buffer.allocUnsafeSlow(Math.ceil(size / GRAIN_BYTES) * GRAIN_BYTES);
  }

  /** @param buffer of `take`, and nobody reads it any more */
  give(buffer: Uint8Array): void {
    if (buffer.length > LARGEST_BYTES) {
      this.#release(buffer.buffer);
      return;
    }
    this.#free.push(buffer);
    if (this.#free.length <= RETAINED) return;
    const oldest = this.#free.shift();
    if (oldest !== undefined) this.#release(oldest.buffer);
  }

  /**
   * Frees the memory of a large array now. Left to the collector, the bodies of finished requests would stay for as
   * long as nothing else makes it run, uncounted by any bound.
   * @param bytes all of its buffer, or small; nobody reads it any more
   */
  discard(bytes: Uint8Array): void {
    if (bytes.length > LARGEST_BYTES) this.#release(bytes.buffer);
  }

  /** Frees what waits for its next use: memory is short. */
  clear(): void {
    for (const { buffer } of this.#free.splice(0)) this.#release(buffer);
  }

  #release(buffer: ArrayBufferLike): void {
    if (buffer instanceof ArrayBuffer) this.#void.postMessage(undefined, [buffer]);
  }
}
