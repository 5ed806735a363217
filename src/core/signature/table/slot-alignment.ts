/**
 * Lays a template over the line it came from, to find the value that each slot stands for. It compares text instead of
 * scanning again, so it works for learned slots too. Off the hot path: for new shapes, some later lines of each
 * pattern, and explanations.
 * Bounds: MAX_SLOTS slots, MOST_COMPARISONS bytes compared a line; slots beyond are not found.
 */
import { isSpace } from "../mask/byte-classes.ts";
import { SLOT } from "../mask/token-kinds.ts";

export const MAX_SLOTS = 24;
const MOST_COMPARISONS = 1 << 14;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const NOTHING = new Uint8Array(0);

export class SlotAlignment {
  /** Slots that were found, from the first on. */
  count = 0;
  /** Ranges of their values in the line, without blanks around; start equals end for an empty value. */
  readonly start: Int32Array = new Int32Array(MAX_SLOTS);
  readonly end: Int32Array = new Int32Array(MAX_SLOTS);
  /** Whether the whole template was found in the line. */
  isWhole = false;
  #line: Uint8Array = NOTHING;
  #lineEnd = 0;
  #template: Uint8Array = NOTHING;
  #comparisons = 0;
  #matchEnd = 0;

  /** Lays the template over the line bytes[start, end). */
  lay(bytes: Uint8Array, start: number, end: number, template: Uint8Array): void {
    this.count = 0;
    this.#comparisons = 0;
    let from = start;
    let last = end;
    while (from < last && isSpace(bytes[from])) from++;
    while (last > from && isSpace(bytes[last - 1])) last--;
    this.#line = bytes;
    this.#lineEnd = last;
    this.#template = template;
    this.isWhole = this.#layPieces(from, template);
    // A request may be large: it must not outlive its batch here.
    this.#line = NOTHING;
  }

  /** Finds the pieces of text between the slots, one after the other. @returns whether all were found */
  #layPieces(start: number, template: Uint8Array): boolean {
    let from = start;
    let pieceStart = 0;
    for (;;) {
      let pieceEnd = pieceStart;
      while (pieceEnd < template.length && template[pieceEnd] !== SLOT) pieceEnd++;
      const found = this.#findPiece(from, pieceStart, pieceEnd);
      if (found < 0 || (pieceStart > 0 && !this.#addSlot(from, found))) return false;
      from = this.#matchEnd;
      if (pieceEnd === template.length) return true;
      pieceStart = pieceEnd + 1;
    }
  }

  #addSlot(from: number, to: number): boolean {
    if (this.count === MAX_SLOTS) return false;
    const bytes = this.#line;
    let start = from;
    let end = to;
    while (start < end && isSpace(bytes[start])) start++;
    while (end > start && isSpace(bytes[end - 1])) end--;
    this.start[this.count] = start;
    this.end[this.count++] = end;
    return true;
  }

  /**
   * Finds the first place from `from` on where the line has the piece template[pieceStart, pieceEnd). The first piece
   * must be where the line starts, the last one where it ends.
   * @returns its start, or -1
   */
  #findPiece(from: number, pieceStart: number, pieceEnd: number): number {
    const last = this.#lineEnd;
    const isLast = pieceEnd === this.#template.length;
    if (isLast && pieceStart === pieceEnd) {
      this.#matchEnd = last;
      return last;
    }
    for (let at = from; at <= last && this.#comparisons < MOST_COMPARISONS; at++) {
      if (this.#matches(at, pieceStart, pieceEnd) && (!isLast || this.#matchEnd === last)) return at;
      if (pieceStart === 0) break;
    }
    return -1;
  }

  /** A row of blanks matches one blank; quotes around a message are in the line, but not in its template. */
  #matches(at: number, pieceStart: number, pieceEnd: number): boolean {
    const bytes = this.#line;
    const last = this.#lineEnd;
    let i = at;
    for (let t = pieceStart; t < pieceEnd; t++) {
      this.#comparisons++;
      const byte = this.#template[t];
      if (byte === SPACE) {
        if (i > 0 && i < last && !isSpace(bytes[i]) && !isSpace(bytes[i - 1])) return false;
        while (i < last && isSpace(bytes[i])) i++;
        continue;
      }
      if (byte !== DOUBLE_QUOTE && i < last && bytes[i] === DOUBLE_QUOTE) i++;
      if (i >= last || bytes[i] !== byte) return false;
      i++;
    }
    if (i === last - 1 && bytes[i] === DOUBLE_QUOTE) i++;
    this.#matchEnd = i;
    return true;
  }
}
