/**
 * Reads base-128 varints (protobuf encoding guide, "Base 128 Varints") for callers that have the one-byte case inline.
 * Overlong encodings are legal up to 10 bytes; more bytes, or more than 64 bits, are damage, as in prost, so that its
 * users accept what we forward.
 */
import { DAMAGE_NONE, DAMAGE_TRUNCATED, DAMAGE_VARINT } from "./damage.ts";

export class VarintReader {
  /** Position after the last varint read. */
  next = 0;
  /** Bits 32..63 of the last varint read. */
  high = 0;
  /** DAMAGE_* code of the last call. */
  damage: number = DAMAGE_NONE;

  /** @returns bits 0..31 as an unsigned number; 0 with `damage` set when the bytes before `end` hold no valid varint */
  read(bytes: Uint8Array, start: number, end: number): number {
    let low = 0;
    let high = 0;
    let p = start;
    for (let index = 0; index < 10; index++) {
      if (p >= end) return this.#fail(DAMAGE_TRUNCATED, p);
      const byte = bytes[p++];
      if (index < 4) low |= (byte & 0x7f) << (7 * index);
      else if (index === 4) {
        low |= (byte & 0x0f) << 28;
        high = (byte & 0x7f) >>> 4;
      } else if (index < 9) high |= (byte & 0x7f) << (7 * index - 32);
      else if (byte > 1) return this.#fail(DAMAGE_VARINT, p);
      else high |= byte << 31;
      if (byte < 0x80) {
        this.next = p;
        this.high = high >>> 0;
        this.damage = DAMAGE_NONE;
        return low >>> 0;
      }
    }
    return this.#fail(DAMAGE_VARINT, p);
  }

  /**
   * Reads a length prefix.
   * @returns the length, at most `end - next`; 0 with `damage` set when it is no varint or runs past `end`
   */
  readLength(bytes: Uint8Array, start: number, end: number): number {
    const length = this.read(bytes, start, end);
    if (this.damage !== DAMAGE_NONE) return 0;
    if (this.high !== 0 || length > end - this.next) return this.#fail(DAMAGE_TRUNCATED, start);
    return length;
  }

  #fail(damage: number, position: number): number {
    this.damage = damage;
    this.next = position;
    this.high = 0;
    return 0;
  }
}
