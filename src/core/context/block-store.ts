/**
 * Bytes kept in blocks of one preallocated arena. Requests are copied in, so that their own buffers die young: holding on
 * to them made every request outlive its answer, and V8's full collections took half of the server's CPU.
 * Memory is touched block by block, the last freed first: an arena of 32 MiB that needs 2 costs 2.
 */
const BLOCK_BYTES = 8 * 1024;

/** Blocks of one stored text of bytes, in order. */
export type Blocks = Int32Array;

export class BlockStore {
  readonly #maxBlocks: number;
  readonly #free: Int32Array;
  #freeCount = 0;
  #arena: Uint8Array = new Uint8Array(0);
  /** Blocks below this were used at least once. */
  #touched = 0;

  constructor(maxBytes: number) {
    this.#maxBlocks = Math.max(0, Math.floor(maxBytes / BLOCK_BYTES));
    this.#free = new Int32Array(this.#maxBlocks);
  }

  /** Bytes that `length` bytes take. */
  sizeOf(length: number): number {
    return Math.ceil(length / BLOCK_BYTES) * BLOCK_BYTES;
  }

  get freeBytes(): number {
    return (this.#freeCount + this.#maxBlocks - this.#touched) * BLOCK_BYTES;
  }

  /** @returns the blocks, or undefined when there is not enough room */
  store(bytes: Uint8Array): Blocks | undefined {
    const count = Math.ceil(bytes.length / BLOCK_BYTES);
    if (this.freeBytes < count * BLOCK_BYTES) return undefined;
    if (this.#arena.length === 0) this.#arena = new Uint8Array(this.#maxBlocks * BLOCK_BYTES);
    const blocks = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const block = this.#freeCount > 0 ? this.#free[--this.#freeCount] : this.#touched++;
      blocks[i] = block;
      this.#arena.set(bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES), block * BLOCK_BYTES);
    }
    return blocks;
  }

  /** Copies `length` stored bytes out, into an array of their own. */
  read(blocks: Blocks, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < blocks.length; i++) {
      const size = Math.min(BLOCK_BYTES, length - i * BLOCK_BYTES);
      const at = blocks[i] * BLOCK_BYTES;
      bytes.set(this.#arena.subarray(at, at + size), i * BLOCK_BYTES);
    }
    return bytes;
  }

  release(blocks: Blocks): void {
    for (const block of blocks) this.#free[this.#freeCount++] = block;
  }
}
