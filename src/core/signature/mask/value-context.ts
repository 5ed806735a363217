/**
 * Questions about the surroundings of a value: its key, the query of a URL, the punctuation behind it, text in
 * brackets. Pure functions over byte ranges, linear in the word or group that they look at.
 */
import { BYTE_CLASS, CLASS_DELIMITER, isSpace, isWordByte } from "./byte-classes.ts";
import { endOfWord } from "./masks.ts";
import { TEMPLATE_START } from "./template-writer.ts";
import { SLOT } from "./token-kinds.ts";
import { OUTCOME_WORDS } from "./word-lists.ts";

const DOUBLE_QUOTE = 34;
const APOSTROPHE = 39;
const OPEN_PAREN = 40;
const COMMA = 44;
const EQUALS = 61;
const OPEN_BRACE = 123;

/** Whether the chunk that ends at `end` has a question mark, so that the query of a URL follows. */
export function isQuery(bytes: Uint8Array, end: number): boolean {
  for (let i = end - 1; i >= 0 && BYTE_CLASS[bytes[i]] < CLASS_DELIMITER; i--) if (bytes[i] === 63) return true;
  return false;
}

/** End of a value without the punctuation of the sentence behind it. */
export function endOfText(bytes: Uint8Array, start: number, end: number): number {
  const last = endOfWord(bytes, start, end);
  return last > start ? last : end;
}

/** Start of the word, dots and dashes included, that ends at `end`. */
export function startOfKey(out: Uint8Array, end: number): number {
  let start = end;
  while (start > TEMPLATE_START && (isWordByte(out[start - 1]) || out[start - 1] === 45 || out[start - 1] === 46))
    start--;
  return start;
}

/** Whether the byte may end a key, besides the bytes of words: a closing bracket, a quote, a slot. */
export function isKeyEnd(byte: number): boolean {
  return byte === SLOT || byte === 41 || byte === 93 || byte === DOUBLE_QUOTE || byte === APOSTROPHE;
}

/** Whether the range is text: words with blanks between them or an outcome, and no sign of a list or an object. */
export function isSentence(bytes: Uint8Array, start: number, end: number): boolean {
  let blank = false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === COMMA || byte === EQUALS || byte === OPEN_PAREN || byte === 91 || byte === OPEN_BRACE) return false;
    if (isSpace(byte)) blank = true;
  }
  return blank || OUTCOME_WORDS.has(bytes, start, end);
}
