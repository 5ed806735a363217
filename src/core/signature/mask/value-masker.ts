/**
 * Masks values that are recognised by their place in the line: after `key=`, in quotes, in brackets after `key:`,
 * embedded JSON. The scanner calls it at a delimiter; it writes one slot for the whole value, and `next` is then where
 * the scan goes on. Bounds: MAX_UNCLOSED searches for ends that the line does not have, so that the scan stays linear.
 */
import { isDigit, isSpace, isWordByte } from "./byte-classes.ts";
import { copyBytes } from "./line-bytes.ts";
import type { TemplateWriter } from "./template-writer.ts";
import { SHORTEST_RULER, TEMPLATE_START } from "./template-writer.ts";
import { SLOT } from "./token-kinds.ts";
import { endOfText, isKeyEnd, isQuery, isSentence, startOfKey } from "./value-context.ts";
import {
  closingApostrophe,
  closingQuote,
  endOfAngles,
  endOfGroup,
  endOfSpacedValue,
  endOfValue,
} from "./value-extent.ts";
import { HTTP_METHODS, LEVEL_NAMES, MESSAGE_KEYS, NULL_WORDS, OUTCOME_WORDS } from "./word-lists.ts";

const SPACE = 32;
const DOUBLE_QUOTE = 34;
const APOSTROPHE = 39;
const COLON = 58;
const EQUALS = 61;
const LESS = 60;
const GREATER = 62;
const OPEN_PAREN = 40;
const OPEN_BRACE = 123;
/** Openings without an end in a line after which no more ends are searched for. */
const MAX_UNCLOSED = 4;
const LONGEST_APOSTROPHE = 256;
const DEAD_APOSTROPHE = 8;

export class ValueMasker {
  /** After each call: the input position to go on from. */
  next = 0;
  /** The line is longer than what is examined, so a value without an end goes on beyond it. */
  isCut = false;
  /** The examined part ended inside a value. */
  cutInValue = false;
  readonly #writer: TemplateWriter;
  /** Position of a quote that closes a message, which is scanned instead of being masked. */
  #textQuote = -1;
  #unclosed = 0;
  /** Kinds of quotes without another closing one in this line, a bit each: no end is searched for twice. */
  #dead = 0;

  constructor(writer: TemplateWriter) {
    this.#writer = writer;
  }

  /** Starts a line. */
  begin(isCut: boolean): void {
    this.isCut = isCut;
    this.cutInValue = false;
    this.#textQuote = -1;
    this.#unclosed = 0;
    this.#dead = 0;
  }

  /** At an equals sign: masks the value of `key=value`; `==`, `=>`, `<=` and the like are text. */
  equals(bytes: Uint8Array, i: number, end: number, o: number): number {
    this.next = i + 1;
    const writer = this.#writer;
    const out = writer.out;
    if (out[o - 1] === SLOT && isQuery(bytes, i)) return this.#restOfValue(bytes, i, end, o);
    out[o] = EQUALS;
    const spaced = out[o - 1] === SPACE;
    const keyEnd = spaced ? o - 1 : o;
    const following = bytes[i + 1];
    if (out[o - 1] === EQUALS && out[o - SHORTEST_RULER] === EQUALS) return o; // a ruler
    const isKey = isWordByte(out[keyEnd - 1]) || isKeyEnd(out[keyEnd - 1]);
    if (!isKey || (i + 1 < end && (following === EQUALS || following === GREATER))) return o + 1;
    let p = i + 1;
    while (p < end && isSpace(bytes[p])) p++;
    if (p > i + 1 && !spaced && !this.#isNullWord(bytes, p, end)) {
      return writer.slot(o + 1); // "rhost= user=root": no value
    }
    if (p === end) return spaced ? o + 1 : writer.slot(o + 1);
    let at = o + 1;
    if (spaced && p > i + 1) out[at++] = SPACE;
    return this.#value(bytes, p, end, at, keyEnd);
  }

  /** In "/users/5?expand=true" the equals sign and what follows belong to the value before. */
  #restOfValue(bytes: Uint8Array, i: number, end: number, o: number): number {
    const q = endOfValue(bytes, i, end);
    if (q >= 0) this.next = endOfText(bytes, i + 1, q);
    return o;
  }

  #isNullWord(bytes: Uint8Array, p: number, end: number): boolean {
    let q = p;
    while (q < end && isWordByte(bytes[q])) q++;
    return NULL_WORDS.has(bytes, p, q);
  }

  #value(bytes: Uint8Array, p: number, end: number, at: number, keyEnd: number): number {
    const writer = this.#writer;
    const { out } = writer;
    const keyStart = startOfKey(out, keyEnd);
    const first = bytes[p];
    if (first === DOUBLE_QUOTE || first === APOSTROPHE) {
      const close = this.#close(bytes, p, end);
      this.next = p + 1;
      if (first === DOUBLE_QUOTE && MESSAGE_KEYS.has(out, keyStart, keyEnd)) {
        this.#textQuote = close < 0 ? end : close;
        return at;
      }
      if (close < 0) return this.isCut ? this.#restOfLine(end, at) : at;
      this.next = close + 1;
      return writer.slot(at);
    }
    let q = this.#unclosed < MAX_UNCLOSED ? endOfValue(bytes, p, end) : -1;
    if (q === p && first === LESS) q = endOfAngles(bytes, p, end); // from=<a@b>
    const word = q;
    const inDump = writer.inDump(keyStart);
    if (q >= 0 && q < end && bytes[q] === SPACE && inDump) q = endOfSpacedValue(bytes, q, end);
    if (q < 0) return this.#unclosedValue(p, end, at);
    if (q === word) q = endOfText(bytes, p, q);
    this.next = q;
    if (q <= word && OUTCOME_WORDS.has(bytes, p, q)) return copyBytes(bytes, p, q, out, at);
    return writer.slot(at);
  }

  /** A bracket that never closes: in a line that was cut it is a value up to the end, in others it is text. */
  #unclosedValue(p: number, end: number, at: number): number {
    this.#unclosed++;
    if (this.isCut) return this.#restOfLine(end, at);
    this.next = p;
    return at;
  }

  /** Masks a value that goes on beyond what is examined. */
  #restOfLine(end: number, at: number): number {
    this.cutInValue = true;
    this.next = end;
    return this.#writer.slot(at);
  }

  /** Position of the quote that closes the one at `i`, or -1. */
  #close(bytes: Uint8Array, i: number, end: number): number {
    const quote = bytes[i];
    const bit = quote === DOUBLE_QUOTE ? 1 : quote === APOSTROPHE ? 2 : 4;
    const close = this.#dead & bit ? -1 : closingQuote(bytes, i + 1, end, quote);
    if (close < 0) this.#dead |= bit;
    return close;
  }

  /** At an opening bracket: a group after `key:` or `key: ` is a value, and so is embedded JSON; others are text. */
  open(bytes: Uint8Array, i: number, end: number, o: number): number {
    this.next = i + 1;
    const out = this.#writer.out;
    const byte = bytes[i];
    const colon = out[o - 1] === COLON ? o - 1 : out[o - 1] === SPACE && out[o - 2] === COLON ? o - 2 : 0;
    const json = byte === OPEN_BRACE && bytes[i + 1] === DOUBLE_QUOTE;
    const afterKey = colon > 0 && byte !== OPEN_PAREN && !LEVEL_NAMES.has(out, startOfKey(out, colon), colon);
    if ((!json && !afterKey) || this.#unclosed >= MAX_UNCLOSED) return this.#writer.open(o, byte);
    const q = endOfGroup(bytes, i, end);
    if (q < 0) {
      if (this.isCut) return this.#unclosedValue(i, end, o);
      this.#unclosed++;
      return this.#writer.open(o, byte);
    }
    if (!json && isSentence(bytes, i + 1, q - 1)) return this.#writer.open(o, byte);
    this.next = q;
    return this.#writer.slot(o);
  }

  /** At a quote: a quotation is a value, except for a message in quotes and the method of a request line. */
  quote(bytes: Uint8Array, i: number, end: number, o: number): number {
    this.next = i + 1;
    if (i === this.#textQuote) return o;
    const writer = this.#writer;
    const close = this.#close(bytes, i, end);
    if (close < 0) {
      if (this.isCut && !isWordByte(writer.out[o - 1])) return this.#restOfLine(end, o);
      writer.out[o] = bytes[i];
      return o + 1;
    }
    if (o === TEMPLATE_START && close === end - 1) {
      this.#textQuote = close; // the whole line is quoted
      return o;
    }
    this.next = close + 1;
    let q = i + 1;
    while (q < close && bytes[q] !== SPACE) q++;
    if (q < close && HTTP_METHODS.has(bytes, i + 1, q)) {
      const at = copyBytes(bytes, i, q + 1, writer.out, o);
      const after = writer.slot(at);
      writer.out[after] = bytes[i];
      return after + 1;
    }
    return writer.slot(o);
  }

  /** At "<": "<1 sec" is a number as "2 sec" is; other angle brackets are text. */
  less(bytes: Uint8Array, i: number, end: number, o: number): number {
    this.next = i + 1;
    const out = this.#writer.out;
    let q = i + 1;
    while (q < end && (isDigit(bytes[q]) || bytes[q] === 46)) q++;
    if (q > i + 1 && bytes[q] !== GREATER && out[o - 1] === SPACE) return o;
    out[o] = bytes[i];
    return o + 1;
  }

  /** At an apostrophe: 'a quotation' is a value, the apostrophe inside a word is text. */
  apostrophe(bytes: Uint8Array, i: number, end: number, o: number): number {
    this.next = i + 1;
    const out = this.#writer.out;
    if ((this.#dead & DEAD_APOSTROPHE) === 0 && !(o > TEMPLATE_START && isWordByte(out[o - 1]))) {
      const close = closingApostrophe(bytes, i + 1, Math.min(end, i + LONGEST_APOSTROPHE));
      if (close >= 0) {
        this.next = close + 1;
        return this.#writer.slot(o);
      }
      this.#dead |= DEAD_APOSTROPHE;
    }
    out[o] = APOSTROPHE;
    return o + 1;
  }
}
