/**
 * Questions of the scanner about ranges of a line: where to cut it, what its chunks consist of, what it is without
 * colour codes. Pure, linear in the range.
 */
import { BYTE_CLASS, CLASS_DELIMITER, CLASS_JOINT, CLASS_SPECIAL } from "./byte-classes.ts";

const ESCAPE = 27;

/** Whether the chunk has no joint and no digit. */
export function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (BYTE_CLASS[bytes[i]] >= CLASS_SPECIAL) return false;
  return true;
}

/** Copies bytes[start, end) to out[at, …). @returns the end of the copy */
export function copyBytes(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let o = at;
  for (let i = start; i < end; i++) out[o++] = bytes[i];
  return o;
}

export function hasJoint(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (BYTE_CLASS[bytes[i]] === CLASS_JOINT) return true;
  return false;
}

/** Where to cut a line near `end`: before the word there, or inside it if it is the only one; never in a character. */
export function endOfWholeWord(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && BYTE_CLASS[bytes[last]] < CLASS_DELIMITER) last--;
  if (last > start) return last;
  last = end;
  while (last > start && (bytes[last] & 0xc0) === 0x80) last--;
  return last;
}

/**
 * Copies a line without its CSI sequences (ECMA-48, 5.4: ESC [ parameters, a final byte @ to ~).
 * @returns its length
 */
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
