/**
 * Finds the ends of values: quoted strings, bracketed groups, the right side of `key=value`.
 * Pure functions over byte ranges. Each looks at every byte at most twice, and never beyond `end`, which the caller
 * bounds by the examined prefix.
 */
import { BYTE_CLASS, CLASS_DELIMITER, isSpace, isWordByte } from "./byte-classes.ts";

const DOUBLE_QUOTE = 34;
const COMMA = 44;
const EQUALS = 61;
const BACKSLASH = 92;

const LONGEST_ANGLES = 128;

export function isOpener(byte: number): boolean {
  return byte === 40 || byte === 91 || byte === 123;
}

function isCloser(byte: number): boolean {
  return byte === 41 || byte === 93 || byte === 125;
}

/** @returns the position of the next `quote` that no backslash escapes, or -1 */
export function closingQuote(bytes: Uint8Array, start: number, end: number, quote: number): number {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === quote) return i;
    if (byte === BACKSLASH) i++;
  }
  return -1;
}

/** @returns the position of the next apostrophe that ends a quotation, so that no word follows it, or -1 */
export function closingApostrophe(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    if (bytes[i] === 39 && (i + 1 >= end || !isWordByte(bytes[i + 1]))) return i;
    if (bytes[i] === BACKSLASH) i++;
  }
  return -1;
}

/**
 * End of a bracketed group. Any closing bracket closes any opening one, because logs contain "[0, 5)".
 * @param start position of the opening bracket
 * @returns the position behind the bracket that closes it, or -1 if none does before `end`
 */
export function endOfGroup(bytes: Uint8Array, start: number, end: number): number {
  let depth = 0;
  let quotes = true;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (BYTE_CLASS[byte] !== CLASS_DELIMITER) continue;
    if (isOpener(byte)) depth++;
    else if (isCloser(byte)) {
      if (--depth === 0) return i + 1;
    } else if (byte === DOUBLE_QUOTE && quotes) {
      const close = closingQuote(bytes, i + 1, end, DOUBLE_QUOTE);
      if (close < 0) quotes = false;
      else i = close;
    }
  }
  return -1;
}

/** @returns the position behind the next `>` of the same word, or `start` if there is none within LONGEST_ANGLES */
export function endOfAngles(bytes: Uint8Array, start: number, end: number): number {
  const last = Math.min(end, start + LONGEST_ANGLES);
  for (let i = start; i < last && !isSpace(bytes[i]); i++) if (bytes[i] === 62) return i + 1;
  return start;
}

/**
 * End of an unquoted value: a chunk with the groups attached to it, as in `Seat(a=1).b`; -1 if a group never closes.
 */
export function endOfValue(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end) {
    const byte = bytes[i];
    if (BYTE_CLASS[byte] < CLASS_DELIMITER || byte === EQUALS) i++;
    else if (isOpener(byte)) {
      i = endOfGroup(bytes, i, end);
      if (i < 0) return -1;
    } else break;
  }
  return i;
}

/**
 * End of a value with blanks in the dump of an object, `Config(name=x, description=Proportion Of The Ticket)`: before a
 * comma, a closing bracket or another `key=`.
 * @param start end of the value's first word
 * @returns -1 if a group never closes
 */
export function endOfSpacedValue(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  let beforeWord = start;
  while (i < end) {
    const byte = bytes[i];
    if (byte === COMMA || isCloser(byte)) return i;
    if (byte === EQUALS && beforeWord < i) return beforeWord;
    if (isOpener(byte)) {
      i = endOfGroup(bytes, i, end);
      if (i < 0) return -1;
      continue;
    }
    if (isSpace(byte)) beforeWord = i;
    i++;
  }
  return i;
}
