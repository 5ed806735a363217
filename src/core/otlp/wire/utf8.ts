/**
 * Validates and converts UTF-8 in byte ranges; the core has no TextDecoder. Ill-formed text is read as by the decoder
 * of the WHATWG Encoding Standard: one U+FFFD for each maximal subpart of an ill-formed sequence (Unicode 15, section
 * 3.9).
 */

/** Position of the first byte >= 0x80 in [start, end), or `end`. */
export function findNonAscii(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  // Eight bytes a turn, because most strings in logs are ASCII and every survivor is read.
  for (const stop = end - 7; p < stop; p += 8) {
    const low = bytes[p] | bytes[p + 1] | bytes[p + 2] | bytes[p + 3];
    const high = bytes[p + 4] | bytes[p + 5] | bytes[p + 6] | bytes[p + 7];
    if ((low | high) >= 0x80) break;
  }
  while (p < end && bytes[p] < 0x80) p++;
  return p;
}

/**
 * Measures the sequence that starts with the non-ASCII byte at `p`.
 * @returns its length (2..4) when well-formed, else minus the length (1..3) of the maximal subpart to replace
 */
export function sequenceLength(bytes: Uint8Array, p: number, end: number): number {
  const lead = bytes[p];
  if (lead < 0xc2 || lead > 0xf4) return -1;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (p + 1 >= end) return -1;
  const second = bytes[p + 1];
  // The second byte's range is narrower after E0 (overlong), ED (surrogates), F0 (overlong) and F4 (beyond U+10FFFF).
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return -1;
  for (let index = 2; index < length; index++) {
    if (p + index >= end || (bytes[p + index] & 0xc0) !== 0x80) return -index;
  }
  return length;
}

/** Whether [start, end) is well-formed UTF-8. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let p = findNonAscii(bytes, start, end);
  while (p < end) {
    if (bytes[p] < 0x80) {
      p = findNonAscii(bytes, p, end);
      continue;
    }
    const length = sequenceLength(bytes, p, end);
    if (length < 0) return false;
    p += length;
  }
  return true;
}

/** UTF-16 units that one call of String.fromCharCode gets as arguments. */
const DECODE_CHUNK = 4096;

/** Text of [start, end), with U+FFFD for ill-formed subparts; a byte order mark is kept. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let units: number[] = [];
  let p = start;
  while (p < end) {
    const lead = bytes[p];
    if (lead < 0x80) {
      units.push(lead);
      p++;
    } else {
      const length = sequenceLength(bytes, p, end);
      pushCodePoint(units, length < 0 ? 0xfffd : codePointAt(bytes, p, length));
      p += length < 0 ? -length : length;
    }
    if (units.length >= DECODE_CHUNK) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return text + String.fromCharCode(...units);
}

function codePointAt(bytes: Uint8Array, p: number, length: number): number {
  let point = bytes[p] & (0xff >> (length + 1));
  for (let index = 1; index < length; index++) point = (point << 6) | (bytes[p + index] & 0x3f);
  return point;
}

function pushCodePoint(units: number[], point: number): void {
  if (point < 0x10000) {
    units.push(point);
    return;
  }
  units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
}

/** Bytes of `text` in UTF-8; a lone surrogate counts as U+FFFD. */
export function utf8Length(text: string): number {
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) length += 1;
    else if (unit < 0x800) length += 2;
    else if (isPair(text, index)) {
      length += 4;
      index++;
    } else length += 3;
  }
  return length;
}

/** Writes `text` at `position`, which has room for utf8Length(text) bytes. @returns the position after it */
export function encodeUtf8Into(text: string, bytes: Uint8Array, position: number): number {
  let p = position;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes[p++] = unit;
    else if (unit < 0x800) {
      bytes[p++] = 0xc0 | (unit >> 6);
      bytes[p++] = 0x80 | (unit & 0x3f);
    } else if (isPair(text, index)) {
      const point = 0x10000 + ((unit - 0xd800) << 10) + (text.charCodeAt(++index) - 0xdc00);
      bytes[p++] = 0xf0 | (point >> 18);
      bytes[p++] = 0x80 | ((point >> 12) & 0x3f);
      bytes[p++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[p++] = 0x80 | (point & 0x3f);
    } else {
      const point = unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit;
      bytes[p++] = 0xe0 | (point >> 12);
      bytes[p++] = 0x80 | ((point >> 6) & 0x3f);
      bytes[p++] = 0x80 | (point & 0x3f);
    }
  }
  return p;
}

/** A new array with the UTF-8 of `text`. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8Length(text));
  encodeUtf8Into(text, bytes, 0);
  return bytes;
}

function isPair(text: string, index: number): boolean {
  const unit = text.charCodeAt(index);
  if (unit < 0xd800 || unit > 0xdbff || index + 1 >= text.length) return false;
  const next = text.charCodeAt(index + 1);
  return next >= 0xdc00 && next <= 0xdfff;
}
