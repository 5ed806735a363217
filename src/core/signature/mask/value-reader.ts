/**
 * Reads what is a value by its place in the line: after `key=`, in quotes, in brackets after `key:`, embedded JSON.
 * Called by the scanner at a delimiter; writes one slot for the whole value and tells where to go on.
 * Bounds: at most MAX_UNCLOSED looks for ends that are not there, so that the scan stays linear.
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
/** Openings without an end that a line may hold before the reader stops looking for ends. */
const MAX_UNCLOSED = 4;
const LONGEST_APOSTROPHE = 256;
const DEAD_APOSTROPHE = 8;

export class ValueReader {
  /** Input position to go on from, after each call. */
  next = 0;
  /** The line is longer than what is examined: a value without an end goes on beyond it. */
  isCut = false;
  /** The examined part ended inside a value. */
  cutInValue = false;
  readonly #writer: TemplateWriter;
  /** Position of a quote that closes text to be scanned, not masked. */
  #textQuote = -1;
  #unclosed = 0;
  /** Quotes that close no more in this line: a bit each, so that no end is looked for twice. */
  #dead = 0;

  constructor(writer: TemplateWriter) {
    this.#writer = writer;
  }

  begin(isCut: boolean): void {
    this.isCut = isCut;
    this.cutInValue = false;
    this.#textQuote = -1;
    this.#unclosed = 0;
    this.#dead = 0;
  }

  /** `key=value` keeps the key; `==`, `=>`, `<=` and the like are text. */
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

  /** "/users/5?expand=true": the equals sign belongs to the value before it. */
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

  /** A value whose bracket never closes: all the rest when the line was cut, nothing special when it was not. */
  #unclosedValue(p: number, end: number, at: number): number {
    this.#unclosed++;
    if (this.isCut) return this.#restOfLine(end, at);
    this.next = p;
    return at;
  }

  /** A value that goes on beyond what is examined. */
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

  /** A bracket after `key:` or `key: ` starts a value, and so does embedded JSON; other brackets are structure. */
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

  /** A quotation is a value, but for a message in quotes and the method of a request line. */
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

  /** "<1 sec" is a number like "2 sec"; other angle brackets are text. */
  less(bytes: Uint8Array, i: number, end: number, o: number): number {
    this.next = i + 1;
    const out = this.#writer.out;
    let q = i + 1;
    while (q < end && (isDigit(bytes[q]) || bytes[q] === 46)) q++;
    if (q > i + 1 && bytes[q] !== GREATER && out[o - 1] === SPACE) return o;
    out[o] = bytes[i];
    return o + 1;
  }

  /** 'a value', but not the apostrophe of a word. */
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
