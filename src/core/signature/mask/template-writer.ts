/**
 * The buffer of a template, and the rules that simplify it: slots with only separators between them become one, lists and
 * repeated groups one element. Bounds: twice the examined bytes; MAX_DEPTH open brackets, deeper ones are text.
 */
import { isLetter, isNameByte, isSeparator, isUpper } from "./byte-classes.ts";
import { SLOT } from "./token-kinds.ts";
import { DATE_WORDS, NULL_WORDS, OUTCOME_WORDS, SUFFIX_WORDS, TELLING_KEYS } from "./word-lists.ts";

/** Start of a template in the buffer. A whole word; the zeros before it let the scanner look back without a check. */
export const TEMPLATE_START = 8;
const SPACE = 32;
const OPEN_PAREN = 40;
const STAR = 42;
const COMMA = 44;
const DASH = 45;
const COLON = 58;
const MAX_DEPTH = 16;
/** Longest row of separators between two slots that become one, and what a row of one punctuation character is cut to. */
export const LONGEST_GAP = 4;
export const SHORTEST_RULER = 3;
const LONGEST_DATE_WORD = 9;
/** Elements of a list that have so many first bytes in common are of one kind. */
const LIKE_BYTES = 6;

export class TemplateWriter {
  /** The template, at [TEMPLATE_START, end); the caller holds `end`. */
  readonly out: Uint8Array;
  /** The same memory, to write four bytes at once. */
  readonly view: DataView;
  /** Position behind the last slot; 0 if there is none. */
  slotEnd = 0;
  /** Start of the last plain word. */
  wordStart = 0;
  /** Open brackets, at most MAX_DEPTH. */
  depth = 0;
  readonly #capacity: number;
  readonly #open = new Int32Array(MAX_DEPTH);
  readonly #elementStart = new Int32Array(MAX_DEPTH);
  /** By level: range of the element before the current one; empty if there is none. */
  readonly #previousStart = new Int32Array(MAX_DEPTH);
  readonly #previousEnd = new Int32Array(MAX_DEPTH);
  readonly #commas = new Int32Array(MAX_DEPTH);
  /** By level: 1 if it is the dump of an object, whose first element is `key=value`. */
  readonly #dump = new Uint8Array(MAX_DEPTH);

  constructor(capacity: number) {
    this.#capacity = (capacity + 2 * TEMPLATE_START + 7) & ~7;
    this.out = new Uint8Array(this.#capacity);
    this.view = new DataView(this.out.buffer);
  }

  reset(): void {
    this.slotEnd = 0;
    this.wordStart = 0;
    this.depth = 0;
  }

  /** Writes a slot at `o`, or extends the one before if only separators lie between. @returns the new end */
  slot(o: number): number {
    const out = this.out;
    let at = o;
    // The month of "Jun 17" belongs to the slot; few words start with a capital, so the look-up is rare.
    if (out[at - 1] === SPACE && isUpper(out[this.wordStart])) at = this.#withoutDateWords(at);
    const gap = at - this.slotEnd;
    if (gap <= LONGEST_GAP && this.slotEnd > 0 && this.#onlySeparators(this.slotEnd, at)) return this.slotEnd;
    out[at] = SLOT;
    this.slotEnd = at + 1;
    return at + 1;
  }

  /** Drops the word [start, end) behind a slot if it is a unit, a time zone or part of a date. @returns the new end */
  wordAfterSlot(start: number, end: number): number {
    if (SUFFIX_WORDS.has(this.out, start, end) || DATE_WORDS.has(this.out, start, end)) return this.slotEnd;
    return end;
  }

  /** Start of the date words that end at `from`, or `from`. */
  #withoutDateWords(from: number): number {
    const out = this.out;
    let at = from;
    for (;;) {
      const end = out[at - 2] === COMMA ? at - 2 : at - 1; // "Sat, 01 Jan"
      let start = end;
      while (start > TEMPLATE_START && end - start <= LONGEST_DATE_WORD && isLetter(out[start - 1])) start--;
      if (!DATE_WORDS.has(out, start, end)) return at;
      at = start;
      if (out[at - 1] !== SPACE || !isLetter(out[at - 2])) return at;
    }
  }

  #onlySeparators(start: number, end: number): boolean {
    for (let i = start; i < end; i++) if (!isSeparator(this.out[i])) return false;
    return true;
  }

  /** Writes an opening bracket. @returns the new end */
  open(o: number, bracket: number): number {
    this.out[o] = bracket;
    const level = this.depth;
    if (level < MAX_DEPTH) {
      this.#open[level] = o;
      this.#elementStart[level] = o + 1;
      this.#previousStart[level] = 0;
      this.#previousEnd[level] = 0;
      this.#commas[level] = 0;
      this.#dump[level] = 0;
      this.depth = level + 1;
    }
    return o + 1;
  }

  /** Notes that the key of a `key=value` starts at `keyStart`. @returns whether it is in the dump of an object */
  inDump(keyStart: number): boolean {
    const level = this.depth - 1;
    if (level < 0) return false;
    if (keyStart === this.#open[level] + 1) this.#dump[level] = 1;
    return this.#dump[level] === 1;
  }

  /** Writes a comma; inside brackets it drops an element that equals the one before. @returns the new end */
  comma(o: number): number {
    const level = this.depth - 1;
    let at = o;
    if (level >= 0) {
      at = this.#endElement(level, this.#field(o));
      this.#commas[level]++;
      this.#elementStart[level] = at + 1;
    }
    this.out[at] = COMMA;
    return at + 1;
  }

  /** Writes a closing bracket and collapses the group that it closes. @returns the new end */
  close(o: number, bracket: number): number {
    const out = this.out;
    const level = this.depth - 1;
    if (level < 0 || !closes(out[this.#open[level]], bracket)) {
      out[o] = bracket;
      return o + 1;
    }
    this.depth = level;
    const open = this.#open[level];
    let at = this.#endElement(level, this.#field(o));
    if (this.#commas[level] > 0 && this.#isWordList(open + 1, at)) at = this.slot(open + 1);
    const empty = at === open + 1;
    const onlySlot = at === open + 2 && out[open + 1] === SLOT;
    if (bracket === 41 && out[open - 1] === SPACE) {
      // The brackets in "1190 bytes (1.16 KB)" repeat the number, those in "host ()" are empty: both are dropped.
      if (empty) return open - 1;
      if (onlySlot && out[open - 2] === SLOT) {
        this.slotEnd = open - 1;
        return open - 1;
      }
    }
    if (bracket === 93 && onlySlot && out[open - 1] === DASH) {
      this.slotEnd = 0;
      return this.slot(this.#startOfName(open)); // node-[0-63]
    }
    if (bracket === 41 && isNameByte(out[open - 1]) && NULL_WORDS.has(out, open + 1, at)) at = this.slot(open + 1);
    out[at] = bracket;
    return this.#withoutRepetition(open, at + 1);
  }

  /** Drops a group of text that equals the one right before it, as in "[load][load]". @returns the new end */
  #withoutRepetition(open: number, end: number): number {
    const out = this.out;
    const length = end - open;
    const before = open - length;
    if (before < TEMPLATE_START || out[open - 1] !== out[end - 1] || !isLetter(out[open + 1])) return end;
    for (let i = 0; i < length; i++) if (out[before + i] !== out[open + i]) return end;
    if (this.slotEnd > open) this.slotEnd -= length;
    return open;
  }

  #startOfName(end: number): number {
    let start = end;
    while (isNameByte(this.out[start - 1])) start--;
    return start;
  }

  /**
   * Cuts a chunk [start, end) of one punctuation character to SHORTEST_RULER. Stars right behind a slot stand for a
   * number that did not fit its column, and are dropped. @returns the new end
   */
  ruler(start: number, end: number): number {
    const byte = this.out[start];
    for (let i = start + 1; i < end; i++) if (this.out[i] !== byte) return end;
    if (byte === STAR && end - start > 1 && start === this.slotEnd + 1) return this.slotEnd;
    return Math.min(end, start + SHORTEST_RULER);
  }

  /**
   * Closes the open brackets of a line that was cut inside them. A list of elements of one kind ends with its last
   * whole one, so that the template does not depend on how much of the list was examined. @returns the new end
   */
  closeAll(o: number): number {
    const out = this.out;
    let at = o;
    for (let level = 0; level < this.depth; level++) {
      if (this.#commas[level] === 0 || this.#dump[level] === 1 || !this.#repeats(level, o)) continue;
      at = this.#previousEnd[level];
      if (this.slotEnd > at) this.slotEnd = 0;
      this.depth = level + 1;
    }
    while (this.depth > 0) {
      if (out[at - 1] === SPACE) at--;
      const bracket = out[this.#open[this.depth - 1]];
      at = this.close(at, bracket === OPEN_PAREN ? 41 : bracket + 2);
    }
    return at;
  }

  /** Masks one word behind a colon that ends an element, as in "[station name: suzhou]". @returns the new end */
  #field(end: number): number {
    const out = this.out;
    let start = end;
    while (isNameByte(out[start - 1])) start--;
    if (start === end || out[start - 1] !== SPACE || out[start - 2] !== COLON) return end;
    let key = start - 2;
    while (isNameByte(out[key - 1])) key--;
    if (key === start - 2 || TELLING_KEYS.has(out, key, start - 2) || OUTCOME_WORDS.has(out, start, end)) return end;
    return this.slot(start);
  }

  /** Whether the element that ends at `end` is of one kind with the one before. */
  #repeats(level: number, end: number): boolean {
    const out = this.out;
    let start = this.#elementStart[level];
    if (out[start] === SPACE) start++;
    const before = this.#previousStart[level];
    const length = Math.min(end - start, this.#previousEnd[level] - before, LIKE_BYTES);
    for (let i = 0; i < length; i++) if (out[start + i] !== out[before + i]) return false;
    return true;
  }

  /** Ends the current element, and drops it if it equals the one before. @returns the new end */
  #endElement(level: number, end: number): number {
    const out = this.out;
    let start = this.#elementStart[level];
    if (start > end) start = end; // a slot before the comma was extended over the element
    while (start < end && out[start] === SPACE) start++;
    const before = this.#previousStart[level];
    const beforeEnd = this.#previousEnd[level];
    if (end - start === beforeEnd - before && end > start) {
      let i = 0;
      while (i < end - start && out[start + i] === out[before + i]) i++;
      if (i === end - start) {
        if (this.slotEnd > beforeEnd) this.slotEnd = 0;
        return beforeEnd;
      }
    }
    this.#previousStart[level] = start;
    this.#previousEnd[level] = end;
    return end;
  }

  /** Whether [start, end) is a list of single words, as in [shanghai, nanjing], and none of them is an outcome. */
  #isWordList(start: number, end: number): boolean {
    const out = this.out;
    let wordStart = start;
    for (let i = start; i <= end; i++) {
      if (i < end && out[i] !== COMMA) {
        if (out[i] === SPACE || out[i] === 61 || isBracket(out[i])) return false;
        continue;
      }
      if (OUTCOME_WORDS.has(out, wordStart, i)) return false;
      if (out[i + 1] === SPACE) i++;
      wordStart = i + 1;
    }
    return true;
  }
}

function closes(opener: number, closer: number): boolean {
  return opener === OPEN_PAREN ? closer === 41 : closer === opener + 2;
}

function isBracket(byte: number): boolean {
  return byte === OPEN_PAREN || byte === 41 || byte === 91 || byte === 93 || byte === 123 || byte === 125;
}
