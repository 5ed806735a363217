/**
 * Recognises the fields of a line's header by their look: times, marks, hosts, loggers. Pure functions over byte
 * ranges.
 */
import { isDigit, isLetter, isSpace, isUpper } from "./byte-classes.ts";
import { DATE_WORDS, SUFFIX_WORDS } from "./word-lists.ts";
import { WordSet } from "./word-set.ts";

const COMMA = 44;
const DASH = 45;
const DOT = 46;
const COLON = 58;
const EPOCH_DIGITS = 10;
const STREAMS = new WordSet(["stdout", "stderr"], true);

export function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && isSpace(bytes[i])) i++;
  return i;
}

/** @returns the position of the next blank, or `end` */
export function indexOfBlank(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && !isSpace(bytes[i])) i++;
  return i;
}

/** @returns the position of the next `byte`, or `end` */
export function indexOf(bytes: Uint8Array, start: number, end: number, byte: number): number {
  let i = start;
  while (i < end && bytes[i] !== byte) i++;
  return i;
}

export function isMark(bytes: Uint8Array, start: number, end: number): boolean {
  return (end === start + 1 && (bytes[start] === DASH || bytes[start] === COLON)) || isRule(bytes, start, end);
}

/** Whether the field is `---`, a rule between others. */
function isRule(bytes: Uint8Array, start: number, end: number): boolean {
  return end === start + 3 && bytes[start] === DASH && bytes[start + 1] === DASH && bytes[start + 2] === DASH;
}

export function isBeforeRule(bytes: Uint8Array, end: number, limit: number): boolean {
  const next = skipBlanks(bytes, end, limit);
  return isRule(bytes, next, indexOfBlank(bytes, next, limit));
}

/** Start of the line behind a syslog priority, `<34>`, and the version that may follow it (RFC 5424, 6.2.1). */
export function afterPriority(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== 60) return start;
  const close = indexOf(bytes, start, end, 62);
  if (close >= end || close > start + 4 || !isNumber(bytes, start + 1, close)) return start;
  return bytes[close + 1] === 49 && isSpace(bytes[close + 2]) ? close + 2 : close + 1;
}

/**
 * Whether the field is a label that a collector put before the line: capitals, and a date or Unix seconds behind them.
 */
export function isLabel(bytes: Uint8Array, start: number, end: number, limit: number): boolean {
  if (!isCapitals(bytes, start, end)) return false;
  const next = skipBlanks(bytes, end, limit);
  const nextEnd = indexOfBlank(bytes, next, limit);
  return isTime(bytes, next, nextEnd) || (nextEnd - next === EPOCH_DIGITS && isNumber(bytes, next, nextEnd));
}

/** Whether the field is `*32` or `*64`, which follows the name of a program in Proxifier logs on Windows. */
export function isBitness(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === 42 && isNumber(bytes, start + 1, end);
}

/** Whether the word has several blanks on both sides, as in lines whose fields are columns. */
export function isColumn(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isNameByte(bytes[i])) return false;
  return isSpace(bytes[start - 1]) && isSpace(bytes[start - 2]) && isSpace(bytes[end]) && isSpace(bytes[end + 1]);
}

/** End of the `stdout F` that container runtimes write before a line (Kubernetes CRI log format), else `end`. */
export function endOfStream(bytes: Uint8Array, start: number, end: number): number {
  if (!STREAMS.has(bytes, start, end)) return end;
  const tag = bytes[end + 1];
  return bytes[end] === 32 && (tag === 70 || tag === 80) && isSpace(bytes[end + 2]) ? end + 2 : end;
}

export function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isDigit(bytes[i])) return false;
  return end > start;
}

/** Whether the field is a date or time: digits with two of - / : , between them, or a date with dots. */
export function isTime(bytes: Uint8Array, start: number, end: number): boolean {
  if (!isDigit(bytes[start])) return false;
  let digits = 0;
  let joints = 0;
  let dots = 0;
  let isYear = false;
  let group = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (isDigit(byte)) {
      digits++;
      group++;
      if (group === 4) isYear = true;
      continue;
    }
    group = 0;
    if (byte === DOT) {
      if (++dots === 3 && joints === 0) return false; // an address
    } else if (byte === DASH || byte === COLON || byte === 47 || byte === COMMA) joints++;
    else if (byte !== 84 && byte !== 90 && byte !== 43) return SUFFIX_WORDS.has(bytes, i, end) && joints > 0;
  }
  if (joints === 0) return dots === 2 && isYear;
  return joints >= 2 && digits >= 5;
}

/** Whether the field is the name of a month or a day, and the rest of a date follows. */
export function isDateWord(bytes: Uint8Array, start: number, end: number, limit: number): boolean {
  if (!DATE_WORDS.has(bytes, start, end)) return false;
  const next = skipBlanks(bytes, end, limit);
  return isDigit(bytes[next]) || DATE_WORDS.has(bytes, next, indexOfBlank(bytes, next, limit));
}

/** Whether the word has capitals only: a level must, unless a time or a bracket shows that it is one. */
export function isCapitals(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isUpper(bytes[i])) return false;
  return end > start;
}

/** Whether the field has letters only, and a small one among them: a word of text or a host. */
export function isWord(bytes: Uint8Array, start: number, end: number): boolean {
  let small = false;
  for (let i = start; i < end; i++) {
    if (!isLetter(bytes[i])) return false;
    if (!isUpper(bytes[i])) small = true;
  }
  return small;
}

/** Whether the field may be a name between time and level. */
export function isHeaderName(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isNameByte(bytes[i])) return false;
  return end > start;
}

/** Whether the field may be a logger: a.b.C or a.b.C$D; before a colon a name without dots is enough. */
export function isLoggerName(bytes: Uint8Array, start: number, end: number, beforeColon: boolean): boolean {
  let dots = 0;
  for (let i = start; i < end; i++) {
    if (bytes[i] === DOT && i > start && i < end - 1) dots++;
    if (!isNameByte(bytes[i])) return false;
  }
  return isLetter(bytes[start]) && (dots > 0 || beforeColon);
}

function isNameByte(byte: number): boolean {
  return (
    isLetter(byte) ||
    isDigit(byte) ||
    byte === DOT ||
    byte === DASH ||
    byte === 95 ||
    byte === 36 ||
    byte === 35 ||
    byte === 64 ||
    byte === COLON ||
    byte === 47 ||
    byte === 40 ||
    byte === 41
  );
}
