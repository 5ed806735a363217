/**
 * Stack traces inside a body: recognised by the look of their lines, told apart by exception types and top frames.
 * Line numbers, addresses and generated suffixes are left out: a deployment must not rename every pattern.
 * Bounds: the first MAX_LINES lines of the examined bytes, MAX_FRAMES frames, MAX_CAUSES causes of LONGEST_NAME bytes.
 */
import { isDigit, isSpace } from "./byte-classes.ts";

const NEWLINE = 10;
const OPEN_PAREN = 40;
const COLON = 58;
const DOLLAR = 36;
const MAX_LINES = 64;
const MAX_FRAMES = 3;
const MAX_CAUSES = 3;
const LONGEST_NAME = 96;
const CAUSE = "Caused by: ";
const PYTHON_FRAME = 'File "';
const PYTHON_NAME = ", in ";

/** Whether one of the lines after `newline` looks like a frame. */
export function isStackTrace(bytes: Uint8Array, newline: number, end: number): boolean {
  let start = newline + 1;
  for (let line = 0; line < MAX_LINES && start < end; line++) {
    const lineEnd = endOfLine(bytes, start, end);
    const text = skipBlanks(bytes, start, lineEnd);
    if (startOfFrameName(bytes, text, lineEnd) >= 0 || startsWith(bytes, text, lineEnd, CAUSE)) return true;
    start = lineEnd + 1;
  }
  return false;
}

/**
 * Writes ` | name` for the top frames, the causes, and the type on the last line of a Python traceback.
 * @param limit the end of the room in `out`
 * @returns the new end
 */
export function writeTrace(
  bytes: Uint8Array,
  newline: number,
  end: number,
  out: Uint8Array,
  at: number,
  limit: number,
): number {
  let o = at;
  let frames = 0;
  let causes = 0;
  let wasPython = false;
  let start = newline + 1;
  for (let line = 0; line < MAX_LINES && start < end && o + LONGEST_NAME + 8 < limit; line++) {
    const lineEnd = endOfLine(bytes, start, end);
    const text = skipBlanks(bytes, start, lineEnd);
    const frame = startOfFrameName(bytes, text, lineEnd);
    if (frame >= 0) {
      wasPython = startsWith(bytes, text, lineEnd, PYTHON_FRAME);
      if (frames++ < MAX_FRAMES) o = writeName(bytes, frame, endOfName(bytes, frame, lineEnd), out, o);
    } else if (startsWith(bytes, text, lineEnd, CAUSE)) {
      const type = text + CAUSE.length;
      if (causes++ < MAX_CAUSES) o = writeName(bytes, type, endOfType(bytes, type, lineEnd), out, o);
    } else if (wasPython && text === start && text < lineEnd) {
      o = writeName(bytes, text, endOfType(bytes, text, lineEnd), out, o);
      wasPython = false;
    }
    start = lineEnd + 1;
  }
  return o;
}

/** Where the function's name starts in `at a.B.c(D.java:5)`, `File "x.py", line 5, in f`, `from x.rb:5:in f`; or -1. */
function startOfFrameName(bytes: Uint8Array, text: number, end: number): number {
  if (startsWith(bytes, text, end, "at ")) return text + 3;
  if (startsWith(bytes, text, end, PYTHON_FRAME)) {
    const name = indexOf(bytes, text, end, PYTHON_NAME);
    return name < 0 ? -1 : name + PYTHON_NAME.length;
  }
  if (startsWith(bytes, text, end, "from ")) {
    const name = indexOf(bytes, text, end, ":in ");
    return name < 0 ? -1 : name + 4;
  }
  return -1;
}

function endOfName(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && bytes[i] !== OPEN_PAREN && !(bytes[i] === DOLLAR && bytes[i + 1] === DOLLAR)) i++;
  return trimEnd(bytes, start, i);
}

function endOfType(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && bytes[i] !== COLON && !isSpace(bytes[i])) i++;
  return i;
}

function writeName(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let o = at;
  out[o++] = 32;
  out[o++] = 124;
  out[o++] = 32;
  const last = Math.min(end, start + LONGEST_NAME);
  for (let i = start; i < last; i++) if (!isDigit(bytes[i])) out[o++] = isSpace(bytes[i]) ? 32 : bytes[i];
  return o;
}

function endOfLine(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && bytes[i] !== NEWLINE) i++;
  return i;
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && isSpace(bytes[i])) i++;
  return i;
}

function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  let i = end;
  while (i > start && isSpace(bytes[i - 1])) i--;
  return i;
}

function startsWith(bytes: Uint8Array, at: number, end: number, prefix: string): boolean {
  if (end - at < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix.charCodeAt(i)) return false;
  return true;
}

function indexOf(bytes: Uint8Array, start: number, end: number, needle: string): number {
  for (let i = start; i + needle.length <= end; i++) if (startsWith(bytes, i, end, needle)) return i;
  return -1;
}
