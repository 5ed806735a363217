/**
 * Finds the keys and the message of a body that is an object: JSON text or an OTLP key-value list. Its template is the
 * masked message and the set of keys; of the values only outcomes and levels count. No object is built.
 * Bounds: the first MAX_KEYS keys of the top level, one pass over the examined bytes.
 */
import { hasDigit } from "./masks.ts";
import { SLOT } from "./token-kinds.ts";
import { closingQuote, endOfGroup, isOpener } from "./value-extent.ts";
import { OUTCOME_WORDS } from "./word-lists.ts";
import { WordSet } from "./word-set.ts";

const DOUBLE_QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const TAG_KVLIST_VALUE = 0x32;
const TAG_FIRST_BYTES = 0x0a;
const TAG_SECOND_BYTES = 0x12;
const EQUALS = 61;
const MAX_KEYS = 32;

/** Names of the member that is the message, best first: templates of Serilog and .NET, then messages. */
const MESSAGE_NAMES: readonly WordSet[] = [
  "@mt",
  "{originalformat}",
  "messagetemplate",
  "message",
  "msg",
  "log",
  "event",
  "body",
  "error",
].map((name) => new WordSet([name]));

/** Names of inner objects that have the message: of Rust's tracing, Google Cloud, readers of journald. */
const INNER_NAMES = new WordSet("fields jsonpayload data payload log event message".split(" "));

export class StructuredBody {
  /** Range of the message; empty if there is none. */
  messageStart = 0;
  messageEnd = 0;
  readonly #keyStart = new Int32Array(MAX_KEYS);
  readonly #keyEnd = new Int32Array(MAX_KEYS);
  /** By key: range of its value if that is an outcome or a level, which stays, as in `status=failed`; else empty. */
  readonly #valueStart = new Int32Array(MAX_KEYS);
  readonly #valueEnd = new Int32Array(MAX_KEYS);
  /** Range of an inner object that may have the message. */
  #innerStart = 0;
  #innerEnd = 0;
  #keys = 0;
  #rank = 0;
  #isWhole = true;
  #next = 0;

  #begin(): void {
    this.messageStart = 0;
    this.messageEnd = 0;
    this.#keys = 0;
    this.#rank = MESSAGE_NAMES.length;
    this.#isWhole = true;
    this.#innerStart = 0;
    this.#innerEnd = 0;
  }

  /**
   * Reads JSON text.
   * @param end end of the examined part; with `isCut` the object may go on beyond it
   * @returns false if bytes[start, end) is no JSON object
   */
  readJson(bytes: Uint8Array, start: number, end: number, isCut: boolean): boolean {
    this.#begin();
    if (!this.#readMembers(bytes, start, end, isCut)) return false;
    if (this.#rank === MESSAGE_NAMES.length && this.#innerEnd > this.#innerStart) this.#readInnerMessage(bytes);
    return true;
  }

  /** Takes the message of an inner object, as in {"level":"INFO","fields":{"message":"…"}}, for one without its own. */
  #readInnerMessage(bytes: Uint8Array): void {
    const keys = this.#keys;
    const isWhole = this.#isWhole;
    this.#readMembers(bytes, this.#innerStart, this.#innerEnd, true);
    this.#keys = keys;
    this.#isWhole = isWhole;
  }

  #readMembers(bytes: Uint8Array, start: number, end: number, isCut: boolean): boolean {
    let i = skipBlanks(bytes, start + 1, end);
    if (bytes[i] !== DOUBLE_QUOTE) return false;
    while (i < end) {
      if (bytes[i] !== DOUBLE_QUOTE) return false;
      const keyEnd = closingQuote(bytes, i + 1, end, DOUBLE_QUOTE);
      if (keyEnd < 0) break;
      const colon = skipBlanks(bytes, keyEnd + 1, end);
      if (colon >= end) break;
      if (bytes[colon] !== COLON) return false;
      const value = skipBlanks(bytes, colon + 1, end);
      const valueEnd = endOfJsonValue(bytes, value, end);
      const isText = bytes[value] === DOUBLE_QUOTE;
      if (bytes[value] === OPEN_BRACE && INNER_NAMES.has(bytes, i + 1, keyEnd)) {
        this.#innerStart = value;
        this.#innerEnd = valueEnd < 0 ? end : valueEnd;
      }
      this.#member(bytes, i + 1, keyEnd, isText ? value + 1 : 0, isText ? (valueEnd < 0 ? end : valueEnd - 1) : 0);
      if (valueEnd < 0) break;
      i = skipBlanks(bytes, valueEnd, end);
      if (i >= end) break;
      if (bytes[i] === CLOSE_BRACE) return skipBlanks(bytes, i + 1, end) === end;
      if (bytes[i] !== COMMA) return false;
      i = skipBlanks(bytes, i + 1, end);
    }
    this.#isWhole = false;
    return isCut;
  }

  /** Reads the validated content of an AnyValue whose kvlist_value (field 6) is set. */
  readKeyValues(bytes: Uint8Array, start: number, end: number): void {
    this.#begin();
    if (start >= end || bytes[start] !== TAG_KVLIST_VALUE) return;
    const listEnd = this.#bytesField(bytes, start + 1);
    let i = this.#next;
    while (i < listEnd && bytes[i] === TAG_FIRST_BYTES) {
      const memberEnd = this.#bytesField(bytes, i + 1);
      this.#keyValue(bytes, this.#next, memberEnd);
      i = memberEnd;
    }
  }

  #keyValue(bytes: Uint8Array, start: number, end: number): void {
    let i = start;
    let keyStart = 0;
    let keyEnd = 0;
    let textStart = 0;
    let textEnd = 0;
    while (i < end && (bytes[i] === TAG_FIRST_BYTES || bytes[i] === TAG_SECOND_BYTES)) {
      const isKey = bytes[i] === TAG_FIRST_BYTES;
      const fieldEnd = this.#bytesField(bytes, i + 1);
      if (isKey) {
        keyStart = this.#next;
        keyEnd = fieldEnd;
      } else if (this.#next < fieldEnd && bytes[this.#next] === TAG_FIRST_BYTES) {
        textEnd = this.#bytesField(bytes, this.#next + 1);
        textStart = this.#next;
      }
      i = fieldEnd;
    }
    if (keyEnd > keyStart) this.#member(bytes, keyStart, keyEnd, textStart, textEnd);
  }

  /** Reads the length at `at`; `#next` is then the start of the content. @returns the end of the content */
  #bytesField(bytes: Uint8Array, at: number): number {
    let length = 0;
    let shift = 0;
    let i = at;
    while (bytes[i] >= 0x80 && shift < 28) {
      length |= (bytes[i++] & 0x7f) << shift;
      shift += 7;
    }
    length |= bytes[i++] << shift;
    this.#next = i;
    return i + length;
  }

  #member(bytes: Uint8Array, keyStart: number, keyEnd: number, textStart: number, textEnd: number): void {
    if (this.#keys < MAX_KEYS) {
      const isOutcome = OUTCOME_WORDS.has(bytes, textStart, textEnd);
      this.#valueStart[this.#keys] = isOutcome ? textStart : 0;
      this.#valueEnd[this.#keys] = isOutcome ? textEnd : 0;
      this.#keyStart[this.#keys] = keyStart;
      this.#keyEnd[this.#keys++] = keyEnd;
    }
    if (textEnd <= textStart) return;
    for (let rank = 0; rank < this.#rank; rank++) {
      if (!MESSAGE_NAMES[rank].has(bytes, keyStart, keyEnd)) continue;
      this.#rank = rank;
      this.messageStart = textStart;
      this.messageEnd = textEnd;
    }
  }

  /**
   * Writes `{a,b,c}`, the keys in byte order. Keys with digits are values and are written as one slot.
   * @param limit end of the room in `out`; keys that do not fit are left out
   * @returns the new end
   */
  writeKeys(bytes: Uint8Array, out: Uint8Array, at: number, limit: number): number {
    this.#sort(bytes);
    let o = at;
    let hasSlot = false;
    out[o++] = OPEN_BRACE;
    for (let k = 0; k < this.#keys && this.#isWhole; k++) {
      const start = this.#keyStart[k];
      const end = this.#keyEnd[k];
      const isSlot = hasDigit(bytes, start, end);
      const valueEnd = this.#valueEnd[k];
      if ((isSlot && hasSlot) || o + end - start + valueEnd - this.#valueStart[k] + 4 > limit) continue;
      if (isSlot) {
        hasSlot = true;
        out[o++] = SLOT;
      } else for (let i = start; i < end; i++) out[o++] = Math.max(bytes[i], 32);
      if (valueEnd > 0) out[o++] = EQUALS;
      for (let i = this.#valueStart[k]; i < valueEnd; i++) out[o++] = bytes[i];
      out[o++] = COMMA;
    }
    if (out[o - 1] === COMMA) o--;
    out[o++] = CLOSE_BRACE;
    return o;
  }

  /** Sorts the keys by insertion: they are few, and a logger writes them in one order most of the time. */
  #sort(bytes: Uint8Array): void {
    for (let k = 1; k < this.#keys; k++) {
      const start = this.#keyStart[k];
      const end = this.#keyEnd[k];
      const valueStart = this.#valueStart[k];
      const valueEnd = this.#valueEnd[k];
      let j = k - 1;
      while (j >= 0 && compare(bytes, this.#keyStart[j], this.#keyEnd[j], start, end) > 0) {
        this.#keyStart[j + 1] = this.#keyStart[j];
        this.#keyEnd[j + 1] = this.#keyEnd[j];
        this.#valueStart[j + 1] = this.#valueStart[j];
        this.#valueEnd[j + 1] = this.#valueEnd[j];
        j--;
      }
      this.#valueStart[j + 1] = valueStart;
      this.#valueEnd[j + 1] = valueEnd;
      this.#keyStart[j + 1] = start;
      this.#keyEnd[j + 1] = end;
    }
  }
}

function compare(bytes: Uint8Array, aStart: number, aEnd: number, bStart: number, bEnd: number): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < length; i++) {
    const difference = bytes[aStart + i] - bytes[bStart + i];
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && bytes[i] <= 32) i++;
  return i;
}

/** @returns the position behind the value at `start`, or -1 if it does not end before `end` */
function endOfJsonValue(bytes: Uint8Array, start: number, end: number): number {
  if (start >= end) return -1;
  if (bytes[start] === DOUBLE_QUOTE) {
    const close = closingQuote(bytes, start + 1, end, DOUBLE_QUOTE);
    return close < 0 ? -1 : close + 1;
  }
  if (isOpener(bytes[start])) return endOfGroup(bytes, start, end);
  let i = start;
  while (i < end && bytes[i] !== COMMA && bytes[i] !== CLOSE_BRACE) i++;
  return i < end ? i : -1;
}
