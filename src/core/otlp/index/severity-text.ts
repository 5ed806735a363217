/**
 * Reads the severity out of severity_text, as PostHog's log-capture does: words in any case, and INFO for every other
 * text. Compares bytes in place; nothing is allocated.
 */

/** First SeverityNumber of each level. */
const LEVEL_TRACE = 1;
const LEVEL_DEBUG = 5;
const LEVEL_INFO = 9;
const LEVEL_WARN = 13;
const LEVEL_ERROR = 17;
export const LEVEL_FATAL = 21;

type Word = readonly [text: string, level: number];

/** Names of levels, in severity_text and in JSON bodies. */
const NAMES: readonly Word[] = [
  ["trace", LEVEL_TRACE],
  ["debug", LEVEL_DEBUG],
  ["info", LEVEL_INFO],
  ["warn", LEVEL_WARN],
  ["error", LEVEL_ERROR],
  ["fatal", LEVEL_FATAL],
];

/** Further names in severity_text. "information", "notice" and all other text are INFO without an entry here. */
const SYNONYMS: readonly Word[] = [
  ["critical", LEVEL_FATAL],
  ["crit", LEVEL_FATAL],
  ["alert", LEVEL_FATAL],
  ["emerg", LEVEL_FATAL],
  ["err", LEVEL_ERROR],
  ["eror", LEVEL_ERROR],
  ["warning", LEVEL_WARN],
  ["dbug", LEVEL_DEBUG],
];

/** @returns 1, 5, 9, 13, 17 or 21; 9 for an empty or unknown text */
export function levelOfText(bytes: Uint8Array, start: number, end: number): number {
  return levelOfName(bytes, start, end) || levelOfWord(SYNONYMS, bytes, start, end) || LEVEL_INFO;
}

/** @returns the level if [start, end) is one of NAMES in any case, else 0 */
export function levelOfName(bytes: Uint8Array, start: number, end: number): number {
  return levelOfWord(NAMES, bytes, start, end);
}

function levelOfWord(words: readonly Word[], bytes: Uint8Array, start: number, end: number): number {
  for (const [text, level] of words) {
    if (text.length === end - start && equalsIgnoringCase(text, bytes, start)) return level;
  }
  return 0;
}

function equalsIgnoringCase(text: string, bytes: Uint8Array, start: number): boolean {
  for (let index = 0; index < text.length; index++) {
    // The words are ASCII letters: with bit 5 set, only their capitals become equal to them.
    if ((bytes[start + index] | 0x20) !== text.charCodeAt(index)) return false;
  }
  return true;
}
