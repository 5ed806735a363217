/**
 * Lays a template over the line it came from, to tell which piece of the line each slot stands for. Works for learned
 * templates too, because it compares text instead of scanning again. Off the hot path: new shapes, a few later lines of
 * each pattern, explanations. Bounds: MAX_SLOTS slots, MOST_COMPARISONS bytes compared a line; what lies beyond stays
 * unknown.
 */
import { isSpace } from "../mask/byte-classes.ts";
import { SLOT } from "../mask/token-kinds.ts";

/** Slots of a template that are told apart; more of them are just slots. */
export const MAX_SLOTS = 24;
const MOST_COMPARISONS = 1 << 14;
const SPACE = 32;
const DOUBLE_QUOTE = 34;

export class SlotAlignment {
  /** Slots that were found, from the first on. */
  count = 0;
  /** Their ranges in the line, without blanks around; equal ends for a slot that stands for nothing. */
  readonly start: Int32Array = new Int32Array(MAX_SLOTS);
  readonly end: Int32Array = new Int32Array(MAX_SLOTS);
  /** Whether the whole template was found. */
  isWhole = false;
  #comparisons = 0;
  #matchEnd = 0;

  /** @param template template[0, templateEnd) is laid over bytes[start, end) */
  lay(bytes: Uint8Array, start: number, end: number, template: Uint8Array, templateEnd: number): void {
    this.count = 0;
    this.isWhole = false;
    this.#comparisons = 0;
    let from = start;
    let last = end;
    while (from < last && isSpace(bytes[from])) from++;
    while (last > from && isSpace(bytes[last - 1])) last--;
    let pieceStart = 0;
    for (;;) {
      let pieceEnd = pieceStart;
      while (pieceEnd < templateEnd && template[pieceEnd] !== SLOT) pieceEnd++;
      const isLast = pieceEnd === templateEnd;
      const isFirst = pieceStart === 0;
      const found = this.#find(bytes, from, last, template, pieceStart, pieceEnd, isFirst, isLast);
      if (found < 0) return;
      if (!isFirst && !this.#take(bytes, from, found)) return;
      from = this.#matchEnd;
      if (isLast) break;
      pieceStart = pieceEnd + 1;
    }
    this.isWhole = true;
  }

  #take(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.count === MAX_SLOTS) return false;
    let start = from;
    let end = to;
    while (start < end && isSpace(bytes[start])) start++;
    while (end > start && isSpace(bytes[end - 1])) end--;
    this.start[this.count] = start;
    this.end[this.count++] = end;
    return true;
  }

  /** @returns where the piece starts, or -1: the first place that fits; the first and the last piece hold on to the ends */
  #find(
    bytes: Uint8Array,
    from: number,
    last: number,
    template: Uint8Array,
    pieceStart: number,
    pieceEnd: number,
    isFirst: boolean,
    isLast: boolean,
  ): number {
    if (isLast && pieceStart === pieceEnd) {
      this.#matchEnd = last;
      return last;
    }
    for (let at = from; at <= last && this.#comparisons < MOST_COMPARISONS; at++) {
      if (this.#matches(bytes, at, last, template, pieceStart, pieceEnd) && (!isLast || this.#matchEnd === last)) {
        return at;
      }
      if (isFirst) break;
    }
    return -1;
  }

  /** Blanks count as one; the quotes around a message are not in its template. */
  #matches(bytes: Uint8Array, at: number, last: number, template: Uint8Array, from: number, to: number): boolean {
    let i = at;
    for (let t = from; t < to; t++) {
      this.#comparisons++;
      const byte = template[t];
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
