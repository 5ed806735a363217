/**
 * Stores templates as zero-padded 32-bit words in one array: new ones are appended, and all are moved to the front when
 * it is full. The array doubles with its content, so that a small table takes little memory.
 * Bound: `capacityWords`. Its owner evicts rows until the stored templates fit LARGEST_FILL of it: each compaction,
 * which is in place, then makes room for at least the rest, and its cost is spread over that many words.
 */
const LARGEST_FILL = 7 / 8;
const FIRST_WORDS = 1 << 16;

export class TemplateArena {
  words: Int32Array;
  /** The same memory as bytes. */
  bytes: Uint8Array;
  /** Words of templates in use. */
  liveWords = 0;
  readonly #capacity: number;
  #end = 0;

  constructor(capacityWords: number) {
    this.#capacity = capacityWords;
    this.words = new Int32Array(Math.min(capacityWords, FIRST_WORDS));
    this.bytes = new Uint8Array(this.words.buffer);
  }

  /** Whether `count` more words fit, after a compaction if need be. */
  canHold(count: number): boolean {
    return this.liveWords + count <= this.#capacity * LARGEST_FILL;
  }

  /** Whether `count` more words fit without a compaction. Grows the array up to its bound. */
  fits(count: number): boolean {
    const end = this.#end + count;
    while (end > this.words.length && this.words.length < this.#capacity) this.#grow();
    return end <= this.words.length;
  }

  #grow(): void {
    const words = new Int32Array(Math.min(this.#capacity, this.words.length * 2));
    words.set(this.words);
    this.words = words;
    this.bytes = new Uint8Array(words.buffer);
  }

  /** Copies source[start, start + count) to the end. Only after `fits(count)`. @returns its offset in words */
  append(source: Int32Array, start: number, count: number): number {
    const offset = this.#end;
    for (let i = 0; i < count; i++) this.words[offset + i] = source[start + i];
    this.#end += count;
    this.liveWords += count;
    return offset;
  }

  /** A template of `count` words is not in use any more. */
  free(count: number): void {
    this.liveWords -= count;
  }

  /** Starts a compaction: the owner then calls `move` for every template in use, in the order of their offsets. */
  restart(): void {
    this.#end = 0;
    this.liveWords = 0;
  }

  /** Moves words[offset, offset + count) down to the end. @returns the new offset */
  move(offset: number, count: number): number {
    const end = this.#end;
    this.words.copyWithin(end, offset, offset + count);
    this.#end += count;
    this.liveWords += count;
    return end;
  }
}
