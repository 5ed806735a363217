/**
 * Bytes of stored templates, as zero-padded 32-bit words in one array: appended, and moved together when full. The array
 * doubles as templates come, so that a service with two thousand patterns pays for these alone.
 * Bound: `capacityWords`; the owner evicts rows until what lives fits seven eighths of it, so that moving, which is in
 * place, is amortised over at least an eighth of the arena.
 */
const FIRST_WORDS = 1 << 16;

export class TemplateArena {
  words: Int32Array;
  /** The same memory. */
  bytes: Uint8Array;
  /** Words of templates that rows still refer to. */
  liveWords = 0;
  readonly #capacity: number;
  #end = 0;

  constructor(capacityWords: number) {
    this.#capacity = capacityWords;
    this.words = new Int32Array(Math.min(capacityWords, FIRST_WORDS));
    this.bytes = new Uint8Array(this.words.buffer);
  }

  /** Whether `count` more words fit once the arena is moved together. */
  canHold(count: number): boolean {
    return this.liveWords + count <= (this.#capacity >> 3) * 7;
  }

  /** Whether `count` more words fit without moving. Grows the array while it may. */
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

  /** Starts over at the front, for the owner to `move` what lives, in order of offset. */
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
