/**
 * A growable byte buffer that writes protobuf: shortest varints, little-endian fixed fields, nested messages whose
 * length is known only after their content. `reset` keeps the memory, for reuse from request to request.
 * Bounds: those of its callers, whose output is at most a small multiple of a bounded request.
 */
import { encodeUtf8Into, utf8Length } from "./utf8.ts";

/** Up to this length a loop is faster than `set`, which needs a new view. */
const LOOP_COPY_BYTES = 48;

export class ByteWriter {
  /** The content, up to `length`; another array after it grew. */
  bytes: Uint8Array;
  length = 0;
  #view: DataView;

  /** @param capacity bytes allocated at first */
  constructor(capacity: number = 1024) {
    this.bytes = new Uint8Array(Math.max(16, capacity));
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Forgets the content. */
  reset(): void {
    this.length = 0;
  }

  /** Makes room for `more` bytes after the current end. */
  ensure(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  byte(value: number): void {
    this.ensure(1);
    this.bytes[this.length++] = value;
  }

  /** @param value an integer 0..2^53-1 */
  varint(value: number): void {
    this.ensure(10);
    this.length = putVarint(this.bytes, this.length, value);
  }

  /** @param value any integer of magnitude up to 2^53-1; negative ones take ten bytes, as int64 does */
  int64(value: number): void {
    if (value >= 0) {
      this.varint(value);
      return;
    }
    // Two's complement in two halves: -(value) - 1, all bits inverted.
    const magnitude = -(value + 1);
    let low = ~(magnitude % 0x1_0000_0000) >>> 0;
    let high = ~Math.floor(magnitude / 0x1_0000_0000) >>> 0;
    this.ensure(10);
    for (let index = 0; index < 9; index++) {
      this.bytes[this.length++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    this.bytes[this.length++] = low;
  }

  /** Eight bytes from two unsigned halves. */
  fixed64(low: number, high: number): void {
    this.ensure(8);
    this.#view.setUint32(this.length, low, true);
    this.#view.setUint32(this.length + 4, high, true);
    this.length += 8;
  }

  /** Unix milliseconds as fixed64 nanoseconds, exact although the product exceeds 2^53. @param ms an integer >= 0 */
  unixNanos(ms: number): void {
    const upper = Math.floor(ms / 65_536) * 1_000_000;
    const lower = (ms % 65_536) * 1_000_000 + (upper % 65_536) * 65_536;
    this.fixed64(lower % 0x1_0000_0000, Math.floor(upper / 65_536) + Math.floor(lower / 0x1_0000_0000));
  }

  double(value: number): void {
    this.ensure(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Appends source[start, end) as it is. */
  raw(source: Uint8Array, start: number, end: number): void {
    const size = end - start;
    this.ensure(size);
    if (size > LOOP_COPY_BYTES) this.bytes.set(source.subarray(start, end), this.length);
    else {
      const target = this.bytes;
      const offset = this.length - start;
      for (let p = start; p < end; p++) target[offset + p] = source[p];
    }
    this.length += size;
  }

  /** Appends the UTF-8 of `text` without a length. */
  text(text: string): void {
    this.ensure(utf8Length(text));
    this.length = encodeUtf8Into(text, this.bytes, this.length);
  }

  /** A length-delimited string field. @param tag the field's tag, one byte */
  stringField(tag: number, text: string): void {
    this.byte(tag);
    this.varint(utf8Length(text));
    this.text(text);
  }

  /**
   * Starts content whose length is not known yet.
   * @param reserve bytes that are kept for the length; a good guess saves a move
   * @returns the position of the content, for `close`
   */
  open(reserve: number): number {
    this.ensure(reserve);
    this.length += reserve;
    return this.length;
  }

  /**
   * Writes the length before the content that starts at `contentStart`, and moves the content if `reserve` was wrong.
   */
  close(contentStart: number, reserve: number): void {
    const size = this.length - contentStart;
    const needed = varintSize(size);
    if (needed !== reserve) {
      this.ensure(needed);
      this.bytes.copyWithin(contentStart + needed - reserve, contentStart, this.length);
      this.length += needed - reserve;
    }
    putVarint(this.bytes, contentStart - reserve, size);
  }

  /** A copy of the content. */
  copy(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}

/** Bytes of the shortest varint of an integer 0..2^53-1. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  if (value < 0x1000_0000) return 4;
  let size = 5;
  for (let rest = Math.floor(value / 0x8_0000_0000); rest > 0; rest = Math.floor(rest / 128)) size++;
  return size;
}

function putVarint(bytes: Uint8Array, position: number, value: number): number {
  let p = position;
  let rest = value;
  while (rest > 0x7fff_ffff) {
    bytes[p++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest >= 0x80) {
    bytes[p++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[p++] = rest;
  return p;
}
