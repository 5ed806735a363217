/**
 * Replaces ill-formed UTF-8 as the WHATWG Encoding Standard's decoder does, so that what we repair equals what
 * `TextDecoder` would show. OTLP forbids ill-formed strings, and one of them makes strict receivers refuse a whole batch.
 */
import type { ByteWriter } from "./byte-writer.ts";
import { sequenceLength } from "./utf8.ts";

/** Appends [start, end) with every ill-formed subpart replaced by U+FFFD; at most three times as long. */
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
