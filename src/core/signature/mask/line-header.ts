/**
 * Finds the start of the message in a raw text line: behind time, host, process, level, thread and logger, in the
 * orders of common log formats. Only lines of files have such a header, OTLP bodies have none. A line without a known
 * header is left whole. Bounds: MAX_FIELDS fields within LONGEST_HEADER bytes.
 */
import { isLetter, isSpace } from "./byte-classes.ts";
import {
  afterPriority,
  endOfStream,
  indexOf,
  indexOfBlank,
  isBeforeRule,
  isBitness,
  isCapitals,
  isColumn,
  isDateWord,
  isHeaderName,
  isLabel,
  isLoggerName,
  isMark,
  isNumber,
  isTime,
  isWord,
  skipBlanks,
} from "./header-bytes.ts";
import { hasDigit } from "./masks.ts";
import { endOfGroup } from "./value-extent.ts";
import { WordSet } from "./word-set.ts";

const MAX_FIELDS = 16;
/** Names in a row that a header may hold before its level. */
const MAX_NAMES = 6;
const LONGEST_HEADER = 256;
const SPACE = 32;
const OPEN_PAREN = 40;
const COMMA = 44;
const SLASH = 47;
const COLON = 58;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const BAR = 124;

/** Level names and their first SeverityNumber (OTel logs data model, "Mapping of SeverityNumber"). */
const LEVELS: readonly (readonly [WordSet, number])[] = [
  [new WordSet(["trace", "verbose", "finest", "finer"]), 1],
  [new WordSet(["debug", "fine", "dbg"]), 5],
  [new WordSet(["info", "information", "notice", "inf", "config", "log"]), 9],
  [new WordSet(["warn", "warning", "wrn"]), 13],
  [new WordSet(["error", "err", "severe"]), 17],
  [new WordSet(["fatal", "critical", "crit", "alert", "emerg", "emergency", "panic", "failure"]), 21],
];
/** Levels of Android and glog, and their SeverityNumbers. */
const LEVEL_LETTERS = "VDIWEF";
const LETTER_SEVERITY: readonly number[] = [1, 5, 9, 13, 17, 21];

const FIELD_NONE = 0;
const FIELD_TIME = 1;
const FIELD_LEVEL = 2;
const FIELD_ID = 3;
const FIELD_GROUP = 4;
const FIELD_MARK = 5;
const FIELD_NAME = 6;
/** `name:` or `name[pid]:`, which ends a header. */
const FIELD_LAST = 7;

export class LineHeader {
  /** SeverityNumber of the level in the header; 0 when it has none. */
  severity = 0;
  #fieldEnd = 0;
  #fieldSeverity = 0;
  #hasTime = false;
  /** Level and date are one field, as in glog: time and thread come behind the level. */
  #isGlog = false;
  /** The time has the name of a month or a day, as in syslog. */
  #hasDateWord = false;
  #hasName = false;
  /** A plain word came after the time. */
  #hasWord = false;

  /** Start of the message in the line bytes[start, end); `severity` is then that of the header's level. */
  strip(bytes: Uint8Array, start: number, end: number): number {
    const limit = Math.min(end, start + LONGEST_HEADER);
    this.severity = 0;
    this.#hasTime = false;
    this.#hasDateWord = false;
    this.#hasName = false;
    this.#hasWord = false;
    this.#isGlog = false;
    let groups = 0;
    let names = 0;
    let message = start;
    let i = skipBlanks(bytes, afterPriority(bytes, start, limit), limit);
    for (let field = 0; field < MAX_FIELDS && i < limit; field++) {
      const kind = this.#field(bytes, i, limit);
      const next = skipBlanks(bytes, this.#fieldEnd, end);
      if (kind === FIELD_NONE || next >= end) break;
      if (kind === FIELD_GROUP && ++groups > 1) break;
      if (kind === FIELD_NAME && ++names > MAX_NAMES) break;
      if (kind === FIELD_TIME) {
        this.#hasTime = true;
        if (isLetter(bytes[i])) this.#hasDateWord = true;
      }
      if (kind === FIELD_LEVEL) this.severity = this.#fieldSeverity;
      i = next;
      // A name, and numbers behind it, belong to the header only if another of its fields follows.
      const isTail = kind === FIELD_NAME || (kind === FIELD_ID && names > 0);
      if (!isTail && (this.#hasTime || this.severity > 0)) message = i;
      if (kind === FIELD_LAST) break;
    }
    return message;
  }

  #field(bytes: Uint8Array, start: number, limit: number): number {
    const first = bytes[start];
    if (first === OPEN_BRACKET) return this.#group(bytes, start, limit);
    let end = start;
    while (end < limit && !isSpace(bytes[end]) && bytes[end] !== OPEN_BRACKET && bytes[end] !== BAR) end++;
    this.#fieldEnd = end;
    if (end === start) {
      this.#fieldEnd = end + 1;
      return first === BAR ? FIELD_MARK : FIELD_NONE;
    }
    if (!this.#hasTime && this.severity === 0) {
      if (this.#levelAndLogger(bytes, start, end)) return FIELD_LAST;
      if (isLabel(bytes, start, end, limit)) return FIELD_MARK;
    }
    const last = bytes[end - 1] === COLON || bytes[end - 1] === COMMA ? end - 1 : end;
    const hasLevel = this.severity > 0;
    if (!hasLevel && this.#isLevel(bytes, start, last, this.#hasTime)) return FIELD_LEVEL;
    if (isMark(bytes, start, end)) return this.#mark(bytes[start], hasLevel);
    if (!(hasLevel && this.#hasTime) && (isTime(bytes, start, last) || isDateWord(bytes, start, last, limit))) {
      return FIELD_TIME;
    }
    if (!this.#hasTime && !hasLevel) return hasDigit(bytes, start, last) ? FIELD_ID : FIELD_NONE;
    if (isNumber(bytes, start, last) && (!hasLevel || this.#isGlog || isBeforeRule(bytes, last, limit)))
      return FIELD_ID;
    if (this.#hasName && isBitness(bytes, start, end)) return FIELD_ID;
    const stream = endOfStream(bytes, start, end);
    if (stream > end) {
      this.#fieldEnd = stream;
      return FIELD_MARK;
    }
    if (bytes[end] === OPEN_BRACKET) return this.#process(bytes, start, end, limit);
    return this.#name(bytes, start, last, end);
  }

  /** A colon between blanks ends the header behind a logger; elsewhere it may be part of the text. */
  #mark(byte: number, hasLevel: boolean): number {
    if (byte !== COLON || !this.#hasName) return FIELD_MARK;
    return hasLevel && this.#hasTime ? FIELD_LAST : FIELD_NONE;
  }

  /** Whether the field is `INFO:root:` of Python's default format. */
  #levelAndLogger(bytes: Uint8Array, start: number, end: number): boolean {
    const colon = indexOf(bytes, start, end, COLON);
    const second = indexOf(bytes, colon + 1, end, COLON);
    if (second >= end || !this.#isLevel(bytes, start, colon, false)) return false;
    if (!isLoggerName(bytes, colon + 1, second, true)) return false;
    this.severity = this.#fieldSeverity;
    this.#fieldEnd = second + 1;
    return true;
  }

  /** Kind of a name: a logger, a host, a component. `name:` ends a header, and so does `file.go:55]` of glog. */
  #name(bytes: Uint8Array, start: number, last: number, end: number): number {
    if (bytes[end - 1] === CLOSE_BRACKET) return hasDigit(bytes, start, end) ? FIELD_LAST : FIELD_NONE;
    this.#hasName = true;
    if (last < end && bytes[last] === COLON) {
      // Without a level, `name:` is a component only behind the host of a syslog line or if it has dots.
      const alone = this.severity > 0 || this.#hasDateWord;
      return isLoggerName(bytes, start, last, alone) ? FIELD_LAST : FIELD_NONE;
    }
    if (this.severity > 0) {
      if (this.#hasTime && last === end && isColumn(bytes, start, end)) return FIELD_LAST;
      return isLoggerName(bytes, start, last, false) ? FIELD_NAME : FIELD_NONE;
    }
    if (!isHeaderName(bytes, start, last)) return FIELD_NONE;
    if (isWord(bytes, start, last)) {
      // One plain word may be the host of a syslog line, two are text.
      if (this.#hasWord) return FIELD_NONE;
      this.#hasWord = true;
    }
    return FIELD_NAME;
  }

  /** Kind of a field in brackets: [level], [time], [thread]. */
  #group(bytes: Uint8Array, start: number, limit: number): number {
    const close = endOfGroup(bytes, start, limit);
    if (close < 0) return FIELD_NONE;
    this.#fieldEnd = bytes[close] === COLON ? close + 1 : close;
    const from = skipBlanks(bytes, start + 1, close - 1);
    let to = close - 1;
    while (to > from && isSpace(bytes[to - 1])) to--;
    if (this.#isLevel(bytes, from, to, true)) return FIELD_LEVEL;
    for (let word = from; word < to; ) {
      const wordEnd = indexOfBlank(bytes, word, to);
      if (isTime(bytes, word, wordEnd) || isDateWord(bytes, word, wordEnd, to)) return FIELD_TIME;
      word = skipBlanks(bytes, wordEnd, to);
    }
    return this.#hasTime || this.severity > 0 ? FIELD_GROUP : FIELD_NONE;
  }

  /** Kind of a field like `sshd[24200]:` of syslog, or `launchd[1] (com.acme.agent[77]):` of macOS. */
  #process(bytes: Uint8Array, start: number, end: number, limit: number): number {
    let close = endOfGroup(bytes, end, limit);
    if (close < 0 || bytes[close - 1] !== CLOSE_BRACKET) return FIELD_NONE;
    if (bytes[close] === SPACE && bytes[close + 1] === OPEN_PAREN) close = endOfGroup(bytes, close + 1, limit);
    if (close < 0 || bytes[close] !== COLON) return FIELD_NONE;
    if (!isLetter(bytes[start]) && bytes[start] !== SLASH) return FIELD_NONE;
    this.#fieldEnd = close + 1;
    return FIELD_LAST;
  }

  /**
   * Whether the word is a level; `#fieldSeverity` is then its SeverityNumber.
   * @param letters whether a single letter may be one, as behind a time
   */
  #isLevel(bytes: Uint8Array, start: number, end: number, letters: boolean): boolean {
    if (this.#hasWord) return false;
    const isGlog = end === start + 5 && !letters && isNumber(bytes, start + 1, end);
    if (isGlog || (end === start + 1 && letters)) {
      const letter = LEVEL_LETTERS.indexOf(String.fromCharCode(bytes[start]));
      if (letter >= 0) this.#fieldSeverity = LETTER_SEVERITY[letter];
      this.#isGlog = isGlog;
      return letter >= 0;
    }
    if ((!letters || this.#hasName) && !isCapitals(bytes, start, end)) return false;
    for (const [names, severity] of LEVELS) {
      if (!names.has(bytes, start, end)) continue;
      this.#fieldSeverity = severity;
      return true;
    }
    return false;
  }
}
