/**
 * Decodes bytes that JSON has as text: ids in hexadecimal, bytes values in base64. Both can be decoded in place,
 * because the result is shorter than the text.
 */
import { hexDigit } from "./string-escapes.ts";

/** Value of each byte as a hexadecimal digit of either case; 255 elsewhere. */
const HEX_DIGITS: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => hexDigit(byte) & 255);

/**
 * Decodes `size` bytes from 2 * size hexadecimal digits at `start`; source and target may be the same at one position.
 * @returns false if there is another byte than a digit; the result is then invalid
 */
export function decodeHex(source: Uint8Array, start: number, target: Uint8Array, at: number, size: number): boolean {
  let seen = 0;
  for (let index = 0; index < size; index++) {
    const upper = HEX_DIGITS[source[start + 2 * index]];
    const lower = HEX_DIGITS[source[start + 2 * index + 1]];
    seen |= upper | lower;
    target[at + index] = (upper << 4) | lower;
  }
  return seen <= 15;
}

/** Sextet of each byte in the standard and the URL-safe alphabet; 255 elsewhere. */
const SEXTETS: Uint8Array = sextets();

function sextets(): Uint8Array {
  const table = new Uint8Array(256).fill(255);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (let value = 0; value < alphabet.length; value++) table[alphabet.charCodeAt(value)] = value;
  for (const [sign, value] of [
    ["+", 62],
    ["-", 62],
    ["/", 63],
    ["_", 63],
  ] as const) {
    table[sign.charCodeAt(0)] = value;
  }
  return table;
}

const PADDING = 0x3d;

/** Decodes base64 of either alphabet, padded or not. @returns bytes written from `start` on; -1 if it is not base64 */
export function decodeBase64(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  if ((end - start) % 4 === 0) {
    while (last > end - 2 && last > start && bytes[last - 1] === PADDING) last--;
  }
  if ((last - start) % 4 === 1) return -1;
  let target = start;
  let bits = 0;
  let count = 0;
  for (let p = start; p < last; p++) {
    const sextet = SEXTETS[bytes[p]];
    if (sextet === 255) return -1;
    bits = ((bits << 6) | sextet) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes[target++] = bits >> count;
  }
  return target - start;
}
