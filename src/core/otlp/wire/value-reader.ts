/**
 * Reads validated KeyValue and AnyValue messages: the range of the key, the kind and the range of the value. By the
 * merge rules of protobuf the last one on the wire wins, of repeated keys and values and of several members of the
 * oneof.
 */
import {
  BODY_ARRAY,
  BODY_BOOL,
  BODY_BYTES,
  BODY_DOUBLE,
  BODY_INT,
  BODY_KVLIST,
  BODY_NONE,
  BODY_STRING,
} from "../../../model/log-batch.ts";
import { VarintReader } from "./varint-reader.ts";
import { WIRE_BYTES, WIRE_FIXED32, WIRE_FIXED64 } from "./wire-schema.ts";

/** BODY_* by field number of an AnyValue; a string-table index (8) has no meaning in logs and counts as no value. */
const KIND_OF_FIELD: readonly number[] = [
  BODY_NONE,
  BODY_STRING,
  BODY_BOOL,
  BODY_INT,
  BODY_DOUBLE,
  BODY_ARRAY,
  BODY_KVLIST,
  BODY_BYTES,
  BODY_NONE,
];

export class ValueReader {
  keyStart = 0;
  keyEnd = 0;
  /** BODY_* code. */
  kind: number = BODY_NONE;
  /** Range of the value: a string's bytes, the eight bytes of a double, a varint, a nested message. */
  start = 0;
  end = 0;

  /** Number of the field that nextField read last, and the start of its value behind tag and length. */
  field = 0;
  contentStart = 0;
  readonly #varints = new VarintReader();

  /** Reads the KeyValue whose content is [start, end). */
  readKeyValue(bytes: Uint8Array, start: number, end: number): void {
    this.keyStart = start;
    this.keyEnd = start;
    this.clear();
    for (let p = start; p < end; ) {
      const next = this.nextField(bytes, p, end);
      if (this.field === 1) {
        this.keyStart = this.contentStart;
        this.keyEnd = next;
      } else if (this.field === 2) this.mergeValue(bytes, this.contentStart, next);
      p = next;
    }
  }

  /** Forgets the value, before mergeValue. */
  clear(): void {
    this.kind = BODY_NONE;
    this.start = 0;
    this.end = 0;
  }

  /** Merges the AnyValue whose content is [start, end) into kind, start and end. */
  mergeValue(bytes: Uint8Array, start: number, end: number): void {
    for (let p = start; p < end; ) {
      const next = this.nextField(bytes, p, end);
      if (this.field >= 1 && this.field <= 8) {
        this.kind = KIND_OF_FIELD[this.field];
        this.start = this.contentStart;
        this.end = this.kind === BODY_NONE ? this.start : next;
      }
      p = next;
    }
  }

  /**
   * Looks for the last attribute with this key and a string value in the content of a Resource or LogRecord.
   * @param field number of the attributes in that message
   * @returns whether there is one; start and end are then its range
   */
  findString(bytes: Uint8Array, from: number, to: number, field: number, key: Uint8Array): boolean {
    return this.#find(bytes, from, to, field, key, true);
  }

  /** As findString, for a value of any kind; `kind` is then its BODY_* code. */
  findValue(bytes: Uint8Array, from: number, to: number, field: number, key: Uint8Array): boolean {
    return this.#find(bytes, from, to, field, key, false);
  }

  #find(bytes: Uint8Array, from: number, to: number, field: number, key: Uint8Array, onlyStrings: boolean): boolean {
    let found = false;
    let kind: number = BODY_NONE;
    let start = 0;
    let end = 0;
    for (let p = from; p < to; ) {
      const next = this.nextField(bytes, p, to);
      if (this.field === field) {
        this.readKeyValue(bytes, this.contentStart, next);
        if (this.keyEquals(bytes, key) && (!onlyStrings || this.kind === BODY_STRING)) {
          found = true;
          kind = this.kind;
          start = this.start;
          end = this.end;
        }
      }
      p = next;
    }
    this.kind = kind;
    this.start = start;
    this.end = end;
    return found;
  }

  /** Whether the key read last is `key`. */
  keyEquals(bytes: Uint8Array, key: Uint8Array): boolean {
    const start = this.keyStart;
    if (this.keyEnd - start !== key.length) return false;
    for (let index = 0; index < key.length; index++) {
      if (bytes[start + index] !== key[index]) return false;
    }
    return true;
  }

  /** Reads tag and length of one field of a valid message that ends at `end`. @returns the position behind the field */
  nextField(bytes: Uint8Array, position: number, end: number): number {
    let tag = bytes[position];
    let p = position + 1;
    if (tag >= 0x80) {
      tag = this.#varints.read(bytes, position, end);
      p = this.#varints.next;
    }
    this.field = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === WIRE_BYTES) {
      let length = bytes[p];
      if (length < 0x80) p++;
      else {
        length = this.#varints.read(bytes, p, end);
        p = this.#varints.next;
      }
      this.contentStart = p;
      return p + length;
    }
    this.contentStart = p;
    if (wireType === WIRE_FIXED64) return p + 8;
    if (wireType === WIRE_FIXED32) return p + 4;
    while (bytes[p] >= 0x80) p++;
    return p + 1;
  }
}
