/**
 * Templates between their two forms: bytes with placeholder codes (table, hashing) and text for people
 * (`user <*> logged in`). Pure; UTF-8 is decoded and encoded here because the core knows no runtime.
 */
import { SLOT } from "./token-kinds.ts";

const SLOT_TEXT = "<*>";
const REPLACEMENT = 0xfffd;

/** Text of template bytes[start, end). Invalid UTF-8 becomes U+FFFD. */
export function templateText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let i = start;
  while (i < end) {
    const byte = bytes[i];
    if (byte === SLOT) text += SLOT_TEXT;
    else if (byte < 0x80) text += String.fromCharCode(byte);
    else {
      const length = sequenceLength(bytes, i, end);
      text += String.fromCodePoint(length === 1 ? REPLACEMENT : codePoint(bytes, i, length));
      i += length - 1;
    }
    i++;
  }
  return text;
}

/** Length of the well-formed UTF-8 sequence at `at` (Unicode 15, table 3-7); 1 when it is none. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at];
  const length =
    lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 && lead < 0xf0 ? 3 : lead >= 0xc2 && lead < 0xe0 ? 2 : 1;
  if (at + length > end) return 1;
  for (let i = 1; i < length; i++) if ((bytes[at + i] & 0xc0) !== 0x80) return 1;
  const second = bytes[at + 1];
  if (lead === 0xe0 && second < 0xa0) return 1;
  if (lead === 0xed && second > 0x9f) return 1;
  if (lead === 0xf0 && second < 0x90) return 1;
  if (lead === 0xf4 && second > 0x8f) return 1;
  return length;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  let code = bytes[at] & (0x7f >> length);
  for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i] & 0x3f);
  return code;
}

/**
 * Template bytes of a text made by templateText.
 * @returns the bytes; text that happens to look like a placeholder becomes one, which is what a seeded template means
 */
export function templateBytes(text: string): Uint8Array {
  const utf8 = encodeUtf8(text);
  const bytes = new Uint8Array(utf8.length);
  let o = 0;
  let i = 0;
  while (i < utf8.length) {
    if (startsWith(utf8, i, SLOT_TEXT)) {
      bytes[o++] = SLOT;
      i += SLOT_TEXT.length;
    } else bytes[o++] = utf8[i++];
  }
  return bytes.slice(0, o);
}

function startsWith(bytes: Uint8Array, at: number, prefix: string): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix.charCodeAt(i)) return false;
  return true;
}

/** UTF-8 of a string; lone surrogates become U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let o = 0;
  for (const character of text) {
    const point = character.codePointAt(0) ?? REPLACEMENT;
    const code = point >= 0xd800 && point <= 0xdfff ? REPLACEMENT : point;
    if (code < 0x80) bytes[o++] = code;
    else if (code < 0x800) {
      bytes[o++] = 0xc0 | (code >> 6);
      bytes[o++] = 0x80 | (code & 0x3f);
    } else if (code < 0x10000) {
      bytes[o++] = 0xe0 | (code >> 12);
      bytes[o++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[o++] = 0x80 | (code & 0x3f);
    } else {
      bytes[o++] = 0xf0 | (code >> 18);
      bytes[o++] = 0x80 | ((code >> 12) & 0x3f);
      bytes[o++] = 0x80 | ((code >> 6) & 0x3f);
      bytes[o++] = 0x80 | (code & 0x3f);
    }
  }
  return bytes.slice(0, o);
}
