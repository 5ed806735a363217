/**
 * Recognises the usual forms of an AnyValue in a few loads: one string, bool, small int or double that fills its
 * message. Every other form is left to the strict walk.
 */

/** @returns the offset (2 or 3) of the text in an AnyValue [start, end) that one string fills; 0 for other forms */
export function stringOffset(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start - 2;
  if (size < 0 || bytes[start] !== 0x0a) return 0;
  if (size < 0x80) return bytes[start + 1] === size ? 2 : 0;
  const rest = size - 1;
  return rest < 0x4000 && bytes[start + 1] === ((rest & 0x7f) | 0x80) && bytes[start + 2] === rest >>> 7 ? 3 : 0;
}

/** Whether the AnyValue [start, end) is empty, or one bool, int below 2^14 or double fills it. */
export function isPlainScalar(bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (size === 0) return true;
  const tag = bytes[start];
  if (size === 2) return (tag === 0x10 || tag === 0x18) && bytes[start + 1] < 0x80;
  if (size === 3) return tag === 0x18 && bytes[start + 1] >= 0x80 && bytes[start + 2] < 0x80;
  return size === 9 && tag === 0x21;
}
