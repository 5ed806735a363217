/**
 * Severity out of severity_text, as PostHog's log-capture reads it: lower-cased words, anything else is INFO.
 * Compares bytes in place; nothing is allocated.
 */

/** First SeverityNumber of each level. */
export const LEVEL_TRACE = 1;
export const LEVEL_DEBUG = 5;
export const LEVEL_INFO = 9;
export const LEVEL_WARN = 13;
export const LEVEL_ERROR = 17;
export const LEVEL_FATAL = 21;

type Word = readonly [text: string, level: number];

/** The six names that a level inside a JSON body may have. */
const NAMES: readonly Word[] = [
  ["trace", LEVEL_TRACE],
  ["debug", LEVEL_DEBUG],
  ["info", LEVEL_INFO],
  ["warn", LEVEL_WARN],
  ["error", LEVEL_ERROR],
  ["fatal", LEVEL_FATAL],
];

/** What severity_text may say besides; "information", "notice" and all else are INFO anyway. */
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

/** @returns the level when [start, end) is exactly one of the six names in any case, else 0 */
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
    // Letters of the words are ASCII, so setting bit 5 lower-cases; no other byte becomes one of them but their capitals.
    if ((bytes[start + index] | 0x20) !== text.charCodeAt(index)) return false;
  }
  return true;
}
