/**
 * Templates between their two forms: bytes with a code for slots (table, hashing) and text for people
 * (`user <*> logged in`). Text that happens to look like a slot becomes one, which is what a seeded template means.
 */
import { decodeUtf8, encodeUtf8 } from "../otlp/utf8.ts";
import { SLOT } from "./token-kinds.ts";

const SLOT_TEXT = "<*>";

/** Text of template bytes[start, end). Ill-formed UTF-8 becomes U+FFFD. */
export function templateText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let from = start;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== SLOT) continue;
    text += decodeUtf8(bytes, from, i) + SLOT_TEXT;
    from = i + 1;
  }
  return text + decodeUtf8(bytes, from, end);
}

/** Template bytes of a text made by templateText. */
export function templateBytes(text: string): Uint8Array {
  return encodeUtf8(text.replaceAll(SLOT_TEXT, String.fromCharCode(SLOT)));
}

/** A template as zero-padded words. */
export function templateWords(template: string): Int32Array {
  const bytes = templateBytes(template);
  const words = new Int32Array((bytes.length + 3) >> 2);
  new Uint8Array(words.buffer).set(bytes);
  return words;
}
