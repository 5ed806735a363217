/**
 * Copies a validated message and repairs it on the way: ill-formed strings become U+FFFD sequences, and chosen fields
 * of a LogRecord are cut. Lengths of the messages around follow; everything else, unknown fields and overlong varints
 * included, stays byte for byte. Iterative, with as many frames as the strict walk has.
 */
import { MARK_HAS_STAMPS } from "../../../model/log-batch.ts";
import { marksOfKey } from "../wire/attribute-key.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import { MAX_FRAMES } from "../wire/message-walker.ts";
import { isUtf8 } from "../wire/utf8.ts";
import { writeRepaired } from "../wire/utf8-repair.ts";
import { ValueReader } from "../wire/value-reader.ts";
import { VarintReader } from "../wire/varint-reader.ts";
import {
  FIELD_CHILD_SHIFT,
  FIELD_STRING,
  KIND_RECORD,
  WIRE_BYTES,
  WIRE_FIELDS,
  WIRE_FIXED32,
  WIRE_FIXED64,
} from "../wire/wire-schema.ts";

/** Bits of what to cut out of a LogRecord: our and samplers' attributes, ids, an event name that only we may give. */
export const CUT_STAMPS = 1;
export const CUT_TRACE_ID = 2;
export const CUT_SPAN_ID = 4;
export const CUT_EVENT_NAME = 8;

export class RecordRewriter {
  /** Strings replaced and attributes cut by the last rewrite. */
  repairedStrings = 0;
  cutAttributes = 0;
  readonly #varints = new VarintReader();
  readonly #values = new ValueReader();
  readonly #ends = new Uint32Array(MAX_FRAMES);
  readonly #kinds = new Uint8Array(MAX_FRAMES);
  /** Of each open frame: where its copy starts, its original size, and the bytes of its length prefix. */
  readonly #copyStarts = new Float64Array(MAX_FRAMES);
  readonly #sizes = new Uint32Array(MAX_FRAMES);
  readonly #prefixes = new Uint8Array(MAX_FRAMES);

  /**
   * Appends the copy of a message.
   * @param rootKind KIND_* of the message whose content (or run of whole fields) is [start, rootEnd)
   * @param cut CUT_* bits; they apply to fields of the LogRecord itself
   */
  rewrite(bytes: Uint8Array, rootKind: number, start: number, rootEnd: number, cut: number, out: ByteWriter): void {
    this.repairedStrings = 0;
    this.cutAttributes = 0;
    let kind = rootKind;
    let end = rootEnd;
    let frames = 0;
    let p = start;
    for (;;) {
      while (p === end) {
        if (frames === 0) return;
        frames--;
        this.#closeFrame(frames, out);
        end = this.#ends[frames];
        kind = this.#kinds[frames];
      }
      const fieldStart = p;
      let tag = bytes[p++];
      if (tag >= 0x80) {
        tag = this.#varints.read(bytes, fieldStart, end);
        p = this.#varints.next;
      }
      const wireType = tag & 7;
      if (wireType !== WIRE_BYTES) {
        p = this.#skipScalar(bytes, p, wireType);
        out.raw(bytes, fieldStart, p);
        continue;
      }
      const lengthStart = p;
      const length = this.#varints.read(bytes, p, end);
      p = this.#varints.next;
      const next = p + length;
      const field = tag >>> 3;
      const spec = field < 16 ? WIRE_FIELDS[(kind << 4) | field] : 0;
      const child = spec >>> FIELD_CHILD_SHIFT;
      if (kind === KIND_RECORD && cut !== 0 && this.#isCut(bytes, field, p, next, cut)) p = next;
      else if (child !== 0) {
        out.raw(bytes, fieldStart, p);
        this.#ends[frames] = end;
        this.#kinds[frames] = kind;
        this.#openFrame(frames++, length, p - lengthStart, out);
        end = next;
        kind = child;
      } else {
        if ((spec & FIELD_STRING) === 0 || isUtf8(bytes, p, next)) out.raw(bytes, fieldStart, next);
        else {
          out.raw(bytes, fieldStart, lengthStart);
          this.#repairString(bytes, p, next, p - lengthStart, out);
        }
        p = next;
      }
    }
  }

  /** Notes where the copy of a nested message starts. @param prefix bytes of its length */
  #openFrame(frame: number, size: number, prefix: number, out: ByteWriter): void {
    this.#copyStarts[frame] = out.length;
    this.#sizes[frame] = size;
    this.#prefixes[frame] = prefix;
  }

  /** Corrects the length of a nested message whose copy has another size. */
  #closeFrame(frame: number, out: ByteWriter): void {
    const copyStart = this.#copyStarts[frame];
    if (out.length - copyStart !== this.#sizes[frame]) out.close(copyStart, this.#prefixes[frame]);
  }

  /** Writes the length and the repaired text of a string. @param prefix bytes of its old length */
  #repairString(bytes: Uint8Array, start: number, end: number, prefix: number, out: ByteWriter): void {
    this.repairedStrings++;
    const copyStart = out.open(prefix);
    writeRepaired(bytes, start, end, out);
    out.close(copyStart, prefix);
  }

  #isCut(bytes: Uint8Array, field: number, start: number, end: number, cut: number): boolean {
    if (field === 9) return (cut & CUT_TRACE_ID) !== 0;
    if (field === 10) return (cut & CUT_SPAN_ID) !== 0;
    if (field === 12 && (cut & CUT_EVENT_NAME) !== 0) {
      this.cutAttributes++;
      return true;
    }
    if (field !== 6 || (cut & CUT_STAMPS) === 0) return false;
    this.#values.readKeyValue(bytes, start, end);
    if (marksOfKey(bytes, this.#values.keyStart, this.#values.keyEnd) !== MARK_HAS_STAMPS) return false;
    this.cutAttributes++;
    return true;
  }

  #skipScalar(bytes: Uint8Array, position: number, wireType: number): number {
    if (wireType === WIRE_FIXED64) return position + 8;
    if (wireType === WIRE_FIXED32) return position + 4;
    let p = position;
    while (bytes[p] >= 0x80) p++;
    return p + 1;
  }
}
