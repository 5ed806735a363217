/**
 * Repairs what PostHog's log capture would refuse or lose. It refuses a whole request for one time above the signed
 * 64-bit range, replaces time 0 by its own clock, ignores the observed time, and refuses requests above its limit. So a
 * time that is absent, 0 or out of range becomes the observed time, or else the time of reception; and the body of a
 * record that is too large for any request is cut. Ids were repaired when the record was encoded.
 */
import { ByteWriter, varintSize } from "../wire/byte-writer.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { ValueReader } from "../wire/value-reader.ts";
import { TAG_BODY, TAG_TIME } from "../wire/wire-schema.ts";
import type { RecordSanitizer } from "./record-table.ts";

export interface PosthogSanitizeCounts {
  /** Records whose time was set. */
  timestamps: number;
  /** Records whose body was cut. */
  truncated: number;
}

/** Uncompressed bytes of a request that PostHog's capture and the queue behind it are known to accept. */
const POSTHOG_REQUEST_BYTES = 900_000;

const FIELD_TIME = 1;
const FIELD_BODY = 5;
const FIELD_OBSERVED = 11;
const TIME_FIELD_BYTES = 9;

/** Attribute `lipservice.truncated` = true, encoded. */
const TRUNCATED_ATTRIBUTE = truncatedAttribute();

/**
 * Makes the sanitizer of a PostHog exporter.
 * @param counts running totals of repairs
 * @param maxRequestBytes a record whose request would be larger has its body cut; if its other parts alone are too
 *   large it stays as it is, and the destination refuses it
 */
export function posthogSanitizer(
  counts: PosthogSanitizeCounts,
  maxRequestBytes: number = POSTHOG_REQUEST_BYTES,
): RecordSanitizer {
  const out = new ByteWriter(4096);
  const layout = new RecordLayout();
  return (payload, start, end, receivedWallMs, overheadBytes) => {
    layout.read(payload, start, end);
    const size = end - start + (layout.timeIsGood ? 0 : TIME_FIELD_BYTES);
    const excess = size + overheadBytes - maxRequestBytes;
    const cut = excess > 0 && layout.canLose(excess + TRUNCATED_ATTRIBUTE.length);
    if (layout.timeIsGood && !cut) return undefined;
    out.reset();
    if (cut) {
      writeWithBodyCut(payload, start, end, layout, excess + TRUNCATED_ATTRIBUTE.length, out);
      counts.truncated++;
    } else out.raw(payload, start, end);
    if (!layout.timeIsGood) {
      // An appended field is enough: of a repeated scalar the last value counts.
      out.byte(TAG_TIME);
      if (layout.observedAt >= 0) out.raw(payload, layout.observedAt, layout.observedAt + 8);
      else out.unixNanos(Math.max(0, Math.floor(receivedWallMs)));
      counts.timestamps++;
    }
    return out.copy();
  };
}

function writeWithBodyCut(
  payload: Uint8Array,
  start: number,
  end: number,
  layout: RecordLayout,
  excess: number,
  out: ByteWriter,
): void {
  const textEnd = characterBoundary(payload, layout.textStart, layout.textEnd - excess);
  const textSize = textEnd - layout.textStart;
  out.raw(payload, start, layout.bodyFieldStart);
  out.byte(TAG_BODY);
  out.varint(1 + varintSize(textSize) + textSize);
  out.byte(0x0a);
  out.varint(textSize);
  out.raw(payload, layout.textStart, textEnd);
  out.raw(payload, layout.textEnd, end);
  out.raw(TRUNCATED_ATTRIBUTE, 0, TRUNCATED_ATTRIBUTE.length);
}

/** @returns the last position up to `end` that is between two characters of the well-formed text from `start` on */
function characterBoundary(bytes: Uint8Array, start: number, end: number): number {
  let p = end;
  while (p > start && (bytes[p] & 0xc0) === 0x80) p--;
  return p;
}

/** Where a LogRecord has its times, and its last body, the one that counts, if that is one string. */
class RecordLayout {
  /** The time is present, not 0, and below 2^63. */
  timeIsGood = false;
  /** Position of a usable observed time, or -1. */
  observedAt = -1;
  /** Start of the body's field and range of its text, whose end is also the field's; empty if it is not one string. */
  bodyFieldStart = 0;
  textStart = 0;
  textEnd = 0;
  readonly #fields = new ValueReader();

  read(bytes: Uint8Array, start: number, end: number): void {
    const fields = this.#fields;
    this.timeIsGood = false;
    this.observedAt = -1;
    this.textStart = 0;
    this.textEnd = 0;
    for (let p = start; p < end; ) {
      const next = fields.nextField(bytes, p, end);
      if (fields.field === FIELD_TIME) this.timeIsGood = isUsable(bytes, fields.contentStart);
      else if (fields.field === FIELD_OBSERVED) {
        this.observedAt = isUsable(bytes, fields.contentStart) ? fields.contentStart : -1;
      } else if (fields.field === FIELD_BODY) {
        this.bodyFieldStart = p;
        this.#readBody(bytes, fields.contentStart, next);
      }
      p = next;
    }
  }

  /** Whether the body's text is at least this long. */
  canLose(bytes: number): boolean {
    return this.textEnd - this.textStart >= bytes;
  }

  #readBody(bytes: Uint8Array, start: number, end: number): void {
    const isText = start < end && this.#fields.nextField(bytes, start, end) === end && this.#fields.field === 1;
    this.textStart = isText ? this.#fields.contentStart : end;
    this.textEnd = end;
  }
}

/** Whether the fixed64 at `at` is neither 0 nor above 2^63 - 1. */
function isUsable(bytes: Uint8Array, at: number): boolean {
  if (bytes[at + 7] >= 0x80) return false;
  for (let index = 0; index < 8; index++) if (bytes[at + index] !== 0) return true;
  return false;
}

function truncatedAttribute(): Uint8Array {
  const key = encodeUtf8("lipservice.truncated");
  return Uint8Array.of(0x32, 2 + key.length + 4, 0x0a, key.length, ...key, 0x12, 2, 0x10, 1);
}
