/**
 * Walks the JSON of one ExportLogsServiceRequest along the schema and writes its protobuf. It notes whether it is in a
 * log record, how deep values nest, and what it left out.
 */
import type { ByteWriter } from "../otlp/wire/byte-writer.ts";
import { MAX_VALUE_DEPTH } from "../otlp/wire/damage.ts";
import { DecodeError } from "../otlp/wire/decode-error.ts";
import type { JsonCursor } from "./json-cursor.ts";
import { END_OF_TEXT, OPEN_ARRAY, OPEN_OBJECT, QUOTE } from "./json-cursor.ts";
import type { JsonField, JsonKey, JsonMessage } from "./json-schema.ts";
import {
  ANY_VALUE,
  FIELD_MESSAGE,
  FIELD_MESSAGES,
  FIELD_STRINGS,
  findKey,
  LOG_RECORD,
  MESSAGES,
  REQUEST,
  WANTED,
} from "./json-schema.ts";
import { ScalarTranscoder } from "./scalar-transcoder.ts";
import { StringCopier } from "./string-copy.ts";

const LETTER_N = 0x6e;

/** The first damage of the current record. */
const INTACT = 0;
const WRONG_TYPE = 1;
const TOO_DEEP = 2;

export class LogsTranscoder {
  /** Records left out, those of them that nest too deep, and the reason of the first one. */
  rejected = 0;
  tooDeep = 0;
  message = "";
  /** Records with repaired text; all text outside of records counts as one. */
  repairedText = 0;
  readonly #cursor: JsonCursor;
  readonly #out: ByteWriter;
  readonly #strings: StringCopier;
  readonly #scalars: ScalarTranscoder;
  readonly #rejectedAt: number[] | undefined;
  #records = 0;
  #repairsInRecords = 0;
  #inRecord = false;
  #damage = INTACT;
  #valueDepth = 0;

  /** @param rejectedAt gets the index of every record that is left out; unbounded, for files only */
  constructor(cursor: JsonCursor, out: ByteWriter, rejectedAt: number[] | undefined) {
    this.#cursor = cursor;
    this.#out = out;
    this.#strings = new StringCopier(cursor, out);
    this.#scalars = new ScalarTranscoder(cursor, out, this.#strings);
    this.#rejectedAt = rejectedAt;
  }

  /** Transcodes the whole text. @throws DecodeError */
  run(): void {
    const cursor = this.#cursor;
    if (cursor.peek() !== OPEN_OBJECT) throw cursor.error("is not an object");
    this.#writeMembers(MESSAGES[REQUEST]);
    if (cursor.peek() !== END_OF_TEXT) throw cursor.error("goes on after its end");
    if (this.#strings.repairs > this.#repairsInRecords) this.repairedText++;
  }

  /** Writes the fields of the object at the cursor. */
  #writeMembers(schema: JsonMessage): void {
    const cursor = this.#cursor;
    cursor.enter();
    let more = this.#writeLikelyFirst(schema) ? cursor.nextMember() : cursor.firstMember();
    for (; more; more = cursor.nextMember()) {
      const field = this.#readKey(schema);
      if (field === undefined) cursor.skipValue();
      else this.#writeField(field);
    }
  }

  #writeLikelyFirst(schema: JsonMessage): boolean {
    const cursor = this.#cursor;
    const likely = schema.likelyFirst;
    if (likely === undefined || !likely.literal.isAt(cursor.view, cursor.position, cursor.end)) return false;
    cursor.position += likely.literal.length - 1;
    this.#strings.writeField(likely.tag);
    return true;
  }

  /** Consumes a key and its colon. @returns undefined for keys outside of the schema */
  #readKey(schema: JsonMessage): JsonField | undefined {
    const cursor = this.#cursor;
    const start = cursor.position;
    let key = findKey(schema, cursor.view, start + 1, cursor.end);
    if (key !== undefined) cursor.position = start + 1 + key.literal.length;
    else if (cursor.skipString()) key = this.#findEscaped(schema, start);
    cursor.colon();
    return key?.field;
  }

  /** Looks a key with escapes up: its text is written behind the output, compared, and removed. */
  #findEscaped(schema: JsonMessage, start: number): JsonKey | undefined {
    const out = this.#out;
    const before = out.length;
    this.#cursor.position = start;
    this.#strings.copy();
    out.byte(QUOTE);
    const text = new DataView(out.bytes.buffer, out.bytes.byteOffset + before, out.length - before);
    out.length = before;
    return findKey(schema, text, 0, text.byteLength);
  }

  #writeField(field: JsonField): void {
    const cursor = this.#cursor;
    const first = cursor.peek();
    if (first === LETTER_N && cursor.takeNull()) return;
    const start = cursor.position;
    if (this.#writeValue(field, first)) return;
    cursor.position = start;
    cursor.skipValue();
    this.#reject(`its ${field.name} is not ${WANTED[field.kind]}`, start);
  }

  /** @returns false if the value has a wrong type; what was appended of it is removed with its record */
  #writeValue(field: JsonField, first: number): boolean {
    switch (field.kind) {
      case FIELD_MESSAGE:
        return first === OPEN_OBJECT && this.#writeMessage(field);
      case FIELD_MESSAGES:
        return first === OPEN_ARRAY && this.#writeMessages(field);
      case FIELD_STRINGS:
        return first === OPEN_ARRAY && this.#writeStrings(field);
      default:
        return this.#scalars.write(field, first);
    }
  }

  /** Writes the object at the cursor as one length-delimited field. */
  #writeMessage(field: JsonField): true {
    const isValue = field.child === ANY_VALUE;
    if (isValue && this.#valueDepth === MAX_VALUE_DEPTH) {
      const start = this.#cursor.position;
      this.#cursor.skipValue();
      this.#reject(`its values nest deeper than ${MAX_VALUE_DEPTH} levels`, start, TOO_DEEP);
      return true;
    }
    if (isValue) this.#valueDepth++;
    const out = this.#out;
    const schema = MESSAGES[field.child];
    out.byte(field.tag);
    const content = out.open(schema.lengthReserve);
    this.#writeMembers(schema);
    out.close(content, schema.lengthReserve);
    if (isValue) this.#valueDepth--;
    return true;
  }

  #writeMessages(field: JsonField): true {
    const cursor = this.#cursor;
    cursor.enter();
    for (let more = cursor.firstElement(); more; more = cursor.nextElement()) {
      if (field.child === LOG_RECORD) this.#writeRecord(field);
      else this.#writeElement(field);
    }
    return true;
  }

  #writeElement(field: JsonField): void {
    const cursor = this.#cursor;
    const first = cursor.peek();
    if (first === OPEN_OBJECT) this.#writeMessage(field);
    else if (first === LETTER_N && cursor.takeNull()) {
      // A null is skipped in a list of attributes; in a list of values it keeps its position, as an empty value.
      if (field.child === ANY_VALUE) this.#writeEmpty(field.tag);
    } else {
      const start = cursor.position;
      cursor.skipValue();
      this.#reject(`an element of its ${field.name} is not an object`, start);
    }
  }

  #writeEmpty(tag: number): void {
    this.#out.byte(tag);
    this.#out.byte(0);
  }

  /** Writes one log record, or leaves it out as a whole. */
  #writeRecord(field: JsonField): void {
    const before = this.#out.length;
    const repairs = this.#strings.repairs;
    const place = this.#records++;
    this.#inRecord = true;
    this.#damage = INTACT;
    if (this.#cursor.peek() === OPEN_OBJECT) this.#writeMessage(field);
    else {
      const start = this.#cursor.position;
      this.#cursor.skipValue();
      this.#reject("it is not an object", start);
    }
    this.#inRecord = false;
    const repaired = this.#strings.repairs - repairs;
    this.#repairsInRecords += repaired;
    if (this.#damage === INTACT) {
      if (repaired > 0) this.repairedText++;
      return;
    }
    this.#out.length = before;
    this.rejected++;
    if (this.#damage === TOO_DEEP) this.tooDeep++;
    this.#rejectedAt?.push(place);
  }

  #writeStrings(field: JsonField): true {
    const cursor = this.#cursor;
    cursor.enter();
    for (let more = cursor.firstElement(); more; more = cursor.nextElement()) {
      const start = cursor.position;
      if (cursor.peek() === QUOTE) this.#strings.writeField(field.tag);
      else if (!cursor.takeNull()) this.#reject(`an element of its ${field.name} is not a string`, start);
    }
    return true;
  }

  /** Rejects the current record, or outside of records the request. @param problem a clause, "its …" */
  #reject(problem: string, position: number, damage: number = WRONG_TYPE): void {
    if (!this.#inRecord) throw new DecodeError(`Cannot read the JSON of the request: ${problem}`, position);
    if (this.#damage !== INTACT) return;
    if (this.rejected === 0) this.message = `Cannot read a log record: ${problem}`;
    this.#damage = damage;
  }
}
