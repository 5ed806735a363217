/**
 * Writes JSON scalars as protobuf fields: strings, booleans, 64-bit integers, doubles, ids, bytes. A write appends one
 * whole field and returns true, or it returns false because the value has a wrong type: the caller then skips the value
 * and removes the record with what was appended to it.
 */
import type { ByteWriter } from "../otlp/wire/byte-writer.ts";
import type { JsonCursor } from "./json-cursor.ts";
import { MINUS, QUOTE } from "./json-cursor.ts";
import type { JsonField } from "./json-schema.ts";
import {
  FIELD_BOOL,
  FIELD_BYTES,
  FIELD_DOUBLE,
  FIELD_FIXED32,
  FIELD_FIXED64,
  FIELD_INT64,
  FIELD_SEVERITY,
  FIELD_SPAN_ID,
  FIELD_STRING,
  FIELD_TRACE_ID,
  FIELD_UINT32,
} from "./json-schema.ts";
import { Integer64, parseDouble, textOf } from "./number-text.ts";
import { severityNumberOf } from "./severity-name.ts";
import type { StringCopier } from "./string-copy.ts";
import { decodeBase64, decodeHex } from "./text-encodings.ts";

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
/** At least the length of every enum name and of every name of a special double. */
const MAX_NAME_BYTES = 32;
/** One byte is enough for the length of ids and of most byte values. */
const LENGTH_RESERVE = 1;

export class ScalarTranscoder {
  readonly #cursor: JsonCursor;
  readonly #out: ByteWriter;
  readonly #strings: StringCopier;
  readonly #integer = new Integer64();
  /** Text of the last number or name: in the JSON, or unescaped behind the output. */
  #text: Uint8Array;
  #start = 0;
  #end = 0;

  constructor(cursor: JsonCursor, out: ByteWriter, strings: StringCopier) {
    this.#cursor = cursor;
    this.#out = out;
    this.#strings = strings;
    this.#text = cursor.bytes;
  }

  /** Writes the value at the cursor, which is not null. @param first its first byte */
  write(field: JsonField, first: number): boolean {
    switch (field.kind) {
      case FIELD_STRING:
        return first === QUOTE && this.#writeString(field.tag);
      case FIELD_BOOL:
        return this.#writeBool(field.tag);
      case FIELD_DOUBLE:
        return this.#readText(first) && this.#writeDouble(field.tag);
      case FIELD_BYTES:
        return first === QUOTE && this.#writeBytes(field.tag);
      case FIELD_TRACE_ID:
        return first === QUOTE && this.#writeId(field.tag, TRACE_ID_BYTES);
      case FIELD_SPAN_ID:
        return first === QUOTE && this.#writeId(field.tag, SPAN_ID_BYTES);
      case FIELD_SEVERITY:
        return this.#readText(first) && this.#writeSeverity(field.tag);
      default:
        return this.#readText(first) && this.#writeInteger(field);
    }
  }

  #writeString(tag: number): true {
    this.#strings.writeField(tag);
    return true;
  }

  #writeBool(tag: number): boolean {
    const value = this.#cursor.takeBoolean();
    if (value === undefined) return false;
    this.#out.byte(tag);
    this.#out.byte(value ? 1 : 0);
    return true;
  }

  #writeInteger(field: JsonField): boolean {
    const integer = this.#integer;
    if (!integer.parse(this.#text, this.#start, this.#end)) return false;
    switch (field.kind) {
      case FIELD_FIXED64:
        if (!integer.isUint64()) return false;
        this.#out.byte(field.tag);
        this.#out.fixed64(integer.low, integer.high);
        return true;
      case FIELD_INT64:
        if (!integer.isInt64()) return false;
        this.#writeVarint(field.tag);
        return true;
      case FIELD_UINT32:
        if (!integer.isUint32()) return false;
        this.#writeVarint(field.tag);
        return true;
      case FIELD_FIXED32:
        if (!integer.isUint32()) return false;
        this.#writeFixed32(field.tag);
        return true;
      default:
        return false;
    }
  }

  #writeSeverity(tag: number): boolean {
    if (this.#integer.parse(this.#text, this.#start, this.#end)) {
      if (!this.#integer.isInt32()) return false;
      this.#writeVarint(tag);
      return true;
    }
    const named = severityNumberOf(this.#shortText());
    if (named === undefined) return false;
    this.#out.byte(tag);
    this.#out.byte(named);
    return true;
  }

  #writeDouble(tag: number): boolean {
    let value = parseDouble(this.#text, this.#start, this.#end);
    if (Number.isNaN(value)) {
      const name = this.#shortText();
      if (name === "Infinity") value = Number.POSITIVE_INFINITY;
      else if (name === "-Infinity") value = Number.NEGATIVE_INFINITY;
      else if (name !== "NaN") return false;
    }
    this.#out.byte(tag);
    this.#out.double(value);
    return true;
  }

  #writeBytes(tag: number): boolean {
    const out = this.#out;
    out.byte(tag);
    const content = out.open(LENGTH_RESERVE);
    this.#strings.copy();
    const size = decodeBase64(out.bytes, content, out.length);
    if (size < 0) return false;
    out.length = content + size;
    out.close(content, LENGTH_RESERVE);
    return true;
  }

  /** Leaves out an id that is not hexadecimal or has a wrong length: the record then belongs to no trace. */
  #writeId(tag: number, size: number): true {
    const cursor = this.#cursor;
    const out = this.#out;
    const before = out.length;
    const start = cursor.position + 1;
    const after = start + 2 * size;
    out.byte(tag);
    const content = out.open(LENGTH_RESERVE);
    out.ensure(size);
    // Most ids have the right number of digits and no escapes.
    if (
      after < cursor.end &&
      cursor.bytes[after] === QUOTE &&
      decodeHex(cursor.bytes, start, out.bytes, content, size)
    ) {
      cursor.position = after + 1;
    } else {
      this.#strings.copy();
      if (out.length - content !== 2 * size || !decodeHex(out.bytes, content, out.bytes, content, size)) {
        out.length = before;
        return true;
      }
    }
    out.length = content + size;
    out.close(content, LENGTH_RESERVE);
    return true;
  }

  /** Appends the integer as a varint of up to ten bytes, negative ones in 64-bit two's complement. */
  #writeVarint(tag: number): void {
    const out = this.#out;
    this.#integer.toTwosComplement();
    let { low, high } = this.#integer;
    out.byte(tag);
    while (high !== 0 || low > 0x7f) {
      out.byte((low & 0x7f) | 0x80);
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    out.byte(low);
  }

  #writeFixed32(tag: number): void {
    const { low } = this.#integer;
    this.#out.byte(tag);
    for (let shift = 0; shift < 32; shift += 8) this.#out.byte((low >>> shift) & 0xff);
  }

  /** Consumes a number or a string and notes the range of its text. @returns false for other values */
  #readText(first: number): boolean {
    const cursor = this.#cursor;
    const start = cursor.position;
    this.#text = cursor.bytes;
    if (first !== QUOTE) {
      if (first !== MINUS && (first < 0x30 || first > 0x39)) return false;
      cursor.skipNumber();
      this.#start = start;
      this.#end = cursor.position;
      return true;
    }
    if (!cursor.skipString()) {
      this.#start = start + 1;
      this.#end = cursor.position - 1;
      return true;
    }
    cursor.position = start;
    this.#unescapeText();
    return true;
  }

  /** Writes the unescaped text behind the end of the output, where the next write may cover it. */
  #unescapeText(): void {
    const out = this.#out;
    const before = out.length;
    this.#strings.copy();
    this.#text = out.bytes;
    this.#start = before;
    this.#end = out.length;
    out.length = before;
  }

  #shortText(): string {
    return this.#end - this.#start > MAX_NAME_BYTES ? "" : textOf(this.#text, this.#start, this.#end);
  }
}
