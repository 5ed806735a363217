/**
 * What PostHog's log capture would refuse or lose, mended on the way out (contract: one record with a time above the
 * signed 64-bit range refuses the whole request; time 0 becomes the server's now, observed time is ignored): an absent or
 * zero time becomes the observed time, else the time of reception; a time out of range becomes the time of reception.
 * Ids of a wrong length were removed when the record was encoded. The mend is one field appended: of a repeated scalar
 * the last value counts.
 */
import { ByteWriter } from "./byte-writer.ts";

const TAG_TIME = 0x09;
const TAG_OBSERVED = 0x59;
const TIME_FIELD_BYTES = 9;

export interface PosthogSanitizeCounts {
  timestamps: number;
}

/** @param counts running totals of what was mended */
export function posthogSanitizer(
  counts: PosthogSanitizeCounts,
): (payload: Uint8Array, start: number, end: number, receivedWallMs: number) => Uint8Array | undefined {
  const writer = new ByteWriter(4096);
  const times = new RecordTimes();
  return (payload, start, end, receivedWallMs) => {
    times.read(payload, start, end);
    if (times.isPresent && !times.isOutOfRange) return undefined;
    writer.reset();
    writer.raw(payload, start, end);
    writer.ensure(TIME_FIELD_BYTES);
    writer.byte(TAG_TIME);
    if (!times.isPresent && times.observedAt >= 0) writer.raw(payload, times.observedAt, times.observedAt + 8);
    else writer.unixNanos(Math.floor(receivedWallMs));
    counts.timestamps++;
    return writer.copy();
  };
}

/** Finds the two times of a LogRecord among its top-level fields. */
class RecordTimes {
  isPresent = false;
  /** The time is above 2^63 - 1 nanoseconds. */
  isOutOfRange = false;
  /** Position of a usable observed time, or -1. */
  observedAt = -1;

  read(bytes: Uint8Array, start: number, end: number): void {
    this.isPresent = false;
    this.isOutOfRange = false;
    this.observedAt = -1;
    for (let p = start; p < end; ) {
      const tag = bytes[p];
      if (tag === TAG_TIME) this.#time(bytes, p + 1);
      else if (tag === TAG_OBSERVED) this.#observed(bytes, p + 1);
      p = skipField(bytes, p, end);
    }
  }

  #time(bytes: Uint8Array, at: number): void {
    this.isPresent = !isZero(bytes, at);
    this.isOutOfRange = bytes[at + 7] >= 0x80;
  }

  #observed(bytes: Uint8Array, at: number): void {
    this.observedAt = isZero(bytes, at) || bytes[at + 7] >= 0x80 ? -1 : at;
  }
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < 8; i++) if (bytes[at + i] !== 0) return false;
  return true;
}

/** Position behind the field at `p`; the record was validated when it was received. */
export function skipField(bytes: Uint8Array, p: number, end: number): number {
  const wire = bytes[p] & 7;
  let at = p;
  while (at < end && bytes[at] >= 0x80) at++;
  at++;
  if (wire === 1) return at + 8;
  if (wire === 5) return at + 4;
  let length = 0;
  let scale = 1;
  while (at < end) {
    const byte = bytes[at++];
    length += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) break;
  }
  return wire === 2 ? at + length : at;
}
