/**
 * Memory for bodies that arrive in several pieces, used again from request to request. A fresh buffer of the size of a
 * request lies outside V8's heap, and V8 answers their sum with full collections; these are never garbage.
 * Bounded: RETAINED buffers of up to LARGEST_BYTES each wait for their next use.
 */
export const RETAINED = 8;
/** A larger body gets memory of its own. */
export const LARGEST_BYTES: number = 1024 * 1024;
/** Sizes are rounded up to this, so that requests of nearly one size share buffers. */
const GRAIN_BYTES = 16 * 1024;

export class BodyBuffers {
  readonly #free: Uint8Array[] = [];

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
    if (buffer.length > LARGEST_BYTES) return;
    if (this.#free.length >= RETAINED) this.#free.shift();
    this.#free.push(buffer);
  }
}
