/**
 * Makes the masked template of a record from what identifies it best: its event name, a template that the logger sent
 * along, or its body (text, JSON, key-value list, stack trace); `exception.*` attributes add their type and frames.
 * One pass over at most `maxBytes` of the body, into one reused buffer, without allocations.
 */
import type { LogBatch } from "../../../model/log-batch.ts";
import {
  BODY_BYTES,
  BODY_KVLIST,
  BODY_NONE,
  BODY_STRING,
  MARK_HAS_EXCEPTION,
  MARK_HAS_TEMPLATE,
} from "../../../model/log-batch.ts";
import { TEMPLATE_KEYS } from "../../otlp/wire/attribute-key.ts";
import { encodeUtf8 } from "../../otlp/wire/utf8.ts";
import { ValueReader } from "../../otlp/wire/value-reader.ts";
import { FIELD_RECORD_ATTRIBUTES } from "../../otlp/wire/wire-schema.ts";
import { isSpace } from "./byte-classes.ts";
import { Scanner } from "./scanner.ts";
import { isStackTrace, StackTrace, writeType } from "./stack-trace.ts";
import { StructuredBody } from "./structured-body.ts";
import { TEMPLATE_START } from "./template-writer.ts";
import { SLOT } from "./token-kinds.ts";

const OPEN_BRACE = 123;
const EVENT_PREFIX = "event:";
const LONGEST_EVENT_NAME = 256;
/** Bytes that keys and frames may take behind a message. */
const APPENDIX_BYTES = 1024;
const LONGEST_TYPE = 96;
/** Bytes of a stack trace that are examined: frames come far behind the message, and Python has the error last. */
const LONGEST_TRACE = 8192;
const EXCEPTION_TYPE = encodeUtf8("exception.type");
const EXCEPTION_MESSAGE = encodeUtf8("exception.message");
const EXCEPTION_STACKTRACE = encodeUtf8("exception.stacktrace");
/** First word of the template in `words`. */
export const FIRST_WORD: number = TEMPLATE_START >> 2;

/** First word behind a template that ends at byte `end`. */
export function wordAfter(end: number): number {
  return (end + 3) >> 2;
}

export class BodyTemplate {
  /** The template as zero-padded words, at [FIRST_WORD, wordAfter(end)). */
  readonly words: Int32Array;
  /** The same memory as bytes; the template starts at TEMPLATE_START. */
  readonly bytes: Uint8Array;
  /** Range of the input that was scanned as text, and the end of its template; keys and frames follow. */
  textStart = 0;
  textEnd = 0;
  templateTextEnd = 0;
  readonly #scanner: Scanner;
  readonly #object = new StructuredBody();
  readonly #trace: StackTrace;
  readonly #values = new ValueReader();
  /** The body has a stack trace of its own. */
  #hasTrace = false;

  /**
   * @param maxBytes bytes of a body that are examined
   * @param maxWords words of it that are examined; the scanner's default if absent
   */
  constructor(maxBytes: number, maxWords?: number) {
    this.#scanner = new Scanner(maxBytes, 2 * APPENDIX_BYTES, maxWords);
    this.bytes = this.#scanner.writer.out;
    this.words = new Int32Array(this.bytes.buffer);
    this.#trace = new StackTrace(this.bytes);
  }

  /** Template of record `i`. @returns the end in bytes */
  ofRecord(batch: LogBatch, i: number): number {
    const { bytes } = batch;
    if (batch.eventEnd[i] > batch.eventStart[i]) return this.ofEvent(bytes, batch.eventStart[i], batch.eventEnd[i]);
    const marks = batch.marks[i];
    const end =
      (marks & MARK_HAS_TEMPLATE) !== 0 && this.#findTemplate(batch, i)
        ? this.ofText(bytes, this.#values.start, this.#values.end)
        : this.ofBody(batch.bodyKind[i], bytes, batch.bodyStart[i], batch.bodyEnd[i]);
    return (marks & MARK_HAS_EXCEPTION) === 0 ? end : this.#withException(batch, i, end);
  }

  #findTemplate(batch: LogBatch, i: number): boolean {
    return TEMPLATE_KEYS.some((key) => this.#find(batch, i, key));
  }

  /** Finds a string attribute that is not empty; `#values` has its range then. */
  #find(batch: LogBatch, i: number, key: Uint8Array): boolean {
    const values = this.#values;
    return (
      values.findString(batch.bytes, batch.recordStart[i], batch.recordEnd[i], FIELD_RECORD_ATTRIBUTES, key) &&
      values.end > values.start
    );
  }

  /** Appends type and frames of an exception; its message is the text only where there is no body. */
  #withException(batch: LogBatch, i: number, bodyEnd: number): number {
    const values = this.#values;
    const { bytes } = batch;
    const hasTrace = this.#hasTrace;
    let o = bodyEnd;
    if (o === TEMPLATE_START && this.#find(batch, i, EXCEPTION_MESSAGE)) {
      o = this.#scan(bytes, values.start, values.end);
    }
    if (this.#find(batch, i, EXCEPTION_TYPE)) {
      o = writeType(bytes, values.start, Math.min(values.end, values.start + LONGEST_TYPE), this.bytes, o);
    }
    if (!hasTrace && this.#find(batch, i, EXCEPTION_STACKTRACE)) {
      const end = Math.min(values.end, values.start + LONGEST_TRACE);
      o = this.#trace.write(bytes, values.start, end, o, o + APPENDIX_BYTES - LONGEST_TYPE);
    }
    return this.#end(o);
  }

  /** Template of an event, from its name alone. @returns the end in bytes */
  ofEvent(bytes: Uint8Array, start: number, end: number): number {
    this.#noText();
    const out = this.bytes;
    let o = TEMPLATE_START;
    for (let i = 0; i < EVENT_PREFIX.length; i++) out[o++] = EVENT_PREFIX.charCodeAt(i);
    const last = Math.min(end, start + LONGEST_EVENT_NAME);
    for (let i = start; i < last; i++) out[o++] = isSpace(bytes[i]) ? 32 : bytes[i];
    return this.#end(o);
  }

  /**
   * Template of a body.
   * @param kind BODY_* code; the range is the text, or for other kinds the content of the AnyValue
   * @returns the end in bytes
   */
  ofBody(kind: number, bytes: Uint8Array, start: number, end: number): number {
    if (kind === BODY_STRING || kind === BODY_BYTES) return this.ofText(bytes, start, end);
    if (kind === BODY_KVLIST) {
      this.#object.readKeyValues(bytes, start, end);
      return this.#ofObject(bytes);
    }
    this.#noText();
    if (kind === BODY_NONE) return this.#end(TEMPLATE_START);
    this.bytes[TEMPLATE_START] = SLOT;
    return this.#end(TEMPLATE_START + 1);
  }

  /** Template of a text body. @returns the end in bytes */
  ofText(bytes: Uint8Array, start: number, end: number): number {
    const scanner = this.#scanner;
    if (start < end && bytes[start] === OPEN_BRACE) {
      const isCut = end - start > scanner.maxBytes;
      const examined = isCut ? start + scanner.maxBytes : end;
      if (this.#object.readJson(bytes, start, examined, isCut)) return this.#ofObject(bytes);
    }
    const o = this.#scan(bytes, start, end);
    return scanner.newline < 0 ? o : this.#ofLines(bytes, start, end, scanner.newline, o);
  }

  /** Marks that no text was scanned. */
  #noText(): void {
    this.textStart = 0;
    this.textEnd = 0;
    this.templateTextEnd = TEMPLATE_START;
    this.#hasTrace = false;
  }

  #scan(bytes: Uint8Array, start: number, end: number): number {
    const o = this.#scanner.scan(bytes, start, end);
    this.textStart = start;
    this.textEnd = Math.min(end, start + this.#scanner.maxBytes);
    this.templateTextEnd = o;
    this.#hasTrace = false;
    return o;
  }

  #ofObject(bytes: Uint8Array): number {
    const object = this.#object;
    let o = this.#scan(bytes, object.messageStart, object.messageEnd);
    if (o > TEMPLATE_START) this.bytes[o++] = 32;
    o = object.writeKeys(bytes, this.bytes, o, o + APPENDIX_BYTES);
    return this.#end(o);
  }

  /** Template of a text with several lines: if it has a stack trace, its first line and the trace. */
  #ofLines(bytes: Uint8Array, start: number, end: number, newline: number, o: number): number {
    const scanner = this.#scanner;
    const examined = Math.min(end, start + scanner.maxBytes);
    if (newline >= examined || !isStackTrace(bytes, newline, examined)) return o;
    const first = this.#scan(bytes, start, newline);
    this.#hasTrace = true;
    const traceEnd = Math.min(end, start + Math.max(LONGEST_TRACE, scanner.maxBytes));
    return this.#end(this.#trace.write(bytes, newline + 1, traceEnd, first, first + APPENDIX_BYTES));
  }

  /** Pads the template with zeros up to the next word. */
  #end(o: number): number {
    const out = this.bytes;
    out[o] = 0;
    out[o + 1] = 0;
    out[o + 2] = 0;
    out[o + 3] = 0;
    return o;
  }
}
