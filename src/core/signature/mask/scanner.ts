/**
 * Turns the bytes of a line into its masked template in one pass, without regular expressions, strings or allocations.
 * Linear in the examined bytes: at most `maxBytes` of them and `maxWords` words; a cut mark stands for what lies
 * beyond. UTF-8 is copied as it is and never cut inside a character. masks.ts decides which chunks are values,
 * ValueMasker reads values that start at a delimiter, TemplateWriter collapses lists and neighbouring slots.
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
import { writeCutMark } from "./cut-mark.ts";
import { copyBytes, endOfWholeWord, hasJoint, isPlain, withoutColours } from "./line-bytes.ts";
import { endOfCodeName, endOfWord, isHexWord, isValueWord, SHORTEST_HEX_WORD, variableFrom } from "./masks.ts";
import { TEMPLATE_START, TemplateWriter } from "./template-writer.ts";
import { ValueMasker } from "./value-masker.ts";
import { NULL_WORDS } from "./word-lists.ts";

// Constants of the module are folded into the code; an imported binding is read and checked at every use, here once a
// byte.
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
const MAX_WORDS = 128;

export class Scanner {
  /** Holds the template after `scan`, at out[TEMPLATE_START, end). */
  readonly writer: TemplateWriter;
  readonly maxBytes: number;
  /** Input position of the first line end that text precedes, or -1: the body may be a stack trace. */
  newline = -1;
  readonly #maxWords: number;
  readonly #values: ValueMasker;
  /** Scratch for a line without its colour codes. */
  readonly #plain: Uint8Array;
  readonly #plainView: DataView;
  /** The array scanned last and a view of it, which is made once a batch. */
  #bytes: Uint8Array;
  #view: DataView;
  /** The line that `#run` reads. */
  #line: Uint8Array;
  #lineEnd = 0;

  /**
   * @param maxBytes bytes of a line that are examined
   * @param appendixBytes room in the buffer for what the caller writes behind a template
   * @param maxWords words of a line that are examined; one more shows whether the line goes on
   */
  constructor(maxBytes: number, appendixBytes = 0, maxWords: number = MAX_WORDS) {
    this.maxBytes = maxBytes;
    this.#maxWords = maxWords;
    this.writer = new TemplateWriter(maxBytes * 2 + appendixBytes + 64);
    this.#values = new ValueMasker(this.writer);
    this.#plain = new Uint8Array(maxBytes);
    this.#plainView = new DataView(this.#plain.buffer);
    this.#bytes = this.#plain;
    this.#view = this.#plainView;
    this.#line = this.#plain;
  }

  /**
   * Scans bytes[start, end).
   * @returns the end of the template in `writer.out`; the bytes behind it, up to the next word boundary, are zero
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
      else if (!values.cutInValue && !this.#endsInSlot(o)) o = writeCutMark(out, o, (end - start) / this.maxBytes);
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

  /** Whether the template ends with a slot: a list of values that was cut is the same list, and gets no mark. */
  #endsInSlot(o: number): boolean {
    return o - this.writer.slotEnd <= 2;
  }

  /**
   * The hot loop. Letters are copied four at a time (SWAR: one operation on all bytes of a word), other bytes of a
   * chunk one by one; from the first digit on nothing is copied, because a slot will stand for it. `| 0` tells the
   * compiler that the result of a call is a small integer: else both positions are boxed and unboxed at every turn.
   * @returns the end of the template, or -1 when the line has colour codes
   */
  #run(bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const { writer } = this;
    const { out, view: outView } = writer;
    const lastFour = end - 4;
    let i = start;
    let o = START;
    let chunks = 0;
    this.#line = bytes;
    this.#lineEnd = end;
    while (i < end) {
      const chunk = i;
      const at = o;
      let seen = 0; // or-ed classes of the chunk, up to its first digit
      while (i < end) {
        if (i <= lastFour) {
          const four = view.getInt32(i, true);
          outView.setInt32(o, four, true);
          const folded = (four & 0x7f7f7f7f) | 0x20202020;
          // The high bit of each byte that is no letter: below "a", above "z", or outside of ASCII.
          const others = ((folded + 0x1f1f1f1f) & ~(folded + 0x05050505) & ~four & 0x80808080) ^ 0x80808080;
          const letters = others === 0 ? 4 : (31 - Math.clz32(others & -others)) >> 3;
          i += letters;
          o += letters;
          if (letters === 4) continue;
        }
        const byte = bytes[i];
        const byteClass = CLASSES[byte];
        if (byteClass >= DELIMITER) break;
        seen |= byteClass;
        out[o++] = byte;
        i++;
        if (byteClass === DIGIT) break;
      }
      if (i > chunk) {
        if (seen >= SPECIAL) {
          if (seen >= DIGIT) i = endAfterDigit(bytes, i, end) | 0;
          o = this.#valueChunk(chunk, i, at, seen) | 0;
        } else if (o - at >= SHORTEST_HEX && isValueWord(out, at, o, seen)) o = writer.slot(at) | 0;
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
      const byte = bytes[i];
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
   * Masks the chunk [start, end) of the line, which has digits or joints; up to its first digit it is copied to
   * out[at, …) already. @returns the new end of the template
   */
  #valueChunk(start: number, end: number, at: number, seen: number): number {
    return seen >= DIGIT && (seen & (JOINT | WIDE)) === 0
      ? this.#number(start, end, at)
      : this.#special(start, end, at, seen);
  }

  /**
   * A chunk with a digit and no joint before it: all of it is a value, unless it is an identifier of the program, which
   * has a joint behind the digit or a bracket behind the chunk.
   */
  #number(start: number, end: number, at: number): number {
    const bytes = this.#line;
    const lineEnd = this.#lineEnd;
    if (isLetter(bytes[start]) && (hasJoint(bytes, start, end) || (end < lineEnd && bytes[end] === OPEN_PAREN))) {
      const nameEnd = endOfCodeName(bytes, start, end, lineEnd);
      if (nameEnd > start) return copyBytes(bytes, start, end, this.writer.out, at);
    }
    const last = bytes[end - 1];
    if (last !== COLON && last !== DOT && last !== 33 && last !== 63) return this.writer.slot(at);
    return this.#slotAndRest(at, endOfWord(bytes, start, end), end);
  }

  /** A chunk with joints, or wide characters beside digits. */
  #special(start: number, end: number, at: number, seen: number): number {
    const bytes = this.#line;
    const { writer } = this;
    const last = endOfWord(bytes, start, end);
    const literalEnd = at + end - start;
    if (last === start) return literalEnd;
    if (last < end && (seen & DIGIT) === 0 && isPlain(bytes, start, last)) {
      return last - start >= SHORTEST_HEX && isHexWord(bytes, start, last)
        ? this.#slotAndRest(at, last, end)
        : literalEnd;
    }
    const from = variableFrom(bytes, start, last, seen);
    if (from === last) return at === writer.slotEnd + 1 ? writer.wordAfterSlot(at, literalEnd) : literalEnd;
    return this.#slotAndRest(at + from - start, last, end);
  }

  /** Writes a slot at `at` and, behind it, the sentence's own punctuation: [from, end) of the line. */
  #slotAndRest(at: number, from: number, end: number): number {
    return copyBytes(this.#line, from, end, this.writer.out, this.writer.slot(at));
  }

  /** Handles the delimiter at `i`; `#values.next` is then where to go on. @returns the new end */
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

/**
 * End of a chunk from a digit on. A wide character ends it too: scripts without blanks put words right behind numbers.
 */
function endAfterDigit(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end) {
    const byteClass = CLASSES[bytes[i]];
    if (byteClass >= DELIMITER || byteClass === WIDE) break;
    i++;
  }
  return i;
}
