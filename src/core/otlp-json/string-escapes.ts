/** Reads the escapes of JSON strings (RFC 8259, section 7). */

/** By the byte behind the backslash: the byte that the escape stands for, 0 if there is none; without `\u`. */
const SIMPLE_ESCAPES: Uint8Array = simpleEscapes();

function simpleEscapes(): Uint8Array {
  const table = new Uint8Array(256);
  const pairs: readonly (readonly [string, number])[] = [
    ['"', 0x22],
    ["\\", 0x5c],
    ["/", 0x2f],
    ["b", 0x08],
    ["f", 0x0c],
    ["n", 0x0a],
    ["r", 0x0d],
    ["t", 0x09],
  ];
  for (const [letter, byte] of pairs) table[letter.charCodeAt(0)] = byte;
  return table;
}

const LETTER_U = 0x75;

/** Length of the escape whose backslash is at `p`: 2, or 6 for \uXXXX; 0 if it is malformed or cut off. */
export function escapeLength(bytes: Uint8Array, p: number, end: number): number {
  if (p + 1 >= end) return 0;
  if (bytes[p + 1] === LETTER_U) return codeUnitAt(bytes, p, end) < 0 ? 0 : 6;
  return SIMPLE_ESCAPES[bytes[p + 1]] === 0 ? 0 : 2;
}

/** The byte that the two-byte escape at `p` stands for; 0 if there is none. */
export function simpleEscape(bytes: Uint8Array, p: number, end: number): number {
  return p + 1 < end ? SIMPLE_ESCAPES[bytes[p + 1]] : 0;
}

/** The UTF-16 code unit of the escape \uXXXX at `p`; -1 if there is none. */
export function codeUnitAt(bytes: Uint8Array, p: number, end: number): number {
  if (p + 6 > end || bytes[p] !== 0x5c || bytes[p + 1] !== LETTER_U) return -1;
  let unit = 0;
  for (let index = 2; index < 6; index++) {
    const digit = hexDigit(bytes[p + index]);
    if (digit < 0) return -1;
    unit = (unit << 4) | digit;
  }
  return unit;
}

/** Value of a hexadecimal digit of either case; -1 for any other byte. */
export function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
