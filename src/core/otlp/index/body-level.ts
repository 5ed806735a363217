/**
 * Finds a level in a log body that is the text of a JSON object: string values of `level`, `severity`, `log.level` and
 * `config.log_level` (flat keys or nested objects), as PostHog's log-capture does. It is a small scanner, not a parser:
 * of several levels it takes the most severe, so that a doubtful record is rather kept.
 * Bounds: the first BODY_SCAN_BYTES of the body; levels come early in JSON log lines.
 */
import { LEVEL_FATAL, levelOfName } from "./severity-text.ts";

export const BODY_SCAN_BYTES = 2048;

/** Bit of the result: the scan reached the end of the object, and only white space follows. */
export const BODY_LEVEL_COMPLETE = 32;

/** Which object a key is in: keys of the top level, of `log` and of `config` are compared. */
const NOT_COMPARED = 0;
const TOP = 1;
const INSIDE_LOG = 2;
const INSIDE_CONFIG = 3;

/** Which key it is. */
const KEY_OTHER = 0;
const KEY_LEVEL = 1;
const KEY_LOG = 2;
const KEY_CONFIG = 3;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * @returns 0 if the body is no JSON object; else the most severe level found (1, 5, … 21; 0 for none), with
 *   BODY_LEVEL_COMPLETE if the scan reached its end
 */
export function scanBodyLevel(bytes: Uint8Array, start: number, bodyEnd: number): number {
  const end = bodyEnd - start > BODY_SCAN_BYTES ? start + BODY_SCAN_BYTES : bodyEnd;
  let p = skipSpace(bytes, start, end);
  if (p >= end || bytes[p] !== 0x7b) return 0;
  p++;
  let level = 0;
  let depth = 1;
  let second = NOT_COMPARED;
  let key = KEY_OTHER;
  let expectsKey = true;
  while (p < end) {
    const byte = bytes[p++];
    if (byte === QUOTE) {
      const textStart = p;
      p = endOfString(bytes, p, end);
      if (p >= end) return level;
      const compared = depth === 1 ? TOP : depth === 2 ? second : NOT_COMPARED;
      if (compared !== NOT_COMPARED) {
        if (expectsKey) key = classifyKey(bytes, textStart, p, compared);
        else if (key === KEY_LEVEL) level = Math.max(level, levelOfName(bytes, textStart, p));
        if (level === LEVEL_FATAL) return level;
        expectsKey = false;
      }
      p++;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth === 1) {
        second = NOT_COMPARED;
        if (byte === 0x7b && key === KEY_LOG) second = INSIDE_LOG;
        else if (byte === 0x7b && key === KEY_CONFIG) second = INSIDE_CONFIG;
      }
      depth++;
      key = KEY_OTHER;
      expectsKey = true;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
      if (depth === 0) return skipSpace(bytes, p, end) === bodyEnd ? level | BODY_LEVEL_COMPLETE : level;
      key = KEY_OTHER;
      expectsKey = false;
    } else if (byte === 0x2c) {
      key = KEY_OTHER;
      expectsKey = true;
    }
  }
  return level;
}

function skipSpace(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end && (bytes[p] === 0x20 || (bytes[p] >= 0x09 && bytes[p] <= 0x0d))) p++;
  return p;
}

/** @returns the position of the closing quote, or `end` */
function endOfString(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end && bytes[p] !== QUOTE) p += bytes[p] === BACKSLASH ? 2 : 1;
  return Math.min(p, end);
}

function classifyKey(bytes: Uint8Array, start: number, end: number, compared: number): number {
  if (compared === INSIDE_LOG) return equals("level", bytes, start, end) ? KEY_LEVEL : KEY_OTHER;
  if (compared === INSIDE_CONFIG) return equals("log_level", bytes, start, end) ? KEY_LEVEL : KEY_OTHER;
  switch (end - start) {
    case 3:
      return equals("log", bytes, start, end) ? KEY_LOG : KEY_OTHER;
    case 5:
      return equals("level", bytes, start, end) ? KEY_LEVEL : KEY_OTHER;
    case 6:
      return equals("config", bytes, start, end) ? KEY_CONFIG : KEY_OTHER;
    case 8:
      return equals("severity", bytes, start, end) ? KEY_LEVEL : KEY_OTHER;
    case 9:
      return equals("log.level", bytes, start, end) ? KEY_LEVEL : KEY_OTHER;
    case 16:
      return equals("config.log_level", bytes, start, end) ? KEY_LEVEL : KEY_OTHER;
    default:
      return KEY_OTHER;
  }
}

function equals(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index++) {
    if (bytes[start + index] !== text.charCodeAt(index)) return false;
  }
  return true;
}
