/**
 * Replaces ill-formed UTF-8 as the decoder of the WHATWG Encoding Standard does, so that a repaired string equals the
 * result of `TextDecoder`. OTLP forbids ill-formed strings: strict receivers refuse a whole batch because of one.
 */
import type { ByteWriter } from "./byte-writer.ts";
import { sequenceLength } from "./utf8.ts";

/** Appends [start, end) with U+FFFD for every ill-formed subpart; the result is at most three times as long. */
export function writeRepaired(bytes: Uint8Array, start: number, end: number, out: ByteWriter): void {
  let copied = start;
  let p = start;
  while (p < end) {
    if (bytes[p] < 0x80) {
      p++;
      continue;
    }
    const length = sequenceLength(bytes, p, end);
    if (length > 0) {
      p += length;
      continue;
    }
    out.raw(bytes, copied, p);
    out.byte(0xef);
    out.byte(0xbf);
    out.byte(0xbd);
    p -= length;
    copied = p;
  }
  out.raw(bytes, copied, end);
}
