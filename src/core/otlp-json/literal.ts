/**
 * A fixed piece of ASCII that is looked for in text, four bytes at a time.
 */
export class Literal {
  /** Bytes; at least four. */
  readonly length: number;
  /** Its whole words from the start, then the last four bytes, which may overlap them. Little-endian. */
  readonly #words: Int32Array;
  readonly #lastWord: number;

  /** @param text ASCII, at least four characters */
  constructor(text: string) {
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    this.length = bytes.length;
    this.#words = Int32Array.from({ length: bytes.length >> 2 }, (_, index) => view.getInt32(4 * index, true));
    this.#lastWord = view.getInt32(bytes.length - 4, true);
  }

  /** Whether it lies at `start` of the text that ends at `end`. */
  isAt(text: DataView, start: number, end: number): boolean {
    const last = start + this.length - 4;
    // The last word first: in a key it holds the closing quote, which tells nearly all keys apart.
    if (last + 4 > end || text.getInt32(last, true) !== this.#lastWord) return false;
    const words = this.#words;
    for (let index = 0; index < words.length; index++) {
      if (text.getInt32(start + 4 * index, true) !== words[index]) return false;
    }
    return true;
  }
}
