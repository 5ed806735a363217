/**
 * Finds out whether the string fields of a validated message, nested messages included, are well-formed UTF-8. Only
 * survivors are checked. Iterative, with as many frames as the strict walk has.
 */
import { MAX_FRAMES } from "./message-walker.ts";
import { findNonAscii, isUtf8 } from "./utf8.ts";
import { VarintReader } from "./varint-reader.ts";
import { FIELD_CHILD_SHIFT, FIELD_STRING, WIRE_BYTES, WIRE_FIELDS, WIRE_FIXED32, WIRE_FIXED64 } from "./wire-schema.ts";

export class Utf8Walker {
  readonly #varints = new VarintReader();
  readonly #ends = new Uint32Array(MAX_FRAMES);
  readonly #kinds = new Uint8Array(MAX_FRAMES);

  /**
   * @param rootKind KIND_* of the message whose content (or run of whole fields) is [start, rootEnd)
   * @returns whether every string in it is well-formed
   */
  isClean(bytes: Uint8Array, rootKind: number, start: number, rootEnd: number): boolean {
    let kind = rootKind;
    let end = rootEnd;
    let frames = 0;
    // All bytes up to here, from the top-level field scanned last, are ASCII. One scan covers many short fields, and
    // only top-level fields are scanned, so that no byte is read once for every level around it.
    let ascii = -1;
    let p = start;
    for (;;) {
      while (p === end) {
        if (frames === 0) return true;
        frames--;
        end = this.#ends[frames];
        kind = this.#kinds[frames];
      }
      let tag = bytes[p++];
      if (tag >= 0x80) {
        tag = this.#varints.read(bytes, p - 1, end);
        p = this.#varints.next;
      }
      const wireType = tag & 7;
      if (wireType === WIRE_BYTES) {
        let length = bytes[p];
        if (length < 0x80) p++;
        else {
          length = this.#varints.read(bytes, p, end);
          p = this.#varints.next;
        }
        const field = tag >>> 3;
        const spec = field < 16 ? WIRE_FIELDS[(kind << 4) | field] : 0;
        const child = spec >>> FIELD_CHILD_SHIFT;
        if (frames === 0 && spec >= FIELD_STRING && ascii < p) ascii = findNonAscii(bytes, p, rootEnd);
        if (frames === 0 && ascii >= p + length) {
          // All strings in a field of pure ASCII are well-formed.
          p += length;
        } else if (child !== 0) {
          this.#ends[frames] = end;
          this.#kinds[frames] = kind;
          frames++;
          end = p + length;
          kind = child;
        } else {
          if ((spec & FIELD_STRING) !== 0 && !isUtf8(bytes, p, p + length)) return false;
          p += length;
        }
      } else if (wireType === WIRE_FIXED64) p += 8;
      else if (wireType === WIRE_FIXED32) p += 4;
      else {
        while (bytes[p] >= 0x80) p++;
        p++;
      }
    }
  }
}
