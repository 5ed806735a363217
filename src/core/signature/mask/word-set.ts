/**
 * A fixed set of ASCII words, asked with byte ranges: no string is made. Case is ignored unless told otherwise.
 * Open addressing, at most a quarter full, one multiplication a byte; words are at most 24 bytes. Most words that are
 * asked for are not in the set: their first letter and length tell that without hashing.
 */
export class WordSet {
  /** Longest word of the set; longer ranges are answered without hashing. */
  readonly maxLength: number;
  private readonly mask: number;
  private readonly starts: Int32Array;
  private readonly lengths: Uint8Array;
  private readonly text: Uint8Array;
  private readonly fold: number;
  /** By the low five bits of the first byte: one bit for each length of such words. */
  private readonly lengthsByFirst = new Int32Array(32);

  /**
   * @param words ASCII, without duplicates after folding
   * @param caseSensitive when true, "OK" and "ok" are two words
   */
  constructor(words: readonly string[], caseSensitive = false) {
    this.fold = caseSensitive ? 0 : 0x20;
    let capacity = 16;
    while (capacity < words.length * 4) capacity *= 2;
    this.mask = capacity - 1;
    this.starts = new Int32Array(capacity);
    this.lengths = new Uint8Array(capacity);
    this.text = new Uint8Array(words.reduce((sum, word) => sum + word.length, 0));
    let used = 0;
    let longest = 0;
    for (const word of words) {
      for (let i = 0; i < word.length; i++) this.text[used + i] = word.charCodeAt(i) | this.fold;
      longest = Math.max(longest, word.length);
      this.lengthsByFirst[this.text[used] & 31] |= 1 << word.length;
      let slot = this.slotOf(this.text, used, used + word.length);
      while (this.lengths[slot] !== 0) slot = (slot + 1) & this.mask;
      this.starts[slot] = used;
      this.lengths[slot] = word.length;
      used += word.length;
    }
    this.maxLength = longest;
  }

  /** Whether bytes[start, end) is a word of the set. */
  has(bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start;
    if (length > this.maxLength || ((this.lengthsByFirst[bytes[start] & 31] >>> length) & 1) === 0) return false;
    let slot = this.slotOf(bytes, start, end);
    while (this.lengths[slot] !== 0) {
      if (this.lengths[slot] === length && this.equals(this.starts[slot], bytes, start, length)) return true;
      slot = (slot + 1) & this.mask;
    }
    return false;
  }

  private slotOf(bytes: Uint8Array, start: number, end: number): number {
    let hash = end - start;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (bytes[i] | this.fold)) | 0;
    return (hash ^ (hash >>> 9)) & this.mask;
  }

  private equals(at: number, bytes: Uint8Array, start: number, length: number): boolean {
    for (let i = 0; i < length; i++) if (this.text[at + i] !== (bytes[start + i] | this.fold)) return false;
    return true;
  }
}
