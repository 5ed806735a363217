/**
 * Turns the bytes of a line into its masked template in one pass: no regular expression, no string, no allocation.
 * Linear in the examined bytes; what lies beyond `maxBytes` or `maxWords` words is only told by a cut mark.
 * UTF-8 is copied as it is, never cut inside a character. The masks are in masks.ts, lists in template-writer.ts.
 */
import {
  BYTE_CLASS,
  CLASS_DELIMITER,
  CLASS_DIGIT,
  CLASS_JOINT,
  CLASS_PLAIN,
  CLASS_SPECIAL,
  CLASS_WIDE,
  isLetter,
} from "./byte-classes.ts";
import { endOfWholeWord, isPlain, withoutColours } from "./line-bytes.ts";
import { endOfCodeName, endOfWord, isHexWord, isValueWord, SHORTEST_HEX_WORD, variableFrom } from "./masks.ts";
import { TEMPLATE_START, TemplateWriter } from "./template-writer.ts";
import { ValueReader } from "./value-reader.ts";
import { NULL_WORDS } from "./word-lists.ts";

// An imported binding is read from its cell and checked at every use, once a byte here; a constant of the module is
// folded into the code.
const CLASSES = BYTE_CLASS;
const DELIMITER = CLASS_DELIMITER;
const DIGIT = CLASS_DIGIT;
const JOINT = CLASS_JOINT;
const PLAIN = CLASS_PLAIN;
const SPECIAL = CLASS_SPECIAL;
const WIDE = CLASS_WIDE;
const START = TEMPLATE_START;
const SHORTEST_HEX = SHORTEST_HEX_WORD;
const NULLS = NULL_WORDS;
const NEWLINE = 10;
const ESCAPE = 27;
const SPACE = 32;
const DOUBLE_QUOTE = 34;
const APOSTROPHE = 39;
const OPEN_PAREN = 40;
const COMMA = 44;
const DOT = 46;
const COLON = 58;
const EQUALS = 61;
/** Words of a line that are looked at, unless told otherwise. */
const MAX_WORDS = 128;
const CUT_MARK = "<...";
const LENGTH_CLASS = 16;

export class Scanner {
  /** Holds the template after `scan`: out[TEMPLATE_START, end). */
  readonly writer: TemplateWriter;
  readonly maxBytes: number;
  /** Input position of the first line end with text after it, or -1: the body may be a stack trace. */
  newline = -1;
  readonly #maxWords: number;
  readonly #values: ValueReader;
  /** The line without its colour codes, when it had any. */
  readonly #plain: Uint8Array;
  readonly #plainView: DataView;
  /** The array scanned last, and a view of it: one a batch, not one a line. */
  #bytes: Uint8Array;
  #view: DataView;

  /**
   * @param maxBytes bytes of a line that are examined
   * @param appendixBytes room in the buffer for what the caller writes behind a template
   * @param maxWords words of a line that are examined, and one that tells that there are more
   */
  constructor(maxBytes: number, appendixBytes = 0, maxWords: number = MAX_WORDS) {
    this.maxBytes = maxBytes;
    this.#maxWords = maxWords;
    this.writer = new TemplateWriter(maxBytes * 2 + appendixBytes + 64);
    this.#values = new ValueReader(this.writer);
    this.#plain = new Uint8Array(maxBytes);
    this.#plainView = new DataView(this.#plain.buffer);
    this.#bytes = this.#plain;
    this.#view = this.#plainView;
  }

  /**
   * Scans bytes[start, end).
   * @returns the end of the template in `writer.out`; the bytes up to the next word boundary are zero
   */
  scan(bytes: Uint8Array, start: number, end: number): number {
    const values = this.#values;
    const tooLong = end - start > this.maxBytes;
    const examinedEnd = tooLong ? endOfWholeWord(bytes, start, start + this.maxBytes) : end;
    this.#begin(tooLong);
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    let o = this.#run(bytes, this.#view, start, examinedEnd);
    if (o < 0) {
      this.#begin(tooLong);
      o = this.#run(this.#plain, this.#plainView, 0, withoutColours(bytes, start, examinedEnd, this.#plain));
    }
    const out = this.writer.out;
    if (values.isCut) {
      if (this.writer.depth > 0) o = this.writer.closeAll(o);
      else if (!values.cutInValue && !this.#endsInSlot(o)) o = this.#cutMark(o, end - start);
    }
    if (out[o - 1] === SPACE) o--;
    out[o] = 0;
    out[o + 1] = 0;
    out[o + 2] = 0;
    out[o + 3] = 0;
    return o;
  }

  #begin(isCut: boolean): void {
    this.#values.begin(isCut);
    this.writer.reset();
    this.newline = -1;
  }

  /** A list of values that was cut is the same list. */
  #endsInSlot(o: number): boolean {
    return o - this.writer.slotEnd <= 2;
  }

  /** " <...a>": text goes on beyond what is examined; the letter tells how far, one more for every factor of 16. */
  #cutMark(o: number, length: number): number {
    const out = this.writer.out;
    let at = o;
    if (out[at - 1] !== SPACE) out[at++] = SPACE;
    for (let i = 0; i < CUT_MARK.length; i++) out[at++] = CUT_MARK.charCodeAt(i);
    let lengthClass = 97;
    for (let rest = length / this.maxBytes; rest > 1; rest /= LENGTH_CLASS) lengthClass++;
    out[at++] = lengthClass;
    out[at++] = 62; // >
    return at;
  }

  /**
   * The hot loop. Letters are copied four at a time (SWAR: all bytes of a word compared in one go), other bytes of a
   * chunk one by one; from the first digit on nothing is copied, because a slot will stand for it. `| 0` tells the
   * compiler that what a call answers is a small integer: else both positions are boxed and unboxed at every turn.
   * @returns the end of the template, or -1 when the line has colour codes
   */
  #run(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const writer = this.writer;
    const { out, view: outView } = writer;
    const lastFour = end - 4;
    let i = start;
    let o = START;
    let chunks = 0;
    while (i < end) {
      const chunk = i;
      const at = o;
      let seen = 0;
      let rest = 0; // classes behind the first digit
      let byte = 0;
      for (;;) {
        if (i <= lastFour) {
          const four = view.getInt32(i, true);
          outView.setInt32(o, four, true);
          const folded = (four & 0x7f7f7f7f) | 0x20202020;
          // The high bit of each byte that is no letter: below "a", above "z", or outside of ASCII.
          const others = ((folded + 0x1f1f1f1f) & ~(folded + 0x05050505) & ~four & 0x80808080) ^ 0x80808080;
          if (others === 0) {
            i += 4;
            o += 4;
            continue;
          }
          const letters = (31 - Math.clz32(others & -others)) >> 3;
          i += letters;
          o += letters;
        } else if (i >= end) break;
        byte = bytes[i];
        const byteClass = CLASSES[byte];
        if (byteClass >= DELIMITER) break;
        seen |= byteClass;
        out[o++] = byte;
        i++;
        if (byteClass === DIGIT) {
          while (i < end) {
            byte = bytes[i];
            const next = CLASSES[byte];
            if (next >= DELIMITER || next === WIDE) break;
            rest |= next;
            i++;
          }
          break;
        }
      }
      if (i > chunk) {
        if (seen >= DIGIT && (seen & (JOINT | WIDE)) === 0) o = this.#number(bytes, chunk, i, end, at, rest) | 0;
        else if (seen >= SPECIAL) o = this.#special(bytes, chunk, i, at, seen) | 0;
        else if (o - at >= SHORTEST_HEX && isValueWord(out, at, o, seen)) o = writer.slot(at) | 0;
        else if (seen === PLAIN && CLASSES[out[at]] === PLAIN) o = writer.ruler(at, o) | 0;
        else if (at === writer.slotEnd + 1 && out[at - 1] === SPACE) o = writer.wordAfterSlot(at, o) | 0;
        else if (out[at - 2] === COLON && NULLS.has(out, at, o)) o = writer.slot(at) | 0;
        else writer.wordStart = at;
        if (i >= end) break;
        if (o > at && ++chunks > this.#maxWords) {
          this.#values.isCut = true;
          break;
        }
      }
      if (byte === SPACE) {
        i++;
        if (out[o - 1] !== SPACE && o > START) out[o++] = SPACE;
      } else if (CLASSES[byte] >= DELIMITER) {
        if (byte === ESCAPE) return -1;
        o = this.#delimiter(bytes, i, end, o) | 0;
        i = this.#values.next | 0;
      }
    }
    return o;
  }

  /**
   * A chunk with a digit and no joint before it: all of it is a value, unless it is a name of the program itself; such a
   * name has a joint behind the digit, or a bracket behind it.
   */
  #number(bytes: Uint8Array, start: number, end: number, lineEnd: number, at: number, rest: number): number {
    if (isLetter(bytes[start]) && ((rest & JOINT) !== 0 || (end < lineEnd && bytes[end] === OPEN_PAREN))) {
      const nameEnd = endOfCodeName(bytes, start, end, lineEnd);
      if (nameEnd > start) return this.#copy(bytes, start, end, at);
    }
    const last = bytes[end - 1];
    if (last !== COLON && last !== DOT && last !== 33 && last !== 63) return this.writer.slot(at);
    return this.#slotAndRest(bytes, at, endOfWord(bytes, start, end), end);
  }

  #copy(bytes: Uint8Array, start: number, end: number, at: number): number {
    const out = this.writer.out;
    let o = at;
    for (let i = start; i < end; i++) out[o++] = bytes[i];
    return o;
  }

  /** A chunk with digits or joints. Up to its first digit it is already copied to out[at, …). */
  #special(bytes: Uint8Array, start: number, end: number, at: number, seen: number): number {
    const writer = this.writer;
    const last = endOfWord(bytes, start, end);
    const literalEnd = at + end - start;
    if (last === start) return literalEnd;
    if (last < end && (seen & DIGIT) === 0 && isPlain(bytes, start, last)) {
      return last - start >= SHORTEST_HEX && isHexWord(bytes, start, last)
        ? this.#slotAndRest(bytes, at, last, end)
        : literalEnd;
    }
    const from = variableFrom(bytes, start, last, seen);
    if (from === last) {
      if (at === writer.slotEnd + 1) return writer.wordAfterSlot(at, literalEnd);
      return literalEnd;
    }
    return this.#slotAndRest(bytes, at + from - start, last, end);
  }

  /** A slot at `at`, then the sentence's own punctuation bytes[from, end). */
  #slotAndRest(bytes: Uint8Array, at: number, from: number, end: number): number {
    return this.#copy(bytes, from, end, this.writer.slot(at));
  }

  #delimiter(bytes: Uint8Array, i: number, end: number, o: number): number {
    const byte = bytes[i];
    const out = this.writer.out;
    const values = this.#values;
    values.next = i + 1;
    switch (byte) {
      case EQUALS:
        return values.equals(bytes, i, end, o);
      case 40:
      case 91:
      case 123:
        return values.open(bytes, i, end, o);
      case 41:
      case 93:
      case 125:
        return this.writer.close(o, byte);
      case COMMA:
        return this.writer.comma(o);
      case DOUBLE_QUOTE:
      case 96: // backtick
        return values.quote(bytes, i, end, o);
      case APOSTROPHE:
        return values.apostrophe(bytes, i, end, o);
      case 60: // <
        return values.less(bytes, i, end, o);
      case 59: // ;
      case 62: // >
      case 124: // |
        out[o] = byte;
        return o + 1;
      default: {
        if (byte === NEWLINE && this.newline < 0 && o > START) this.newline = i;
        if (out[o - 1] === SPACE || o === START) return o;
        out[o] = SPACE;
        return o + 1;
      }
    }
  }
}
