/**
 * Bytes of stored templates, as zero-padded 32-bit words in one array: appended, and moved together when full.
 * Bound: `capacityWords`; the owner evicts rows until what lives fits three quarters of it, so that moving is
 * amortised over at least a quarter of the arena.
 */
export class TemplateArena {
  words: Int32Array;
  /** The same memory. */
  bytes: Uint8Array;
  /** Words of templates that rows still refer to. */
  liveWords = 0;
  #end = 0;

  constructor(capacityWords: number) {
    this.words = new Int32Array(capacityWords);
    this.bytes = new Uint8Array(this.words.buffer);
  }

  /** Whether `count` more words fit once the arena is moved together. */
  canHold(count: number): boolean {
    return this.liveWords + count <= (this.words.length >> 2) * 3;
  }

  /** Whether `count` more words fit as it is. */
  fits(count: number): boolean {
    return this.#end + count <= this.words.length;
  }

  /** Copies source[start, start + count) to the end. Needs `fits(count)`. @returns its offset in words */
  append(source: Int32Array, start: number, count: number): number {
    const offset = this.#end;
    for (let i = 0; i < count; i++) this.words[offset + i] = source[start + i];
    this.#end += count;
    this.liveWords += count;
    return offset;
  }

  free(count: number): void {
    this.liveWords -= count;
  }

  /** Starts over with an empty array, for the owner to append what lives. @returns the array so far */
  restart(): Int32Array {
    const before = this.words;
    this.words = new Int32Array(before.length);
    this.bytes = new Uint8Array(this.words.buffer);
    this.#end = 0;
    this.liveWords = 0;
    return before;
  }
}
