/**
 * Bytes stored in blocks of preallocated memory. Requests are copied in, so that their own buffers can be freed when
 * the request is answered: when they were held instead, V8's full collections took half of the server's CPU. Memory is
 * allocated in chunks on demand, and the blocks freed last are used first, so the store takes no more than its contents
 * need at their peak. Bound: `maxBytes`, including four bytes a block.
 */
const BLOCK_BYTES = 8 * 1024;
/** Blocks that are allocated at once: 1 MiB. */
const CHUNK_BITS = 7;
const CHUNK_BLOCKS = 1 << CHUNK_BITS;

/** Numbers of the blocks of one stored byte sequence, in order. */
export type Blocks = Int32Array;

export class BlockStore {
  readonly #maxBlocks: number;
  readonly #free: Int32Array;
  readonly #chunks: Uint8Array[] = [];
  #freeCount = 0;
  /** Blocks below this number have been used at least once. */
  #touched = 0;

  constructor(maxBytes: number) {
    this.#maxBlocks = Math.max(0, Math.floor(maxBytes / (BLOCK_BYTES + Int32Array.BYTES_PER_ELEMENT)));
    this.#free = new Int32Array(this.#maxBlocks);
  }

  /** Bytes of the bound that `length` stored bytes take. */
  sizeOf(length: number): number {
    return Math.ceil(length / BLOCK_BYTES) * (BLOCK_BYTES + Int32Array.BYTES_PER_ELEMENT);
  }

  /** Bytes of memory allocated for blocks. */
  get allocatedBytes(): number {
    return this.#chunks.reduce((sum, { length }) => sum + length, 0);
  }

  get #freeBlocks(): number {
    return this.#freeCount + this.#maxBlocks - this.#touched;
  }

  /** @returns the blocks; undefined when too few are free */
  store(bytes: Uint8Array): Blocks | undefined {
    const count = Math.ceil(bytes.length / BLOCK_BYTES);
    if (this.#freeBlocks < count) return undefined;
    const blocks = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const block = this.#freeCount > 0 ? this.#free[--this.#freeCount] : this.#touch();
      blocks[i] = block;
      this.#chunkOf(block).set(bytes.subarray(i * BLOCK_BYTES, (i + 1) * BLOCK_BYTES), offsetOf(block));
    }
    return blocks;
  }

  /** Copies `length` stored bytes into a new array. */
  read(blocks: Blocks, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let i = 0; i < blocks.length; i++) {
      const size = Math.min(BLOCK_BYTES, length - i * BLOCK_BYTES);
      const at = offsetOf(blocks[i]);
      bytes.set(this.#chunkOf(blocks[i]).subarray(at, at + size), i * BLOCK_BYTES);
    }
    return bytes;
  }

  release(blocks: Blocks): void {
    for (const block of blocks) this.#free[this.#freeCount++] = block;
  }

  #touch(): number {
    const block = this.#touched++;
    if (block >> CHUNK_BITS === this.#chunks.length) {
      this.#chunks.push(new Uint8Array(Math.min(CHUNK_BLOCKS, this.#maxBlocks - block) * BLOCK_BYTES));
    }
    return block;
  }

  #chunkOf(block: number): Uint8Array {
    return this.#chunks[block >> CHUNK_BITS];
  }
}

function offsetOf(block: number): number {
  return (block & (CHUNK_BLOCKS - 1)) * BLOCK_BYTES;
}
