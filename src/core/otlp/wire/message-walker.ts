/**
 * Validates the structure of any OTLP message by the schema table, nested messages included. Strings are not checked
 * for UTF-8, unknown fields are skipped by their wire type.
 * Iterative: frames are in two preallocated arrays, bounded by MAX_VALUE_DEPTH, so that no input exhausts the stack.
 */
import {
  DAMAGE_GROUP,
  DAMAGE_NONE,
  DAMAGE_TAG,
  DAMAGE_TOO_DEEP,
  DAMAGE_TRUNCATED,
  DAMAGE_WIRE_TYPE,
  MAX_VALUE_DEPTH,
} from "./damage.ts";
import { VarintReader } from "./varint-reader.ts";
import {
  FIELD_CHILD_SHIFT,
  FIELD_STRINDEX,
  FIELD_WIRE_TYPE,
  KIND_ANY_VALUE,
  WIRE_BYTES,
  WIRE_FIELDS,
  WIRE_FIXED32,
  WIRE_FIXED64,
  WIRE_VARINT,
} from "./wire-schema.ts";

/** A level of AnyValue takes three frames at most (value, list, key-value); eight more take the messages around it. */
export const MAX_FRAMES: number = 3 * MAX_VALUE_DEPTH + 8;

export class MessageWalker {
  /** Set by a *_strindex field of Profiles, which has no meaning in logs; the caller clears it. */
  sawStrindex = false;
  /** Position at which the last failed validation stopped. */
  failedAt = 0;
  readonly #varints = new VarintReader();
  readonly #ends = new Uint32Array(MAX_FRAMES);
  readonly #kinds = new Uint8Array(MAX_FRAMES);

  /**
   * @param rootKind KIND_* of the message whose content is [start, rootEnd)
   * @returns DAMAGE_NONE, or the first damage
   */
  validate(bytes: Uint8Array, rootKind: number, start: number, rootEnd: number): number {
    const ends = this.#ends;
    const kinds = this.#kinds;
    let kind = rootKind;
    let end = rootEnd;
    let frames = 0;
    let depth = kind === KIND_ANY_VALUE ? 1 : 0;
    let p = start;
    for (;;) {
      while (p === end) {
        if (frames === 0) return DAMAGE_NONE;
        if (kind === KIND_ANY_VALUE) depth--;
        frames--;
        end = ends[frames];
        kind = kinds[frames];
      }
      const fieldStart = p;
      let tag = bytes[p++];
      if (tag >= 0x80) {
        tag = this.#varints.read(bytes, fieldStart, end);
        if (this.#varints.damage !== DAMAGE_NONE) return this.#fail(this.#varints.damage, fieldStart);
        if (this.#varints.high !== 0) return this.#fail(DAMAGE_TAG, fieldStart);
        p = this.#varints.next;
      }
      const field = tag >>> 3;
      const wireType = tag & 7;
      if (field === 0) return this.#fail(DAMAGE_TAG, fieldStart);
      const spec = field < 16 ? WIRE_FIELDS[(kind << 4) | field] : 0;
      if (spec !== 0 && (spec & FIELD_WIRE_TYPE) !== wireType) return this.#fail(DAMAGE_WIRE_TYPE, fieldStart);
      if (wireType === WIRE_BYTES) {
        let length = p < end ? bytes[p] : 0x80;
        if (length < 0x80) p++;
        else {
          length = this.#varints.readLength(bytes, p, end);
          if (this.#varints.damage !== DAMAGE_NONE) return this.#fail(this.#varints.damage, fieldStart);
          p = this.#varints.next;
        }
        if (length > end - p) return this.#fail(DAMAGE_TRUNCATED, fieldStart);
        const child = spec >>> FIELD_CHILD_SHIFT;
        if (child === 0) p += length;
        else {
          if (child === KIND_ANY_VALUE && ++depth > MAX_VALUE_DEPTH) return this.#fail(DAMAGE_TOO_DEEP, fieldStart);
          ends[frames] = end;
          kinds[frames] = kind;
          frames++;
          end = p + length;
          kind = child;
        }
      } else {
        const next = this.#skipScalar(bytes, p, end, wireType);
        if (next < 0) return this.#fail(-next, fieldStart);
        p = next;
        if ((spec & FIELD_STRINDEX) !== 0) this.sawStrindex = true;
      }
    }
  }

  /**
   * Skips the value of one field, without a look at nested messages; the caller has read its tag.
   * @returns the position after the field's value, or a negative DAMAGE_* code
   */
  skipField(bytes: Uint8Array, position: number, end: number, wireType: number): number {
    if (wireType !== WIRE_BYTES) return this.#skipScalar(bytes, position, end, wireType);
    const length = this.#varints.readLength(bytes, position, end);
    if (this.#varints.damage !== DAMAGE_NONE) return -this.#varints.damage;
    return this.#varints.next + length;
  }

  #skipScalar(bytes: Uint8Array, position: number, end: number, wireType: number): number {
    if (wireType === WIRE_VARINT) {
      if (position < end && bytes[position] < 0x80) return position + 1;
      this.#varints.read(bytes, position, end);
      return this.#varints.damage === DAMAGE_NONE ? this.#varints.next : -this.#varints.damage;
    }
    if (wireType === WIRE_FIXED64) return end - position >= 8 ? position + 8 : -DAMAGE_TRUNCATED;
    if (wireType === WIRE_FIXED32) return end - position >= 4 ? position + 4 : -DAMAGE_TRUNCATED;
    return wireType === 3 || wireType === 4 ? -DAMAGE_GROUP : -DAMAGE_TAG;
  }

  #fail(damage: number, position: number): number {
    this.failedAt = position;
    return damage;
  }
}
