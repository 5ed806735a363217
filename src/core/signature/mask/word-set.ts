/**
 * A fixed set of ASCII words. Look-ups are by byte range, so that no string is made, and ignore case by default. Open
 * addressing, at most a quarter full. Most words that are asked for are not in the set, and their first letter and
 * length show that without hashing.
 * Bounds: words of at most 31 bytes, because the lengths by first letter are bits of an integer.
 */
export class WordSet {
  /** Length of the longest word. */
  readonly #maxLength: number;
  readonly #mask: number;
  readonly #starts: Int32Array;
  readonly #lengths: Uint8Array;
  readonly #text: Uint8Array;
  /** Is or-ed to each byte: 0x20 makes capitals small. */
  readonly #fold: number;
  /** By the low five bits of the first byte: one bit for each length of such words. */
  readonly #lengthsByFirst = new Int32Array(32);

  /**
   * @param words ASCII, without duplicates after folding
   * @param caseSensitive whether "OK" and "ok" are two words
   */
  constructor(words: readonly string[], caseSensitive = false) {
    this.#fold = caseSensitive ? 0 : 0x20;
    let capacity = 16;
    while (capacity < words.length * 4) capacity *= 2;
    this.#mask = capacity - 1;
    this.#starts = new Int32Array(capacity);
    this.#lengths = new Uint8Array(capacity);
    this.#text = new Uint8Array(words.reduce((sum, word) => sum + word.length, 0));
    let used = 0;
    let longest = 0;
    for (const word of words) {
      for (let i = 0; i < word.length; i++) this.#text[used + i] = word.charCodeAt(i) | this.#fold;
      longest = Math.max(longest, word.length);
      this.#lengthsByFirst[this.#text[used] & 31] |= 1 << word.length;
      let slot = this.#slotOf(this.#text, used, used + word.length);
      while (this.#lengths[slot] !== 0) slot = (slot + 1) & this.#mask;
      this.#starts[slot] = used;
      this.#lengths[slot] = word.length;
      used += word.length;
    }
    this.#maxLength = longest;
  }

  /** Whether bytes[start, end) is a word of the set. */
  has(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length > this.#maxLength || ((this.#lengthsByFirst[bytes[start] & 31] >>> length) & 1) === 0) return false;
    let slot = this.#slotOf(bytes, start, end);
    while (this.#lengths[slot] !== 0) {
      if (this.#lengths[slot] === length && this.#equals(this.#starts[slot], bytes, start, length)) return true;
      slot = (slot + 1) & this.#mask;
    }
    return false;
  }

  #slotOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] | this.#fold)) | 0;
    return (hash ^ (hash >>> 9)) & this.#mask;
  }

  #equals(at: number, bytes: Uint8Array, start: number, length: number): boolean {
    for (let i = 0; i < length; i++) if (this.#text[at + i] !== (bytes[start + i] | this.#fold)) return false;
    return true;
  }
}
