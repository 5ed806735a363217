/**
 * Classifies the value of a slot by its look, for readable templates and explanations. The first kind that fits wins.
 * Pure, linear in the value; off the hot path.
 */
import { isDigit, isHexDigit, isLetter, isNameByte, isSpace } from "../mask/byte-classes.ts";
import { hasDigit } from "../mask/masks.ts";
import type { TokenKind } from "../mask/token-kinds.ts";
import { isOpener } from "../mask/value-extent.ts";
import { DATE_WORDS, HOST_ENDINGS } from "../mask/word-lists.ts";
import { WordSet } from "../mask/word-set.ts";

const DASH = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const AT = 64;

const DURATION_UNITS = new WordSet(
  "ns us ms msec msecs s sec secs second seconds min mins minute minutes h hr hrs hour hours d day days".split(" "),
);
const SIZE_UNITS = new WordSet("b kb mb gb tb pb kib mib gib tib byte bytes k m g t".split(" "));

/** @returns the kind of bytes[start, end); "value" when no other fits */
export function tokenKindOf(bytes: Uint8Array, start: number, end: number): TokenKind {
  const first = bytes[start];
  if (first === 34 || first === 39 || first === 96) return "quoted";
  if (isOpener(first)) return "list";
  if (isUuid(bytes, start, end)) return "uuid";
  if (isMac(bytes, start, end)) return "mac";
  if (indexOfText(bytes, start, end, "://") >= 0) return "url";
  const number = endOfNumber(bytes, start, end);
  if (number === end) return "num";
  if (number > start) {
    let unit = number;
    while (unit < end && isSpace(bytes[unit])) unit++;
    if (DURATION_UNITS.has(bytes, unit, end)) return "duration";
    if (SIZE_UNITS.has(bytes, unit, end)) return "size";
  }
  if (isIp(bytes, start, end)) return "ip";
  if (isTime(bytes, start, end)) return "time";
  if (count(bytes, start, end, 44) > 0 && count(bytes, start, end, 32) > 0) return "list";
  if (isHex(bytes, start, end)) return "hex";
  if (count(bytes, start, end, AT) === 1 && count(bytes, start, end, DOT) > 0) return "email";
  if (first === SLASH || count(bytes, start, end, SLASH) > 1 || count(bytes, start, end, 92) > 0) return "path";
  if (isName(bytes, start, end)) return "name";
  if (isWord(bytes, start, end)) return "word";
  return hasDigit(bytes, start, end) ? "id" : "value";
}

/** Letters, hyphens and underscores. */
function isWord(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (isDigit(bytes[i]) || !isNameByte(bytes[i])) return false;
  return true;
}

function isUuid(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 36) return false;
  for (let i = 0; i < 36; i++) {
    const dash = i === 8 || i === 13 || i === 18 || i === 23;
    if (dash ? bytes[start + i] !== DASH : !isHexDigit(bytes[start + i])) return false;
  }
  return true;
}

function isMac(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 17) return false;
  for (let i = 0; i < 17; i++) {
    const byte = bytes[start + i];
    if (i % 3 === 2 ? byte !== COLON && byte !== DASH : !isHexDigit(byte)) return false;
  }
  return true;
}

/** End of an integer or decimal with sign and grouping commas; `start` when there is none. */
function endOfNumber(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  if (bytes[i] === DASH || bytes[i] === 43 || bytes[i] === 35) i++;
  const digits = i;
  let dots = 0;
  while (i < end && (isDigit(bytes[i]) || (i > digits && (bytes[i] === 44 || (bytes[i] === DOT && dots++ === 0))))) i++;
  if (i === digits) return start;
  return bytes[i] === 37 ? i + 1 : i;
}

/** IPv4 or IPv6, with a host name or slash before and a port after. */
function isIp(bytes: Uint8Array, start: number, end: number): boolean {
  let from = start;
  for (let i = start; i < end; i++) if (bytes[i] === SLASH) from = i + 1;
  let octets = 0;
  let i = from;
  while (i < end && isDigit(bytes[i])) {
    const octet = i;
    while (i < end && isDigit(bytes[i])) i++;
    if (i - octet > 3) break;
    octets++;
    if (bytes[i] !== DOT || i + 1 >= end) break;
    i++;
  }
  if (octets === 4 && (i === end || bytes[i] === COLON)) return true;
  if (count(bytes, from, end, COLON) < 2) return false;
  let double = false;
  for (let k = from; k < end; k++) {
    if (!isHexDigit(bytes[k]) && bytes[k] !== COLON && bytes[k] !== DOT) return false;
    if (bytes[k] === COLON && bytes[k + 1] === COLON) double = true;
  }
  return double || count(bytes, from, end, COLON) >= 7;
}

/** Digits joined by at least two of - / : , or words of a date among digits. */
function isTime(bytes: Uint8Array, start: number, end: number): boolean {
  let word = start;
  while (word < end && isLetter(bytes[word])) word++;
  if (DATE_WORDS.has(bytes, start, word)) return hasDigit(bytes, word, end);
  if (!isDigit(bytes[start])) return false;
  const joints = count(bytes, start, end, COLON) + count(bytes, start, end, DASH) + count(bytes, start, end, SLASH);
  let letters = 0;
  for (let i = start; i < end; i++) if (isLetter(bytes[i])) letters++;
  return joints >= 2 ? letters <= 4 : joints === 1 && letters === 0 && count(bytes, start, end, COLON) === 1;
}

function isHex(bytes: Uint8Array, start: number, end: number): boolean {
  const from = bytes[start] === 48 && (bytes[start + 1] | 0x20) === 120 ? start + 2 : start;
  if (from === start && end - start < 6) return false;
  for (let i = from; i < end; i++) if (!isHexDigit(bytes[i])) return false;
  return end > from;
}

/** Dotted: a host, a class. */
function isName(bytes: Uint8Array, start: number, end: number): boolean {
  let last = -1;
  for (let i = start; i < end; i++) {
    if (bytes[i] === DOT) last = i;
    else if (!isLetter(bytes[i]) && !isDigit(bytes[i]) && bytes[i] !== DASH && bytes[i] !== 95 && bytes[i] !== 36)
      return false;
  }
  return last > start && (HOST_ENDINGS.has(bytes, last + 1, end) || count(bytes, start, end, DOT) > 1);
}

function count(bytes: Uint8Array, start: number, end: number, byte: number): number {
  let total = 0;
  for (let i = start; i < end; i++) if (bytes[i] === byte) total++;
  return total;
}

function indexOfText(bytes: Uint8Array, start: number, end: number, text: string): number {
  for (let i = start; i + text.length <= end; i++) {
    let k = 0;
    while (k < text.length && bytes[i + k] === text.charCodeAt(k)) k++;
    if (k === text.length) return i;
  }
  return -1;
}
