/**
 * Walks one LogRecord and writes its row of the batch's columns: the hottest code of the product.
 * One pass over the wire format with all state in locals; lengths and varints of one byte and attributes of the usual
 * shape are checked in place, everything else goes to the generic walk. Nothing is allocated, nothing is thrown.
 */
import type { LogBatch } from "../../model/log-batch.ts";
import {
  BODY_BYTES,
  BODY_NONE,
  BODY_STRING,
  MARK_BAD_SPAN_ID,
  MARK_BAD_TRACE_ID,
  MARK_HAS_EVENT_NAME,
  MARK_STRINDEX,
} from "../../model/log-batch.ts";
import { SEVERITY_UNKNOWN } from "../../model/severity.ts";
import { marksOfKey } from "./attribute-key.ts";
import { BODY_LEVEL_COMPLETE, scanBodyLevel } from "./body-level.ts";
import { DAMAGE_NONE, DAMAGE_TAG, DAMAGE_TRUNCATED, DAMAGE_WIRE_TYPE } from "./damage.ts";
import { MessageWalker } from "./message-walker.ts";
import { levelOfText } from "./severity-text.ts";
import { ValueReader } from "./value-reader.ts";
import { VarintReader } from "./varint-reader.ts";
import { KIND_ANY_VALUE, KIND_KEY_VALUE, KIND_RECORD, WIRE_FIELDS } from "./wire-schema.ts";

export class RecordIndexer {
  readonly #varints = new VarintReader();
  readonly #walker = new MessageWalker();
  readonly #values = new ValueReader();

  /**
   * Validates the LogRecord whose content is [start, end) and appends its row; the columns must have room for it.
   * @param scope row of the scope table
   * @returns DAMAGE_NONE, or what is wrong with it; the batch is then unchanged
   */
  // Longer than the house's 60 lines: splitting the loop would put its locals into memory and cost a third of the speed.
  // biome-ignore lint/complexity/noExcessiveLinesPerFunction: hot loop, see above
  index(batch: LogBatch, bytes: Uint8Array, start: number, end: number, scope: number): number {
    const varints = this.#varints;
    const walker = this.#walker;
    walker.sawStrindex = false;
    let time = 0;
    let observed = 0;
    let severityNumber = 0;
    let textStart = 0;
    let textEnd = 0;
    let bodyStart = 0;
    let bodyEnd = 0;
    let bodyKind = BODY_NONE;
    let hasBody = false;
    let trace = 0;
    let traceLength = 0;
    let span = 0;
    let spanLength = 0;
    let eventStart = 0;
    let eventEnd = 0;
    let marks = 0;
    let p = start;
    while (p < end) {
      let tag = bytes[p++];
      if (tag >= 0x80) {
        tag = varints.read(bytes, p - 1, end);
        if (varints.damage !== DAMAGE_NONE) return varints.damage;
        if (varints.high !== 0) return DAMAGE_TAG;
        p = varints.next;
      }
      if ((tag & 7) === 2) {
        let length = p < end ? bytes[p] : 0x80;
        if (length < 0x80) p++;
        else {
          length = varints.readLength(bytes, p, end);
          if (varints.damage !== DAMAGE_NONE) return varints.damage;
          p = varints.next;
        }
        const next = p + length;
        if (next > end) return DAMAGE_TRUNCATED;
        switch (tag) {
          case 0x32: {
            // The usual shape: a key shorter than 128 bytes, then one value that fills the rest.
            const keyEnd = length >= 4 && bytes[p] === 0x0a && bytes[p + 1] < 0x80 ? p + 2 + bytes[p + 1] : end;
            let value = 0;
            if (keyEnd + 2 <= next && bytes[keyEnd] === 0x12) {
              const size = bytes[keyEnd + 1];
              if (size < 0x80) value = keyEnd + 2 + size === next ? keyEnd + 2 : 0;
              else if (keyEnd + 3 + (size & 0x7f) + (bytes[keyEnd + 2] << 7) === next) value = keyEnd + 3;
            }
            if (value !== 0) {
              if (keyEnd - p > 10) marks |= marksOfKey(bytes, p + 2, keyEnd);
              if (stringOffset(bytes, value, next) === 0 && !isPlainScalar(bytes, value, next)) {
                const damage = walker.validate(bytes, KIND_ANY_VALUE, value, next);
                if (damage !== DAMAGE_NONE) return damage;
              }
            } else {
              const damage = walker.validate(bytes, KIND_KEY_VALUE, p, next);
              if (damage !== DAMAGE_NONE) return damage;
              this.#values.readKeyValue(bytes, p, next);
              marks |= marksOfKey(bytes, this.#values.keyStart, this.#values.keyEnd);
            }
            break;
          }
          case 0x2a:
            if (!hasBody && stringOffset(bytes, p, next) !== 0) {
              bodyKind = BODY_STRING;
              bodyStart = p + stringOffset(bytes, p, next);
              bodyEnd = next;
            } else {
              const damage = walker.validate(bytes, KIND_ANY_VALUE, p, next);
              if (damage !== DAMAGE_NONE) return damage;
              const values = this.#values;
              // A second body merges into the first: the last member of the oneof wins, an empty message changes nothing.
              values.kind = -1;
              values.mergeValue(bytes, p, next);
              if (values.kind >= 0) {
                bodyKind = values.kind;
                const inner = bodyKind === BODY_STRING || bodyKind === BODY_BYTES || bodyKind === BODY_NONE;
                bodyStart = inner ? values.start : p;
                bodyEnd = inner ? values.end : next;
              }
            }
            hasBody = true;
            break;
          case 0x1a:
            textStart = p;
            textEnd = next;
            break;
          case 0x4a:
            trace = p;
            traceLength = length;
            break;
          case 0x52:
            span = p;
            spanLength = length;
            break;
          case 0x62:
            eventStart = p;
            eventEnd = next;
            break;
          default:
            if (!isUnknownField(tag)) return tag >>> 3 === 0 ? DAMAGE_TAG : DAMAGE_WIRE_TYPE;
        }
        p = next;
        continue;
      }
      switch (tag) {
        case 0x09:
          if (end - p < 8) return DAMAGE_TRUNCATED;
          time = p;
          p += 8;
          break;
        case 0x10:
          if (p < end && bytes[p] < 0x80) severityNumber = bytes[p++];
          else {
            severityNumber = varints.read(bytes, p, end) | 0;
            if (varints.damage !== DAMAGE_NONE) return varints.damage;
            p = varints.next;
          }
          break;
        case 0x45:
          if (end - p < 4) return DAMAGE_TRUNCATED;
          p += 4;
          break;
        case 0x59:
          if (end - p < 8) return DAMAGE_TRUNCATED;
          observed = p;
          p += 8;
          break;
        default: {
          if (tag !== 0x38 && !isUnknownField(tag)) return tag >>> 3 === 0 ? DAMAGE_TAG : DAMAGE_WIRE_TYPE;
          const next = walker.skipField(bytes, p, end, tag & 7);
          if (next < 0) return -next;
          p = next;
        }
      }
    }

    if (walker.sawStrindex) marks |= MARK_STRINDEX;
    if (traceLength !== 0 && (traceLength !== 16 || isAllZero(bytes, trace, 16))) {
      marks |= MARK_BAD_TRACE_ID;
      traceLength = 0;
    }
    if (spanLength !== 0 && (spanLength !== 8 || isAllZero(bytes, span, 8))) {
      marks |= MARK_BAD_SPAN_ID;
      spanLength = 0;
    }
    if (eventStart !== eventEnd) marks |= MARK_HAS_EVENT_NAME;
    const row = batch.recordCount++;
    batch.recordStart[row] = start;
    batch.recordEnd[row] = end;
    batch.bodyStart[row] = bodyStart;
    batch.bodyEnd[row] = bodyEnd;
    batch.bodyKind[row] = bodyKind;
    batch.severity[row] =
      severityNumber > 0 && (bodyKind !== BODY_STRING || bodyStart === bodyEnd || isPlain(bytes[bodyStart]))
        ? severityNumber > 24
          ? SEVERITY_UNKNOWN
          : severityNumber
        : severityOf(
            bytes,
            severityNumber,
            textStart,
            textEnd,
            bodyKind === BODY_STRING ? bodyStart : bodyEnd,
            bodyEnd,
          );
    const nanos = time === 0 ? 0 : fixed64(bytes, time);
    batch.timeMs[row] = Math.floor((nanos !== 0 || observed === 0 ? nanos : fixed64(bytes, observed)) / 1_000_000);
    batch.traceStart[row] = traceLength === 0 ? 0 : trace;
    batch.spanStart[row] = spanLength === 0 ? 0 : span;
    batch.eventStart[row] = eventStart;
    batch.eventEnd[row] = eventEnd;
    batch.marks[row] = marks;
    batch.scope[row] = scope;
    return DAMAGE_NONE;
  }
}

function isUnknownField(tag: number): boolean {
  const field = tag >>> 3;
  return field > 15 || (field !== 0 && WIRE_FIELDS[(KIND_RECORD << 4) | field] === 0);
}

/** @returns where the text begins inside an AnyValue [start, end) that is one string filling it, as 2 or 3; else 0 */
function stringOffset(bytes: Uint8Array, start: number, end: number): number {
  const size = end - start - 2;
  if (size < 0 || bytes[start] !== 0x0a) return 0;
  if (size < 0x80) return bytes[start + 1] === size ? 2 : 0;
  const rest = size - 1;
  return rest < 0x4000 && bytes[start + 1] === ((rest & 0x7f) | 0x80) && bytes[start + 2] === rest >>> 7 ? 3 : 0;
}

/** Whether an AnyValue [start, end) is empty, or one bool, small int or double filling it. */
function isPlainScalar(bytes: Uint8Array, start: number, end: number): boolean {
  const size = end - start;
  if (size === 0) return true;
  const tag = bytes[start];
  if (size === 2) return (tag === 0x10 || tag === 0x18) && bytes[start + 1] < 0x80;
  if (size === 3) return tag === 0x18 && bytes[start + 1] >= 0x80 && bytes[start + 2] < 0x80;
  return size === 9 && tag === 0x21;
}

/** First byte of a body that cannot begin a JSON object. */
function isPlain(byte: number): boolean {
  return byte > 0x20 && byte !== 0x7b;
}

/**
 * PostHog's rule, keeping more where in doubt: a number counts first, but a more severe level inside a JSON body beats
 * it; without a number the body's level replaces the text's, unless the scan did not see the whole body.
 */
function severityOf(
  bytes: Uint8Array,
  number: number,
  textStart: number,
  textEnd: number,
  bodyStart: number,
  bodyEnd: number,
): number {
  const scan = bodyStart === bodyEnd ? 0 : scanBodyLevel(bytes, bodyStart, bodyEnd);
  const bodyLevel = scan & ~BODY_LEVEL_COMPLETE;
  if (number > 24) return SEVERITY_UNKNOWN;
  if (number > 0) return Math.max(number, bodyLevel);
  if (bodyLevel !== 0 && (scan & BODY_LEVEL_COMPLETE) !== 0) return bodyLevel;
  return Math.max(levelOfText(bytes, textStart, textEnd), bodyLevel);
}

function isAllZero(bytes: Uint8Array, start: number, length: number): boolean {
  for (let index = 0; index < length; index++) if (bytes[start + index] !== 0) return false;
  return true;
}

/** Fixed64 at `p`, rounded to a double: exact enough for milliseconds. */
function fixed64(bytes: Uint8Array, p: number): number {
  const low = (bytes[p] | (bytes[p + 1] << 8) | (bytes[p + 2] << 16) | (bytes[p + 3] << 24)) >>> 0;
  const high = (bytes[p + 4] | (bytes[p + 5] << 8) | (bytes[p + 6] << 16) | (bytes[p + 7] << 24)) >>> 0;
  return high * 0x1_0000_0000 + low;
}
