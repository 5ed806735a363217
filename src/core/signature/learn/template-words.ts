/**
 * Finds the words of a template that may be values, and the evidence that each of them needs: how many distinct words
 * must be seen in its place before the place becomes a slot.
 * The rules follow from how programs log: a name follows "user" or "host"; a word with a hyphen, a dot or inner
 * capitals is a name; words in capitals are states or keys; participles and the words of MEANING_WORDS say what
 * happened. Bounds: MAX_WORDS words of a template of at most LONGEST_TEMPLATE bytes.
 */
import { BYTE_CLASS, CLASS_DELIMITER, isLetter, isUpper } from "../mask/byte-classes.ts";
import { endOfWord } from "../mask/masks.ts";
import { SLOT } from "../mask/token-kinds.ts";
import { COMMON_WORDS, MEANING_WORDS, NAMING_PREPOSITIONS, NAMING_WORDS } from "../mask/word-lists.ts";

const MAX_WORDS = 24;
export const LONGEST_TEMPLATE = 400;

/** Distinct words that make a slot: usually, and by the look and the place of the word. */
const USUAL_EVIDENCE = 5;
const EVIDENCE_FOR_NAME = 3;
const EVIDENCE_AFTER_NAMING = 3;
const EVIDENCE_AGAINST_STATE = 12;
const EVIDENCE_AT_START = 8;
const EVIDENCE_FOR_DEVICE = 2;
/** With two constant words beside it, a place needs EVIDENCE_FOR_FEW words more; with fewer, twice as many. */
const ENOUGH_CONSTANTS = 3;
const EVIDENCE_FOR_FEW = 3;
/** So many equal words beside it are no coincidence: a name needs one word of evidence less. */
const MANY_CONSTANTS = 8;

/** Places of a word that count; bits. */
const AT_START = 1;
const AFTER_NAMING = 2;
/** A name of the program's own: a key or a function, `key=`, `call()`. */
const OWN_NAME = 4;
const AFTER_PREPOSITION = 8;
const OPEN_PAREN = 40;
const CLOSE_PAREN = 41;
const EQUALS = 61;

/** May be a value. */
export const WORD_FREE = 0;
/** No evidence for a slot, but may be the value of one that was learned from other words. */
const WORD_GUARDED = 1;
/** Never a value. */
export const WORD_FIXED = 2;

export class TemplateWords {
  count = 0;
  /** By word: its range in the template. */
  readonly start: Int32Array = new Int32Array(MAX_WORDS);
  readonly end: Int32Array = new Int32Array(MAX_WORDS);
  /** By word: a WORD_* code. */
  readonly guard: Uint8Array = new Uint8Array(MAX_WORDS);
  readonly #place = new Uint8Array(MAX_WORDS);

  /** Finds the words of a template; none if it is too long. */
  read(template: Uint8Array): void {
    this.count = 0;
    const length = template.length;
    if (length > LONGEST_TEMPLATE) return;
    let i = 0;
    while (i < length && this.count < MAX_WORDS) {
      if (!isChunkByte(template[i])) {
        i++;
        continue;
      }
      const start = i;
      while (i < length && isChunkByte(template[i])) i++;
      if (template[i] !== SLOT) this.#chunk(template, start, i);
    }
  }

  #chunk(template: Uint8Array, chunkStart: number, chunkEnd: number): void {
    const end = endOfWord(template, chunkStart, chunkEnd);
    let start = end;
    while (start > chunkStart && template[start - 1] !== 58) start--;
    if (!hasLetter(template, start, end)) return;
    const w = this.count++;
    this.start[w] = start;
    this.end[w] = end;
    this.guard[w] = wordGuard(template, start, end);
    this.#place[w] = this.isNamed(template, w) ? this.#naming(template, w) : chunkStart === 0 ? AT_START : 0;
    const isCall = template[chunkEnd] === OPEN_PAREN && template[chunkEnd + 1] === CLOSE_PAREN;
    if (isCall || template[chunkEnd] === EQUALS) this.#place[w] |= OWN_NAME;
  }

  #naming(template: Uint8Array, w: number): number {
    const isPreposition = NAMING_PREPOSITIONS.has(template, this.start[w - 1], this.end[w - 1]);
    return isPreposition ? AFTER_PREPOSITION : AFTER_NAMING;
  }

  /** Distinct words that the place of word `w` needs to become a slot, if they all look like bytes[start, end). */
  evidenceOf(bytes: Uint8Array, w: number, start: number, end: number): number {
    const besides = this.count - 1;
    const evidence = this.#kindEvidence(bytes, this.#place[w], start, end);
    if (besides >= MANY_CONSTANTS && evidence === EVIDENCE_FOR_NAME) return evidence - 1;
    if (besides >= ENOUGH_CONSTANTS) return evidence;
    return besides < ENOUGH_CONSTANTS - 1 ? evidence * 2 : evidence + EVIDENCE_FOR_FEW;
  }

  #kindEvidence(bytes: Uint8Array, place: number, start: number, end: number): number {
    if (isAllCapitals(bytes, start, end)) return EVIDENCE_AGAINST_STATE;
    if (isDevice(bytes, start, end)) return EVIDENCE_FOR_DEVICE;
    // "waiting for input" and "waiting for space" are two log statements; "for alice" and "for bob" are one.
    const isNamed = place === AFTER_NAMING || (place === AFTER_PREPOSITION && !COMMON_WORDS.has(bytes, start, end));
    if (isNamed) return EVIDENCE_AFTER_NAMING;
    if (hasJoint(bytes, start, end)) return EVIDENCE_FOR_NAME;
    if ((place & OWN_NAME) !== 0) return EVIDENCE_AGAINST_STATE;
    if (place === AT_START) return EVIDENCE_AT_START;
    return hasInnerCapital(bytes, start, end) ? EVIDENCE_FOR_NAME : USUAL_EVIDENCE;
  }

  /** Whether a naming word stands before word `w`, with a blank or `key: ` between. */
  isNamed(template: Uint8Array, w: number): boolean {
    if (w === 0) return false;
    const before = this.end[w - 1];
    const gap = this.start[w] - before;
    if (gap < 1 || gap > 2 || template[this.start[w] - 1] !== 32 || (gap === 2 && template[before] !== 58))
      return false;
    return NAMING_WORDS.has(template, this.start[w - 1], before);
  }
}

/** WORD_* code of the word bytes[start, end). */
export function wordGuard(bytes: Uint8Array, start: number, end: number): number {
  if (MEANING_WORDS.has(bytes, start, end)) return WORD_FIXED;
  return isParticiple(bytes, start, end) ? WORD_GUARDED : WORD_FREE;
}

function isChunkByte(byte: number): boolean {
  return byte !== SLOT && BYTE_CLASS[byte] < CLASS_DELIMITER;
}

function hasLetter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (isLetter(bytes[i]) || bytes[i] >= 0x80) return true;
  return false;
}

/** Whether the word ends in -ed or -ing, as "resolved" and "starting" do: such words describe what happened. */
function isParticiple(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 5) return false;
  for (let i = start + 1; i < end; i++) if (bytes[i] < 97 || bytes[i] > 122) return false;
  const last = bytes[end - 1];
  if (last === 100) return bytes[end - 2] === 101;
  return last === 103 && bytes[end - 2] === 110 && bytes[end - 3] === 105;
}

function isAllCapitals(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (!isUpper(bytes[i]) && isLetter(bytes[i])) return false;
  return end - start > 1;
}

/** Whether the word has a hyphen, dot, underscore or at sign inside, as names of hosts, services and users have. */
function hasJoint(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end - 1; i++) {
    const byte = bytes[i];
    if (byte === 45 || byte === 46 || byte === 95 || byte === 64) return true;
  }
  return false;
}

/** Whether a capital starts a part inside the word, as in names of classes and functions. */
function hasInnerCapital(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end; i++) if (isUpper(bytes[i]) && !isUpper(bytes[i - 1])) return true;
  return false;
}

/** Whether the word is the name of a disk: sda to sdh, hda to hdh, vda to vdh. */
function isDevice(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start !== 3 || bytes[start + 1] !== 100 || bytes[start + 2] < 97 || bytes[start + 2] > 104) return false;
  const bus = bytes[start];
  return bus === 115 || bus === 104 || bus === 118;
}
