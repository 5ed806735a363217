/**
 * A cursor over protobuf wire bytes with the strictness of prost, the destination's decoder, which common JavaScript
 * decoders lack: invalid UTF-8 in a string, a known field with the wrong wire type, field number 0, an unmatched group
 * and an over-long varint are errors, because there each of them costs the sender the whole request.
 * Reads only inside the bytes given; nesting is bounded by MAX_DEPTH.
 */
import { isUtf8 } from "node:buffer";
import { DecodeError } from "./decode-error.ts";

/** prost's recursion limit: messages (and groups) below the outermost one. */
const MAX_DEPTH = 100;

const WIRE_VARINT = 0;
const WIRE_FIXED64 = 1;
const WIRE_LENGTH = 2;
const WIRE_GROUP_START = 3;
const WIRE_GROUP_END = 4;
const WIRE_FIXED32 = 5;

export class ProtobufReader {
  readonly #bytes: Buffer;
  readonly #view: DataView;
  #position = 0;
  /** Halves of the varint read last. */
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get position(): number {
    return this.#position;
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** Field number and wire type, as field * 8 + wire type. */
  tag(): number {
    this.#varint();
    if (this.#high !== 0) throw new DecodeError("invalid key value");
    const wireType = this.#low & 7;
    if (wireType > WIRE_FIXED32) throw new DecodeError(`invalid wire type value: ${wireType}`);
    if (this.#low < 8) throw new DecodeError("invalid tag value: 0");
    return this.#low;
  }

  /** End position of the length-delimited field whose tag was just read. */
  messageEnd(tag: number, depth: number): number {
    this.#expect(tag, WIRE_LENGTH);
    if (depth > MAX_DEPTH) throw new DecodeError("recursion limit reached");
    const length = this.#length();
    return this.#position + length;
  }

  int64(tag: number): bigint {
    this.#expect(tag, WIRE_VARINT);
    this.#varint();
    return (BigInt(this.#high | 0) << 32n) | BigInt(this.#low);
  }

  int32(tag: number): number {
    this.#expect(tag, WIRE_VARINT);
    this.#varint();
    return this.#low | 0;
  }

  bool(tag: number): boolean {
    this.#expect(tag, WIRE_VARINT);
    this.#varint();
    return this.#low !== 0 || this.#high !== 0;
  }

  fixed64(tag: number): bigint {
    return this.#view.getBigUint64(this.#fixed(tag, WIRE_FIXED64, 8), true);
  }

  fixed32(tag: number): number {
    return this.#view.getUint32(this.#fixed(tag, WIRE_FIXED32, 4), true);
  }

  double(tag: number): number {
    return this.#view.getFloat64(this.#fixed(tag, WIRE_FIXED64, 8), true);
  }

  /** A view, valid as long as the request's bytes are. */
  bytes(tag: number): Uint8Array {
    const start = this.passLength(tag);
    return this.#bytes.subarray(start, this.#position);
  }

  string(tag: number): string {
    const start = this.passLength(tag);
    const end = this.#position;
    let p = start;
    while (p < end && (this.#bytes[p] ?? 0) < 0x80) p++;
    // Most strings are ASCII, which needs neither a view nor a decoder.
    if (p === end) return this.#bytes.toString("latin1", start, end);
    if (!isUtf8(this.#bytes.subarray(p, end))) {
      throw new DecodeError("invalid string value: data is not UTF-8 encoded");
    }
    return this.#bytes.toString("utf8", start, end);
  }

  /** Passes over a length-delimited field; returns where its content begins. */
  passLength(tag: number): number {
    this.#expect(tag, WIRE_LENGTH);
    const length = this.#length();
    const start = this.#position;
    this.#position += length;
    return start;
  }

  /** Passes over a field nobody asked for. */
  skip(tag: number, depth: number): void {
    const wireType = tag & 7;
    if (wireType === WIRE_VARINT) this.#varint();
    else if (wireType === WIRE_FIXED64) this.#fixed(tag, WIRE_FIXED64, 8);
    else if (wireType === WIRE_LENGTH) this.passLength(tag);
    else if (wireType === WIRE_FIXED32) this.#fixed(tag, WIRE_FIXED32, 4);
    else if (wireType === WIRE_GROUP_START) this.#skipGroup(tag >>> 3, depth + 1);
    else throw new DecodeError("unexpected end group tag");
  }

  /** A message ends exactly where its length said; a field inside it that runs over is damage. */
  closeMessage(end: number): void {
    if (this.#position !== end) throw new DecodeError("delimited length exceeded");
  }

  #skipGroup(field: number, depth: number): void {
    if (depth > MAX_DEPTH) throw new DecodeError("recursion limit reached");
    for (;;) {
      const tag = this.tag();
      if ((tag & 7) === WIRE_GROUP_END) {
        if (tag >>> 3 !== field) throw new DecodeError("unexpected end group tag");
        return;
      }
      this.skip(tag, depth);
    }
  }

  #expect(tag: number, wireType: number): void {
    if ((tag & 7) !== wireType) throw new DecodeError(`invalid wire type: ${tag & 7} (expected ${wireType})`);
  }

  #fixed(tag: number, wireType: number, size: number): number {
    this.#expect(tag, wireType);
    const start = this.#position;
    if (start + size > this.#bytes.length) throw new DecodeError("buffer underflow");
    this.#position = start + size;
    return start;
  }

  #length(): number {
    this.#varint();
    const left = this.#bytes.length - this.#position;
    if (this.#high !== 0 || this.#low > left) throw new DecodeError("buffer underflow");
    return this.#low;
  }

  #varint(): void {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      if (this.#position >= this.#bytes.length) throw new DecodeError("invalid varint");
      const byte = this.#bytes[this.#position++] ?? 0;
      const bits = byte & 0x7f;
      if (index < 4) low |= bits << (7 * index);
      else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * index - 32);
      if (byte < 0x80) {
        if (index === 9 && byte > 1) throw new DecodeError("invalid varint");
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw new DecodeError("invalid varint");
  }
}
