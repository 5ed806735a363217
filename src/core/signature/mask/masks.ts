/**
 * Decides which part of a chunk is a value. A chunk is a run of bytes without blanks, brackets, quotes, commas and
 * equals signs. The rules are those of general mask lists (times of RFC 3339 and RFC 822, URLs, hosts, paths,
 * hexadecimal ids) and one that covers most values: a chunk with a digit is a value.
 * Pure functions over byte ranges, linear in the chunk.
 */
import { BYTE_CLASS, CLASS_DIGIT, CLASS_WIDE, isDigit, isHexDigit, isLetter, isUpper } from "./byte-classes.ts";
import { HOST_ENDINGS, NAMESPACE_ROOTS, NULL_WORDS } from "./word-lists.ts";

const DOLLAR = 36;
const OPEN_PAREN = 40;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const AT = 64;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const TILDE = 126;
/** A run of letters longer than this is an encoded value, not a word. */
const LONGEST_WORD = 64;
const MOST_DIGITS_IN_NAME = 2;
/** A word of the letters a to f is hexadecimal from this length on: "deadbeef" is, "facade" is not. */
export const SHORTEST_HEX_WORD = 8;

/** End of the chunk without the punctuation of the sentence behind it: . : ! ? */
export function endOfWord(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start) {
    const byte = bytes[last - 1];
    if (byte !== DOT && byte !== COLON && byte !== 33 && byte !== 63) break;
    if (byte === COLON && last - start > 2 && bytes[last - 2] === COLON && isHexDigit(bytes[last - 3])) break; // fe80::
    last--;
  }
  return last;
}

/**
 * Start of the value in the chunk bytes[start, end), behind a constant prefix such as `key:`.
 * @param seen or-ed classes of the chunk
 * @returns `start` if all of the chunk is the value, `end` if it has none
 */
export function variableFrom(bytes: Uint8Array, start: number, end: number, seen: number): number {
  if ((seen & (CLASS_DIGIT | CLASS_WIDE)) === 0 && end - start > LONGEST_WORD) return start;
  if (isColonAddress(bytes, start, end)) return start;
  let from = start;
  while (from < end) {
    const part = endOfPart(bytes, from, end);
    const digits = hasDigit(bytes, from, part);
    if (part === end) {
      const isNull = from > start && NULL_WORDS.has(bytes, from, end); // isOpen:true
      return digits || isNull || isVariableWord(bytes, from, end) ? from : end;
    }
    // `scheme://` belongs to a URL; a digit or a variable word makes all of the rest an address.
    if (digits || bytes[part] === SLASH || bytes[part] === BACKSLASH || isVariableWord(bytes, from, part - 1))
      return from;
    from = part;
  }
  return end;
}

/**
 * End of the first part of a chunk: parts end with a colon, a row of dots or wide characters. The last one ends at
 * `end`.
 */
function endOfPart(bytes: Uint8Array, start: number, end: number): number {
  for (let i = start; i < end - 1; i++) {
    const byte = bytes[i];
    if (BYTE_CLASS[byte] === CLASS_WIDE) {
      let after = i + 1;
      while (after < end && bytes[after] >= 0x80) after++;
      if (after < end) return after;
      i = after - 1;
      continue;
    }
    if (i === start) continue;
    if (byte === COLON) {
      if (bytes[i + 1] === COLON) {
        i++; // Class::method is one word
        continue;
      }
      return i + 1;
    }
    if (byte === DOT && bytes[i + 1] === DOT) {
      while (i < end && bytes[i] === DOT) i++;
      return i;
    }
  }
  return end;
}

export function hasDigit(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (isDigit(bytes[i])) return true;
  return false;
}

/** Whether a word without digits is a value: a path, a mail address, an object identity, a host, a class name. */
function isVariableWord(bytes: Uint8Array, start: number, end: number): boolean {
  let dots = 0;
  let slashes = 0;
  let lastDot = start - 1;
  let emptyPart = false;
  let capital = false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === DOT) {
      if (i === lastDot + 1) emptyPart = true;
      lastDot = i;
      dots++;
    } else if (byte === SLASH) slashes++;
    else if (byte === BACKSLASH) return isWindowsPath(bytes, start, i, end);
    else if (byte === AT && i > start && i < end - 1 && isLetter(bytes[i - 1])) return true;
    else if (isUpper(byte) && i === lastDot + 1) capital = true;
  }
  if (slashes > 0) return isPath(bytes, start, end, slashes) || (slashes === 1 && dots > 1 && !emptyPart);
  if (dots === 0 || emptyPart || lastDot === end - 1 || !isNameOnly(bytes, start, end)) return false;
  if (HOST_ENDINGS.has(bytes, lastDot + 1, end)) return true;
  if (dots < 2 || isErrorName(bytes, end) || isConstantName(bytes, lastDot + 1, end)) return false;
  return capital || NAMESPACE_ROOTS.has(bytes, start, endOfLetters(bytes, start, end));
}

/** Whether the last part of a dotted name is a constant, as in a.b.SCREEN_ON: constants say what happened. */
function isConstantName(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isUpper(bytes[i]) && bytes[i] !== UNDERSCORE) return false;
  return end - start > 1;
}

function endOfLetters(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && isLetter(bytes[i])) i++;
  return i;
}

/** Whether the chunk is an IPv6 or MAC address, even without digits: hexadecimal groups, maybe a dotted tail. */
function isColonAddress(bytes: Uint8Array, start: number, end: number): boolean {
  let colons = 0;
  let group = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (byte === COLON) {
      colons++;
      group = 0;
    } else if (byte === DOT) {
      if (colons < 2) return false;
      group = 0;
    } else if (!isHexDigit(byte) || ++group > 4) return false;
  }
  return colons > 4 || (colons > 1 && (end - start > 4 || hasDigit(bytes, start, end)));
}

function isPath(bytes: Uint8Array, start: number, end: number, slashes: number): boolean {
  if (end - start < 3) return false;
  const first = bytes[start];
  if (first === SLASH || first === DOT || first === TILDE) return true;
  return slashes >= 2;
}

/** Whether the word is C:\dir, \\host\share or DOMAIN\user, and not text with an escape such as \n. */
function isWindowsPath(bytes: Uint8Array, start: number, at: number, end: number): boolean {
  if (at === start) return bytes[start + 1] === BACKSLASH && end - start > 3;
  const before = bytes[at - 1];
  return end - at > 2 && (isLetter(before) || before === COLON);
}

function isNameOnly(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (!isLetter(byte) && byte !== DOT && byte !== DASH && byte !== UNDERSCORE && byte !== DOLLAR) return false;
  }
  return true;
}

/** Whether the word ends as the type of an error, such as java.io.IOException: types say what happened and stay. */
function isErrorName(bytes: Uint8Array, end: number): boolean {
  return endsWith(bytes, end, "Exception") || endsWith(bytes, end, "Error") || endsWith(bytes, end, "Throwable");
}

function endsWith(bytes: Uint8Array, end: number, suffix: string): boolean {
  const start = end - suffix.length;
  if (start < 0) return false;
  for (let i = 0; i < suffix.length; i++) if (bytes[start + i] !== suffix.charCodeAt(i)) return false;
  return true;
}

/** Whether the word consists of hexadecimal digits and is too long to be an ordinary word. */
export function isHexWord(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < SHORTEST_HEX_WORD) return false;
  for (let i = start; i < end; i++) if (!isHexDigit(bytes[i])) return false;
  return true;
}

/**
 * End of an identifier of the program, which keeps its digits: `IO80211Interface::postMessage`, or `jk2_init(`, a name
 * with few digits inside right before its arguments. "fe80::abcd" is an address.
 * @param lineEnd end of the line, for the byte behind the chunk
 * @returns `start` if the chunk is no such name
 */
export function endOfCodeName(bytes: Uint8Array, start: number, end: number, lineEnd: number): number {
  let digits = 0;
  let scopes = 0;
  let partStart = start;
  let isAddress = true;
  const last = endOfWord(bytes, start, end);
  for (let i = start; i < last; i++) {
    const byte = bytes[i];
    if (byte === COLON && bytes[i + 1] === COLON && i > partStart && i + 2 < last && isLetter(bytes[i + 2])) {
      isAddress &&= i - partStart <= 4;
      scopes++;
      i++;
      partStart = i + 1;
    } else if (isDigit(byte)) digits++;
    else if (!isLetter(byte) && byte !== UNDERSCORE) return start;
    else if (!isHexDigit(byte)) isAddress = false;
  }
  if (scopes > 0) return isAddress ? start : last;
  const isCall = end < lineEnd && bytes[end] === OPEN_PAREN && last === end;
  return isCall && digits <= MOST_DIGITS_IN_NAME && !isDigit(bytes[end - 1]) ? end : start;
}

/** Whether a plain word is a value: hexadecimal, or too long for a script that separates words by blanks. */
export function isValueWord(bytes: Uint8Array, start: number, end: number, seen: number): boolean {
  return isHexWord(bytes, start, end) || (end - start > LONGEST_WORD && (seen & CLASS_WIDE) === 0);
}
