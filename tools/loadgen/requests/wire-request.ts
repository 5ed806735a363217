/**
 * A request as bytes that can be sent again as new: it knows where its times and trace ids are, and overwrites them in
 * place with values of the same width. So a pool of requests is encoded once and costs next to nothing per sending.
 */

export type Encoding = "protobuf" | "json";

export interface WireRequest {
  readonly encoding: Encoding;
  readonly records: number;
  /** Uncompressed. Written to by stamp(). */
  readonly bytes: Uint8Array;
  /** Where a time begins: a fixed64, or 19 decimal digits. */
  readonly timeOffsets: Uint32Array;
  /** Where a trace id begins: 16 bytes, or 32 hex digits. */
  readonly traceOffsets: Uint32Array;
}

const NANOS_PER_MILLI = 1_000_000n;
/** Records of one request follow each other at this distance. */
const STEP_NANOS = 1_000;
const DIGIT_ZERO = 0x30;
/** Digits of unix milliseconds at the head of 19 digits of nanoseconds: right from 2001 to 2286. */
const MILLI_DIGITS = 13;
const ID_DIGITS = 8;

/**
 * Gives every time the value `nowMs` and replaces the first four bytes of every trace id by `use`, so that a trace of
 * the request stays one trace but is not the one it was before.
 * @param use a number that this request never had before, 0..2^32-1
 */
export function stamp(request: WireRequest, nowMs: number, use: number): void {
  if (request.encoding === "protobuf") stampProtobuf(request, nowMs, use);
  else stampJson(request, nowMs, use);
}

function stampProtobuf({ bytes, timeOffsets, traceOffsets }: WireRequest, nowMs: number, use: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nanos = BigInt(Math.floor(nowMs)) * NANOS_PER_MILLI;
  let high = Number(nanos >> 32n);
  let low = Number(nanos & 0xffffffffn);
  for (const offset of timeOffsets) {
    view.setUint32(offset, low, true);
    view.setUint32(offset + 4, high, true);
    low += STEP_NANOS;
    if (low >= 2 ** 32) {
      low -= 2 ** 32;
      high++;
    }
  }
  for (const offset of traceOffsets) view.setUint32(offset, use);
}

function stampJson({ bytes, timeOffsets, traceOffsets }: WireRequest, nowMs: number, use: number): void {
  const time = new Uint8Array(MILLI_DIGITS);
  let rest = Math.floor(nowMs);
  for (let index = MILLI_DIGITS - 1; index >= 0; index--) {
    time[index] = DIGIT_ZERO + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  for (const offset of timeOffsets) bytes.set(time, offset);
  const id = Buffer.from(use.toString(16).padStart(ID_DIGITS, "0"), "latin1");
  for (const offset of traceOffsets) bytes.set(id, offset);
}
