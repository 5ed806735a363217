/**
 * Reads details of single records of an indexed batch from its bytes: stamps of a peer, an attribute by key, a
 * substring of the body. Used for records of trusted peers and for those that rules match by attributes or body.
 */
import type { LogBatch } from "../../../model/log-batch.ts";
import { BODY_DOUBLE, BODY_INT, BODY_STRING, MARK_HAS_STAMPS } from "../../../model/log-batch.ts";
import { encodeUtf8 } from "../wire/utf8.ts";
import { ValueReader } from "../wire/value-reader.ts";
import { VarintReader } from "../wire/varint-reader.ts";
import { FIELD_RECORD_ATTRIBUTES, FIELD_RESOURCE_ATTRIBUTES } from "../wire/wire-schema.ts";

/** Stamps that a record came with; the caller decides whether they count (receivers.otlp.trust_weights). */
export interface IncomingStamps {
  /** lipservice.weight, finite and >= 0; undefined if absent or malformed. */
  readonly weight: number | undefined;
  /** sampling.threshold as the probability 1 - T/2^56, in (0, 1]; undefined if absent or malformed. */
  readonly probability: number | undefined;
  /** sampling.randomness, 14 hex digits in lower case; undefined if absent or malformed. */
  readonly randomness: string | undefined;
}

const NO_STAMPS: IncomingStamps = { weight: undefined, probability: undefined, randomness: undefined };

const WEIGHT = encodeUtf8("lipservice.weight");
const THRESHOLD = encodeUtf8("sampling.threshold");
const RANDOMNESS = encodeUtf8("sampling.randomness");

/** Digits of T and R, which have 56 bits. */
const HEX_DIGITS = 14;

export class RecordQuery {
  /** Range in batch.bytes of the value that findAttribute found. */
  start = 0;
  end = 0;
  readonly #values = new ValueReader();
  readonly #varints = new VarintReader();

  /** Stamps of record `i`; of a repeated key the last one counts. */
  readStamps(batch: LogBatch, i: number): IncomingStamps {
    if ((batch.marks[i] & MARK_HAS_STAMPS) === 0) return NO_STAMPS;
    return {
      weight: this.#weight(batch, i),
      probability: this.#probability(batch, i),
      randomness: this.#randomness(batch, i),
    };
  }

  /**
   * Finds the last attribute with this key and a string value: in the record, else in its resource.
   * @param key UTF-8 of the key
   * @returns whether there is one; `start` and `end` are then its range
   */
  findAttribute(batch: LogBatch, i: number, key: Uint8Array): boolean {
    const values = this.#values;
    const bytes = batch.bytes;
    if (values.findString(bytes, batch.recordStart[i], batch.recordEnd[i], FIELD_RECORD_ATTRIBUTES, key)) {
      this.start = values.start;
      this.end = values.end;
      return true;
    }
    let found = false;
    const envelope = batch.resources[batch.scopes[batch.scope[i]].resource].envelope;
    for (let index = 0; index < envelope.length; index += 2) {
      if (!this.#findInResources(bytes, envelope[index], envelope[index + 1], key)) continue;
      found = true;
    }
    return found;
  }

  /** Whether attribute `key` of record `i`, or else of its resource, is the string `value`; both are UTF-8. */
  attributeEquals(batch: LogBatch, i: number, key: Uint8Array, value: Uint8Array): boolean {
    if (!this.findAttribute(batch, i, key) || this.end - this.start !== value.length) return false;
    for (let index = 0; index < value.length; index++) {
      if (batch.bytes[this.start + index] !== value[index]) return false;
    }
    return true;
  }

  /**
   * Looks into the Resources among the fields [from, to) of a ResourceLogs; repeated ones merge, so the last one wins.
   */
  #findInResources(bytes: Uint8Array, from: number, to: number, key: Uint8Array): boolean {
    const values = this.#values;
    let found = false;
    for (let p = from; p < to; ) {
      const next = values.nextField(bytes, p, to);
      if (values.field === 1 && values.findString(bytes, values.contentStart, next, FIELD_RESOURCE_ATTRIBUTES, key)) {
        this.start = values.start;
        this.end = values.end;
        found = true;
      }
      p = next;
    }
    return found;
  }

  #weight(batch: LogBatch, i: number): number | undefined {
    const values = this.#values;
    if (!values.findValue(batch.bytes, batch.recordStart[i], batch.recordEnd[i], FIELD_RECORD_ATTRIBUTES, WEIGHT)) {
      return undefined;
    }
    let weight = Number.NaN;
    if (values.kind === BODY_DOUBLE) {
      weight = new DataView(batch.bytes.buffer, batch.bytes.byteOffset + values.start, 8).getFloat64(0, true);
    } else if (values.kind === BODY_INT) {
      const low = this.#varints.read(batch.bytes, values.start, values.end);
      // A negative int64 has its top bit set.
      weight = this.#varints.high >= 0x8000_0000 ? Number.NaN : this.#varints.high * 0x1_0000_0000 + low;
    }
    return weight >= 0 && Number.isFinite(weight) ? weight : undefined;
  }

  #probability(batch: LogBatch, i: number): number | undefined {
    const digits = this.#hex(batch, i, THRESHOLD);
    if (digits === undefined) return undefined;
    // 13 digits are 52 bits, which a double represents exactly; the 14th changes no probability that we distinguish.
    const threshold =
      Number.parseInt(digits.slice(0, HEX_DIGITS - 1), 16) / 16 ** Math.min(digits.length, HEX_DIGITS - 1);
    return 1 - threshold > 0 ? 1 - threshold : undefined;
  }

  #randomness(batch: LogBatch, i: number): string | undefined {
    const digits = this.#hex(batch, i, RANDOMNESS);
    return digits?.length === HEX_DIGITS ? digits : undefined;
  }

  /** @returns 1..14 hex digits in lower case, or undefined */
  #hex(batch: LogBatch, i: number, key: Uint8Array): string | undefined {
    const values = this.#values;
    const found = values.findValue(batch.bytes, batch.recordStart[i], batch.recordEnd[i], FIELD_RECORD_ATTRIBUTES, key);
    const size = values.end - values.start;
    if (!found || values.kind !== BODY_STRING || size < 1 || size > HEX_DIGITS) return undefined;
    let digits = "";
    for (let p = values.start; p < values.end; p++) {
      const digit = Number.parseInt(String.fromCharCode(batch.bytes[p]), 16);
      if (Number.isNaN(digit)) return undefined;
      digits += digit.toString(16);
    }
    return digits;
  }
}

/**
 * Whether the body of record `i` contains the bytes of `needle`. Structured bodies are searched in their encoded form,
 * where each key and each string is contiguous. An empty needle is in every body.
 */
export function bodyContains(batch: LogBatch, i: number, needle: Uint8Array): boolean {
  const bytes = batch.bytes;
  const last = batch.bodyEnd[i] - needle.length;
  if (needle.length === 0) return true;
  const first = needle[0];
  for (let p = batch.bodyStart[i]; p <= last; p++) {
    if (bytes[p] !== first) continue;
    let matched = 1;
    while (matched < needle.length && bytes[p + matched] === needle[matched]) matched++;
    if (matched === needle.length) return true;
  }
  return false;
}
