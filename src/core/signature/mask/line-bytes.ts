/**
 * What the scanner asks of a line's bytes before and beside the scan: where to cut it, what it is without colours.
 * Pure, linear in the range.
 */
import { BYTE_CLASS, CLASS_DELIMITER, CLASS_SPECIAL } from "./byte-classes.ts";

const ESCAPE = 27;

/** Only what words are made of: no joint inside. */
export function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (BYTE_CLASS[bytes[i]] >= CLASS_SPECIAL) return false;
  return true;
}

/** Cuts before the word that `end` would cut, unless it is the only one; never inside a character. */
export function endOfWholeWord(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && BYTE_CLASS[bytes[last]] < CLASS_DELIMITER) last--;
  if (last > start) return last;
  last = end;
  while (last > start && (bytes[last] & 0xc0) === 0x80) last--;
  return last;
}

/** Copies the line without its CSI sequences (ECMA-48 5.4: ESC [ parameters, a final byte @ to ~). @returns its length */
export function withoutColours(bytes: Uint8Array, start: number, end: number, plain: Uint8Array): number {
  let length = 0;
  for (let i = start; i < end; i++) {
    if (bytes[i] !== ESCAPE) plain[length++] = bytes[i];
    else if (bytes[i + 1] === 91) {
      i += 2;
      while (i < end && (bytes[i] < 64 || bytes[i] > 126)) i++;
    }
  }
  return length;
}
