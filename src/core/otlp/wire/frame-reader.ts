/**
 * Reads the framing above the LogRecord: request, ResourceLogs, ScopeLogs, and the Resource and Scope in them. Strict:
 * damage here makes record boundaries unreliable, so it throws DecodeError.
 */
import { DAMAGE_NONE, DAMAGE_TAG, DAMAGE_WIRE_TYPE, describeDamage } from "./damage.ts";
import { DecodeError } from "./decode-error.ts";
import { MessageWalker } from "./message-walker.ts";
import { VarintReader } from "./varint-reader.ts";
import { FIELD_CHILD_SHIFT, FIELD_WIRE_TYPE, WIRE_BYTES, WIRE_FIELDS } from "./wire-schema.ts";

/** Names of messages in error sentences. */
type FrameName = "the request" | "ResourceLogs" | "ScopeLogs";

export class FrameReader {
  /** Position behind what was read last. */
  next = 0;
  /** Start of the content of the length-delimited field that `field` read last. */
  contentStart = 0;
  readonly #varints = new VarintReader();
  readonly #walker = new MessageWalker();

  /** @returns the tag at `p`; `next` is then the position after it */
  tag(bytes: Uint8Array, p: number, end: number, frame: FrameName): number {
    const first = bytes[p];
    if (first >= 0x08 && first < 0x80) {
      this.next = p + 1;
      return first;
    }
    const tag = this.#varints.read(bytes, p, end);
    if (this.#varints.damage !== DAMAGE_NONE) throw damaged(frame, this.#varints.damage, p);
    if (this.#varints.high !== 0 || tag >>> 3 === 0) throw damaged(frame, DAMAGE_TAG, p);
    this.next = this.#varints.next;
    return tag;
  }

  /** @returns the length at `p`, which ends before `end`; `next` is then the start of the content */
  length(bytes: Uint8Array, p: number, end: number, frame: FrameName): number {
    const length = this.#varints.readLength(bytes, p, end);
    if (this.#varints.damage !== DAMAGE_NONE) throw damaged(frame, this.#varints.damage, p);
    this.next = this.#varints.next;
    return length;
  }

  /**
   * Reads and validates one field that is no record and no frame, nested messages included.
   * @param kind KIND_* of the message that it is in
   * @param p position after the tag
   * @returns the position after the field; for length-delimited ones `contentStart` is set
   */
  field(bytes: Uint8Array, kind: number, tag: number, p: number, end: number, frame: FrameName): number {
    const number = tag >>> 3;
    const spec = number < 16 ? WIRE_FIELDS[(kind << 4) | number] : 0;
    if (spec !== 0 && (spec & FIELD_WIRE_TYPE) !== (tag & 7)) throw damaged(frame, DAMAGE_WIRE_TYPE, p);
    if ((tag & 7) !== WIRE_BYTES) {
      const next = this.#walker.skipField(bytes, p, end, tag & 7);
      if (next < 0) throw damaged(frame, -next, p);
      return next;
    }
    const length = this.length(bytes, p, end, frame);
    this.contentStart = this.next;
    const child = spec >>> FIELD_CHILD_SHIFT;
    if (child !== 0) {
      const damage = this.#walker.validate(bytes, child, this.contentStart, this.contentStart + length);
      if (damage !== DAMAGE_NONE) throw damaged(frame, damage, this.#walker.failedAt);
    }
    return this.contentStart + length;
  }
}

function damaged(frame: FrameName, damage: number, offset: number): DecodeError {
  return new DecodeError(`Cannot read ${frame} at byte ${offset}: ${describeDamage(damage)}`, offset);
}
