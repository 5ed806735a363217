/**
 * Copies the content of a JSON string as well-formed UTF-8: it resolves escapes, joins surrogate pairs, and replaces
 * lone surrogates and ill-formed bytes by U+FFFD as the WHATWG decoder does. One pass; at most three bytes out for one
 * in.
 */
import type { ByteWriter } from "../otlp/wire/byte-writer.ts";
import { sequenceLength } from "../otlp/wire/utf8.ts";
import type { JsonCursor } from "./json-cursor.ts";
import { BACKSLASH, QUOTE } from "./json-cursor.ts";
import { isPlain, plainBytes, specialMarks } from "./plain-text.ts";
import { codeUnitAt, simpleEscape } from "./string-escapes.ts";

const REPLACEMENT = 0xfffd;
/** Bytes that one step of the copy needs at most: a code point or a sequence. */
const STEP_BYTES = 4;

export class StringCopier {
  /** Sequences and lone surrogates that were replaced. */
  repairs = 0;
  readonly #cursor: JsonCursor;
  readonly #out: ByteWriter;
  /** The writer's bytes at the last step, and a view of them: the writer replaces them when it grows. */
  #target: Uint8Array;
  #targetView: DataView;

  constructor(cursor: JsonCursor, out: ByteWriter) {
    this.#cursor = cursor;
    this.#out = out;
    this.#target = out.bytes;
    this.#targetView = viewOf(out.bytes);
  }

  /** Consumes the string whose opening quote is at the cursor, and appends it as a field. @param tag one byte */
  writeField(tag: number): void {
    const out = this.#out;
    out.ensure(2);
    const content = out.length + 2;
    out.bytes[content - 2] = tag;
    out.length = content;
    this.copy();
    const size = out.length - content;
    if (size < 0x80) out.bytes[content - 1] = size;
    else out.close(content, 1);
  }

  /** Consumes the string whose opening quote is at the cursor, and appends its text. */
  copy(): void {
    const cursor = this.#cursor;
    const out = this.#out;
    const bytes = cursor.bytes;
    let p = cursor.position + 1;
    for (;;) {
      p = this.#copyPlain(p);
      const byte = p < cursor.end ? bytes[p] : 0;
      if (byte === QUOTE) {
        cursor.position = p + 1;
        return;
      }
      out.ensure(STEP_BYTES);
      const next = byte === BACKSLASH ? this.#copyEscape(bytes, p) : this.#copySequence(bytes, p);
      if (next === p) {
        cursor.position = p;
        throw cursor.error(p < cursor.end ? "has a malformed string" : "ends inside a string");
      }
      p = next;
    }
  }

  /** Copies up to the first byte that is not plain, or as far as there is room. @returns the position reached */
  #copyPlain(start: number): number {
    const out = this.#out;
    if (out.bytes !== this.#target) {
      this.#target = out.bytes;
      this.#targetView = viewOf(out.bytes);
    }
    const source = this.#cursor.view;
    const target = this.#targetView;
    const shift = out.length - start;
    const limit = Math.min(this.#cursor.end, target.byteLength - shift);
    let p = start;
    for (const last = limit - 4; p <= last; p += 4) {
      const word = source.getInt32(p, true);
      const marks = specialMarks(word);
      // The next step overwrites what was copied beyond the marked byte.
      target.setInt32(p + shift, word, true);
      if (marks === 0) continue;
      p += plainBytes(marks);
      out.length = p + shift;
      return p;
    }
    for (; p < limit; p++) {
      const byte = source.getUint8(p);
      if (!isPlain(byte)) break;
      target.setUint8(p + shift, byte);
    }
    out.length = p + shift;
    return p;
  }

  /** @returns the position behind the escape at `p`, or `p` if it is malformed */
  #copyEscape(bytes: Uint8Array, p: number): number {
    const out = this.#out;
    const { end } = this.#cursor;
    const simple = simpleEscape(bytes, p, end);
    if (simple !== 0) {
      out.bytes[out.length++] = simple;
      return p + 2;
    }
    const unit = codeUnitAt(bytes, p, end);
    if (unit < 0) return p;
    if (unit < 0xd800 || unit > 0xdfff) {
      putCodePoint(unit, out);
      return p + 6;
    }
    const low = unit < 0xdc00 ? codeUnitAt(bytes, p + 6, end) : -1;
    if (low < 0xdc00 || low > 0xdfff) {
      this.repairs++;
      putCodePoint(REPLACEMENT, out);
      return p + 6;
    }
    putCodePoint(0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00), out);
    return p + 12;
  }

  /**
   * @returns the position behind the sequence at `p`, copied or repaired; `p` if a string must not contain that byte
   */
  #copySequence(bytes: Uint8Array, p: number): number {
    const out = this.#out;
    const { end } = this.#cursor;
    if (p >= end || bytes[p] < 0x20) return p;
    if (bytes[p] < 0x80) {
      out.bytes[out.length++] = bytes[p];
      return p + 1;
    }
    const length = sequenceLength(bytes, p, end);
    if (length < 0) {
      this.repairs++;
      putCodePoint(REPLACEMENT, out);
      return p - length;
    }
    for (let index = 0; index < length; index++) out.bytes[out.length++] = bytes[p + index];
    return p + length;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Appends the UTF-8 of a code point that is no surrogate; the caller has made room. */
function putCodePoint(point: number, out: ByteWriter): void {
  const target = out.bytes;
  let length = out.length;
  if (point < 0x80) target[length++] = point;
  else {
    if (point < 0x800) target[length++] = 0xc0 | (point >> 6);
    else {
      if (point < 0x1_0000) target[length++] = 0xe0 | (point >> 12);
      else {
        target[length++] = 0xf0 | (point >> 18);
        target[length++] = 0x80 | ((point >> 12) & 0x3f);
      }
      target[length++] = 0x80 | ((point >> 6) & 0x3f);
    }
    target[length++] = 0x80 | (point & 0x3f);
  }
  out.length = length;
}
