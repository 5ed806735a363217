/**
 * A position in JSON text of UTF-8 bytes, with steps over punctuation, literals, numbers and whole values. Strict about
 * syntax (RFC 8259): other text throws a DecodeError with its offset, and nothing else is thrown.
 * Iterative. Bounds: MAX_JSON_DEPTH open containers, one byte of state for each.
 */
import { DecodeError } from "../otlp/wire/decode-error.ts";
import { numberEnd } from "./number-text.ts";
import { plainEnd } from "./plain-text.ts";
import { escapeLength } from "./string-escapes.ts";

/**
 * Open containers at one time. The deepest legal request has seven above the record, two above a body and four for each
 * of MAX_VALUE_DEPTH levels of AnyValue, which is far less: a value that nests too deep costs its record, not the
 * request.
 */
const MAX_JSON_DEPTH = 1000;

export const QUOTE = 0x22;
const COMMA = 0x2c;
export const MINUS = 0x2d;
const COLON = 0x3a;
export const OPEN_ARRAY = 0x5b;
export const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Result of `peek` at the end of the text; no byte equals it. */
export const END_OF_TEXT = -1;

const SPACE = 0x20;
const TRUE: readonly number[] = [0x74, 0x72, 0x75, 0x65];
const FALSE: readonly number[] = [0x66, 0x61, 0x6c, 0x73, 0x65];
const NULL: readonly number[] = [0x6e, 0x75, 0x6c, 0x6c];

export class JsonCursor {
  readonly bytes: Uint8Array;
  /** The text alone, from the first byte of `bytes` on, to read four bytes at once. */
  readonly view: DataView;
  readonly end: number;
  position = 0;
  #depth = 0;
  /** By depth: closing byte of each container that skipValue is in. */
  readonly #closing = new Uint8Array(MAX_JSON_DEPTH);

  /** @param end bytes of `bytes` that are text; at most bytes.length */
  constructor(bytes: Uint8Array, end: number) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, end);
    this.end = end;
    // RFC 8259, section 8.1, lets a parser ignore a byte order mark.
    if (end >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.position = 3;
  }

  /** Skips white space. @returns the byte there, or END_OF_TEXT */
  peek(): number {
    const p = this.position;
    if (p < this.end) {
      const byte = this.bytes[p];
      if (byte > SPACE) return byte;
    }
    return this.#peekPastSpace();
  }

  #peekPastSpace(): number {
    const bytes = this.bytes;
    let p = this.position;
    while (p < this.end && isSpace(bytes[p])) p++;
    this.position = p;
    return p < this.end ? bytes[p] : END_OF_TEXT;
  }

  /** Consumes the `{` or `[` at the position. */
  enter(): void {
    if (this.#depth === MAX_JSON_DEPTH) throw this.error(`nests deeper than ${MAX_JSON_DEPTH} levels`);
    this.#depth++;
    this.position++;
  }

  /**
   * After `enter` of an object.
   * @returns true at the quote of a key; false if the object ended, whose end is consumed
   */
  firstMember(): boolean {
    const byte = this.peek();
    if (byte === QUOTE) return true;
    if (byte === CLOSE_OBJECT) return this.#leave();
    throw this.error("lacks a key or the end of an object");
  }

  /** After a member's value. @returns as firstMember */
  nextMember(): boolean {
    const p = this.position;
    if (p + 1 < this.end && this.bytes[p] === COMMA && this.bytes[p + 1] === QUOTE) {
      this.position = p + 1;
      return true;
    }
    const byte = this.peek();
    if (byte === CLOSE_OBJECT) return this.#leave();
    if (byte !== COMMA) throw this.error("lacks a comma or the end of an object");
    this.position++;
    if (this.peek() !== QUOTE) throw this.error("lacks a key after a comma");
    return true;
  }

  /** After `enter` of an array. @returns true at a value; false if the array ended, whose end is consumed */
  firstElement(): boolean {
    return this.peek() === CLOSE_ARRAY ? this.#leave() : true;
  }

  /** After an element. @returns as firstElement */
  nextElement(): boolean {
    const byte = this.peek();
    if (byte === CLOSE_ARRAY) return this.#leave();
    if (byte !== COMMA) throw this.error("lacks a comma or the end of an array");
    this.position++;
    return true;
  }

  /** Consumes the colon after a key. */
  colon(): void {
    if (this.position < this.end && this.bytes[this.position] === COLON) {
      this.position++;
      return;
    }
    if (this.peek() !== COLON) throw this.error("lacks a colon after a key");
    this.position++;
  }

  /** Consumes `null` if it is at the position: in OTLP/JSON the field is then unset. @returns whether it did */
  takeNull(): boolean {
    return this.#take(NULL);
  }

  /** Consumes `true` or `false` if one of them is at the position. @returns undefined if not */
  takeBoolean(): boolean | undefined {
    if (this.#take(TRUE)) return true;
    return this.#take(FALSE) ? false : undefined;
  }

  /** Consumes the number at the position, without reading its value. */
  skipNumber(): void {
    const end = numberEnd(this.bytes, this.position, this.end);
    if (end < 0) throw this.error("has a malformed number");
    this.position = end;
  }

  /**
   * Consumes the string whose opening quote is at the position, without a check for UTF-8.
   * @returns whether it contains escapes
   */
  skipString(): boolean {
    const bytes = this.bytes;
    let escaped = false;
    let p = plainEnd(this.view, this.position + 1, this.end);
    while (p < this.end && bytes[p] !== QUOTE) {
      const length = bytes[p] === BACKSLASH ? escapeLength(bytes, p, this.end) : 1;
      if (length === 0 || bytes[p] < SPACE) break;
      escaped ||= length > 1;
      p = plainEnd(this.view, p + length, this.end);
    }
    this.position = p;
    if (p >= this.end) throw this.error("ends inside a string");
    if (bytes[p] !== QUOTE) throw this.error("has a malformed string");
    this.position++;
    return escaped;
  }

  /** Consumes one value of any type and checks its syntax. */
  skipValue(): void {
    const outside = this.#depth;
    for (;;) {
      const byte = this.peek();
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
        this.enter();
        const isObject = byte === OPEN_OBJECT;
        if (isObject ? this.firstMember() : this.firstElement()) {
          this.#closing[this.#depth - 1] = isObject ? CLOSE_OBJECT : CLOSE_ARRAY;
          if (isObject) this.skipKey();
          continue;
        }
      } else this.#skipScalar(byte);
      while (this.#depth > outside && !this.#nextInSkipped()) {
        // A container ended: it is a value of the container around it.
      }
      if (this.#depth === outside) return;
    }
  }

  /** Consumes a key and its colon. */
  skipKey(): void {
    this.skipString();
    this.colon();
  }

  /** @param problem completes "The JSON of the request …", without text of the sender */
  error(problem: string): DecodeError {
    return new DecodeError(`The JSON of the request ${problem}`, this.position);
  }

  /** After a value inside a skipped container. @returns whether another value follows in it */
  #nextInSkipped(): boolean {
    if (this.#closing[this.#depth - 1] === CLOSE_ARRAY) return this.nextElement();
    if (!this.nextMember()) return false;
    this.skipKey();
    return true;
  }

  #skipScalar(byte: number): void {
    if (byte === QUOTE) this.skipString();
    else if (byte === MINUS || (byte >= 0x30 && byte <= 0x39)) this.skipNumber();
    else if (!this.#take(TRUE) && !this.#take(FALSE) && !this.#take(NULL)) {
      throw this.error(byte === END_OF_TEXT ? "ends too early" : "has something that is no value");
    }
  }

  #take(literal: readonly number[]): boolean {
    const start = this.position;
    if (start + literal.length > this.end) return false;
    for (let index = 0; index < literal.length; index++) {
      if (this.bytes[start + index] !== literal[index]) return false;
    }
    this.position = start + literal.length;
    return true;
  }

  #leave(): false {
    this.#depth--;
    this.position++;
    return false;
  }
}

function isSpace(byte: number): boolean {
  return byte === SPACE || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
