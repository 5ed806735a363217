/** A fixed piece of ASCII text, which is compared with bytes four at a time. */
export class Literal {
  /** Length in bytes; at least four. */
  readonly length: number;
  /** Its whole words from the start, and its last four bytes, which may overlap them. Little-endian. */
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

  /** Whether it is at `start` of the text that ends at `end`. */
  isAt(text: DataView, start: number, end: number): boolean {
    const last = start + this.length - 4;
    // The last word first: in a key it has the closing quote and differs between most keys.
    if (last + 4 > end || text.getInt32(last, true) !== this.#lastWord) return false;
    const words = this.#words;
    for (let index = 0; index < words.length; index++) {
      if (text.getInt32(start + 4 * index, true) !== words[index]) return false;
    }
    return true;
  }
}
