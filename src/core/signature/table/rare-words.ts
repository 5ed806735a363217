/**
 * Finds the words of a template that may be personal data: texts hide them until several different lines held them. A
 * word is hidden when it is no common word, and either follows a word such as "user", "for" or "password" or does not
 * look like a word: case that changes often, a row of consonants, no vowel. Ids do not depend on it.
 * Pure, linear in the template; off the hot path.
 */
import { BYTE_CLASS, CLASS_DELIMITER, isLetter, isUpper } from "../mask/byte-classes.ts";
import { endOfWord } from "../mask/masks.ts";
import { SLOT } from "../mask/token-kinds.ts";
import { COMMON_WORDS, MEANING_WORDS, NAMING_WORDS, SECRET_WORDS, SUFFIX_WORDS } from "../mask/word-lists.ts";

/** Different lines that show a word to be part of the program's text. */
export const LINES_TO_SHOW = 3;
const SHORTEST_RARE = 3;
/** Consonants in a row, letters without a vowel, and short runs of one case that mark a word as odd. */
const MANY_CONSONANTS = 6;
const NO_VOWELS_FROM = 5;
const MANY_CHANGES = 3;
/** Endings of ordinary English words. */
const ENDINGS: readonly string[] = "ing ed tion sion ment able ible ness ance ence ity ous ive ful less".split(" ");

/** @returns flat pairs start, end of the words of template[0, end) to hide */
export function rareWords(template: Uint8Array, end: number): number[] {
  const ranges: number[] = [];
  let beforeStart = 0;
  let beforeEnd = 0;
  let i = 0;
  while (i < end) {
    if (!isChunkByte(template[i])) {
      i++;
      continue;
    }
    const start = i;
    while (i < end && isChunkByte(template[i])) i++;
    const last = endOfWord(template, start, i);
    // A word that touches a slot is a unit or an affix of its value; a word before "=" is a key.
    const isAlone = template[i] !== SLOT && template[start - 1] !== SLOT && template[i] !== 61;
    if (isAlone && last - start >= SHORTEST_RARE && !isCommon(template, start, last)) {
      const isNamed =
        start - beforeEnd <= 2 && template[start - 1] === 32 && isNaming(template, beforeStart, beforeEnd);
      if (isNamed || isOdd(template, start, last)) ranges.push(start, last);
    }
    beforeStart = start;
    beforeEnd = last;
  }
  return ranges;
}

function isChunkByte(byte: number): boolean {
  return byte !== SLOT && BYTE_CLASS[byte] < CLASS_DELIMITER;
}

function isNaming(bytes: Uint8Array, start: number, end: number): boolean {
  return NAMING_WORDS.has(bytes, start, end) || SECRET_WORDS.has(bytes, start, end);
}

function isCommon(bytes: Uint8Array, start: number, end: number): boolean {
  if (
    MEANING_WORDS.has(bytes, start, end) ||
    COMMON_WORDS.has(bytes, start, end) ||
    NAMING_WORDS.has(bytes, start, end) ||
    SUFFIX_WORDS.has(bytes, start, end)
  )
    return true;
  // "blocks", "users": a plural of a common word.
  if (bytes[end - 1] === 115 && (COMMON_WORDS.has(bytes, start, end - 1) || NAMING_WORDS.has(bytes, start, end - 1)))
    return true;
  for (let i = start; i < end; i++) if (!isLetter(bytes[i])) return false;
  return ENDINGS.some((ending) => end - start > ending.length + 2 && endsWith(bytes, end, ending));
}

function endsWith(bytes: Uint8Array, end: number, suffix: string): boolean {
  for (let i = 0; i < suffix.length; i++) if (bytes[end - suffix.length + i] !== suffix.charCodeAt(i)) return false;
  return true;
}

/** Letters in an order that neither words nor identifiers have. Capitals alone are an abbreviation. */
function isOdd(bytes: Uint8Array, start: number, end: number): boolean {
  let consonants = 0;
  let longest = 0;
  let vowels = 0;
  let capitals = 0;
  let changes = 0;
  let run = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (!isLetter(byte)) return false; // names with joints are identifiers of the program
    if (isUpper(byte)) capitals++;
    if (i > start && isUpper(byte) !== isUpper(bytes[i - 1])) {
      if (run <= 2) changes++;
      run = 0;
    }
    run++;
    if (isVowel(byte | 0x20)) {
      vowels++;
      consonants = 0;
    } else longest = Math.max(longest, ++consonants);
  }
  if (capitals === end - start) return false;
  if (vowels === 0 && end - start >= NO_VOWELS_FROM) return true;
  return longest >= MANY_CONSONANTS || changes >= MANY_CHANGES;
}

function isVowel(lower: number): boolean {
  return lower === 97 || lower === 101 || lower === 105 || lower === 111 || lower === 117 || lower === 121;
}
