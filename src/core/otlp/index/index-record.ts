/**
 * Walks one LogRecord and writes its row of the batch's columns: the hottest code of the product. One pass over the
 * wire format with all state in local variables. Fields in the usual order and form are checked in place; every other
 * field goes to the general switch below. Nothing is allocated, nothing is thrown.
 */
import type { LogBatch } from "../../../model/log-batch.ts";
import {
  BODY_BYTES,
  BODY_NONE,
  BODY_STRING,
  MARK_BAD_SPAN_ID,
  MARK_BAD_TRACE_ID,
  MARK_HAS_EVENT_NAME,
  MARK_OWN_EVENT,
  MARK_STRINDEX,
} from "../../../model/log-batch.ts";
import { isOwnEvent, marksOfKey } from "../wire/attribute-key.ts";
import { DAMAGE_NONE, DAMAGE_TAG, DAMAGE_WIRE_TYPE } from "../wire/damage.ts";
import { isAllZero, unixMs } from "../wire/fixed-bytes.ts";
import { MessageWalker } from "../wire/message-walker.ts";
import { isPlainScalar, stringOffset } from "../wire/plain-value.ts";
import { ValueReader } from "../wire/value-reader.ts";
import { VarintReader } from "../wire/varint-reader.ts";
import {
  isUnknownRecordField,
  KIND_ANY_VALUE,
  KIND_KEY_VALUE,
  TAG_BODY,
  TAG_DROPPED_ATTRIBUTES,
  TAG_EVENT_NAME,
  TAG_FLAGS,
  TAG_OBSERVED_TIME,
  TAG_RECORD_ATTRIBUTE,
  TAG_SEVERITY_NUMBER,
  TAG_SEVERITY_TEXT,
  TAG_SPAN_ID,
  TAG_TIME,
  TAG_TRACE_ID,
  WIRE_BYTES,
} from "../wire/wire-schema.ts";
import { rulesOutJson, severityOf } from "./record-severity.ts";

// Constants of the module are folded into the code; an imported binding is read and checked at every use.
const TIME = TAG_TIME;
const SEVERITY_NUMBER = TAG_SEVERITY_NUMBER;
const SEVERITY_TEXT = TAG_SEVERITY_TEXT;
const BODY = TAG_BODY;
const ATTRIBUTE = TAG_RECORD_ATTRIBUTE;
const TRACE_ID = TAG_TRACE_ID;
const SPAN_ID = TAG_SPAN_ID;
const OBSERVED_TIME = TAG_OBSERVED_TIME;
/** Tags of the key and the value in a KeyValue. */
const KEY = 0x0a;
const VALUE = 0x12;
const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

export class RecordIndexer {
  readonly #varints = new VarintReader();
  readonly #walker = new MessageWalker();
  readonly #values = new ValueReader();

  /**
   * Validates the LogRecord whose content is [start, end) and appends its row; the columns must have room for it.
   * @param scope row of the scope table
   * @returns DAMAGE_NONE, or the damage; the batch is then unchanged
   */
  // The one function above the limit of 60 lines: two halves would pass its local variables through memory, which costs
  // a third of the speed (measured with test/bench/micro-index.ts).
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
    let bodyKind: number = BODY_NONE;
    let trace = 0;
    let traceLength = 0;
    let span = 0;
    let spanLength = 0;
    let eventStart = 0;
    let eventEnd = 0;
    let marks = 0;
    let p = start;
    while (p < end) {
      // The fields in the order of their numbers, as most encoders write them, with lengths below 128.
      let tag = bytes[p];
      if (tag === TIME && end - p >= 9) {
        time = p + 1;
        p += 9;
        tag = p < end ? bytes[p] : 0;
      }
      if (tag === SEVERITY_NUMBER && end - p >= 2 && bytes[p + 1] < 0x80) {
        severityNumber = bytes[p + 1];
        p += 2;
        tag = p < end ? bytes[p] : 0;
      }
      if (tag === SEVERITY_TEXT && end - p >= 2 && bytes[p + 1] < 0x80 && bytes[p + 1] <= end - p - 2) {
        textStart = p + 2;
        textEnd = textStart + bytes[p + 1];
        p = textEnd;
        tag = p < end ? bytes[p] : 0;
      }
      if (tag === BODY && end - p >= 5) {
        let length = bytes[p + 1];
        let value = p + 2;
        if (length >= 0x80 && bytes[value] < 0x80) length = (length & 0x7f) | (bytes[value++] << 7);
        const next = value + length;
        const offset = next <= end ? stringOffset(bytes, value, next) : 0;
        if (offset !== 0) {
          bodyKind = BODY_STRING;
          bodyStart = value + offset;
          bodyEnd = next;
          p = next;
          tag = p < end ? bytes[p] : 0;
        }
      }
      while (tag === ATTRIBUTE && end - p >= 6) {
        const length = bytes[p + 1];
        const next = p + 2 + length;
        const keyLength = bytes[p + 3];
        const keyEnd = p + 4 + keyLength;
        if (length >= 0x80 || next > end || bytes[p + 2] !== KEY || keyEnd + 2 > next) break;
        if (bytes[keyEnd] !== VALUE || keyEnd + 2 + bytes[keyEnd + 1] !== next) break;
        if (stringOffset(bytes, keyEnd + 2, next) === 0 && !isPlainScalar(bytes, keyEnd + 2, next)) break;
        if (keyLength > 8) marks |= marksOfKey(bytes, p + 4, keyEnd);
        p = next;
        tag = p < end ? bytes[p] : 0;
      }
      if (tag === TAG_FLAGS && end - p >= 5) {
        p += 5;
        tag = p < end ? bytes[p] : 0;
      }
      if (tag === TRACE_ID && end - p >= 18 && bytes[p + 1] === TRACE_ID_BYTES) {
        trace = p + 2;
        traceLength = TRACE_ID_BYTES;
        p += 18;
        tag = p < end ? bytes[p] : 0;
      }
      if (tag === SPAN_ID && end - p >= 10 && bytes[p + 1] === SPAN_ID_BYTES) {
        span = p + 2;
        spanLength = SPAN_ID_BYTES;
        p += 10;
        tag = p < end ? bytes[p] : 0;
      }
      if (tag === OBSERVED_TIME && end - p >= 9) {
        observed = p + 1;
        p += 9;
        tag = p < end ? bytes[p] : 0;
      }
      if (p >= end) break;

      // One field in any order and form.
      const fieldStart = p;
      p++;
      if (tag >= 0x80) {
        tag = varints.read(bytes, fieldStart, end);
        if (varints.damage !== DAMAGE_NONE) return varints.damage;
        if (varints.high !== 0) return DAMAGE_TAG;
        p = varints.next;
      }
      if ((tag & 7) !== WIRE_BYTES) {
        const next = walker.skipField(bytes, p, end, tag & 7);
        switch (tag) {
          case TIME:
            time = p;
            break;
          case SEVERITY_NUMBER:
            severityNumber = next < 0 ? 0 : varints.read(bytes, p, end) | 0;
            break;
          case OBSERVED_TIME:
            observed = p;
            break;
          case TAG_DROPPED_ATTRIBUTES:
          case TAG_FLAGS:
            break;
          default:
            if (!isUnknownRecordField(tag)) return tag >>> 3 === 0 ? DAMAGE_TAG : DAMAGE_WIRE_TYPE;
        }
        if (next < 0) return -next;
        p = next;
        continue;
      }
      const length = varints.readLength(bytes, p, end);
      if (varints.damage !== DAMAGE_NONE) return varints.damage;
      p = varints.next;
      const next = p + length;
      switch (tag) {
        case SEVERITY_TEXT:
          textStart = p;
          textEnd = next;
          break;
        case BODY: {
          const damage = walker.validate(bytes, KIND_ANY_VALUE, p, next);
          if (damage !== DAMAGE_NONE) return damage;
          // A second body merges into the first: the last member of the oneof wins; an empty message changes nothing.
          const values = this.#values;
          values.kind = -1;
          values.mergeValue(bytes, p, next);
          if (values.kind >= 0) {
            bodyKind = values.kind;
            const inner = bodyKind === BODY_STRING || bodyKind === BODY_BYTES || bodyKind === BODY_NONE;
            bodyStart = inner ? values.start : p;
            bodyEnd = inner ? values.end : next;
          }
          break;
        }
        case ATTRIBUTE: {
          const damage = walker.validate(bytes, KIND_KEY_VALUE, p, next);
          if (damage !== DAMAGE_NONE) return damage;
          this.#values.readKeyValue(bytes, p, next);
          marks |= marksOfKey(bytes, this.#values.keyStart, this.#values.keyEnd);
          break;
        }
        case TRACE_ID:
          trace = p;
          traceLength = length;
          break;
        case SPAN_ID:
          span = p;
          spanLength = length;
          break;
        case TAG_EVENT_NAME:
          eventStart = p;
          eventEnd = next;
          break;
        default:
          if (!isUnknownRecordField(tag)) return tag >>> 3 === 0 ? DAMAGE_TAG : DAMAGE_WIRE_TYPE;
      }
      p = next;
    }

    if (walker.sawStrindex) marks |= MARK_STRINDEX;
    if (traceLength !== 0 && (traceLength !== TRACE_ID_BYTES || isAllZero(bytes, trace, TRACE_ID_BYTES))) {
      marks |= MARK_BAD_TRACE_ID;
      trace = 0;
    }
    if (spanLength !== 0 && (spanLength !== SPAN_ID_BYTES || isAllZero(bytes, span, SPAN_ID_BYTES))) {
      marks |= MARK_BAD_SPAN_ID;
      span = 0;
    }
    if (eventStart !== eventEnd) {
      marks |= isOwnEvent(bytes, eventStart, eventEnd) ? MARK_HAS_EVENT_NAME | MARK_OWN_EVENT : MARK_HAS_EVENT_NAME;
    }
    const textBody = bodyKind === BODY_STRING && bodyStart < bodyEnd;
    let ms = time === 0 ? 0 : unixMs(bytes, time);
    if (ms === 0 && observed !== 0 && (time === 0 || isAllZero(bytes, time, 8))) ms = unixMs(bytes, observed);
    const row = batch.recordCount++;
    batch.recordStart[row] = start;
    batch.recordEnd[row] = end;
    batch.bodyStart[row] = bodyStart;
    batch.bodyEnd[row] = bodyEnd;
    batch.bodyKind[row] = bodyKind;
    batch.severity[row] =
      severityNumber > 0 && severityNumber < 25 && (!textBody || rulesOutJson(bytes[bodyStart]))
        ? severityNumber
        : severityOf(bytes, severityNumber, textStart, textEnd, textBody ? bodyStart : bodyEnd, bodyEnd);
    batch.timeMs[row] = ms;
    batch.traceStart[row] = traceLength === 0 ? 0 : trace;
    batch.spanStart[row] = spanLength === 0 ? 0 : span;
    batch.eventStart[row] = eventStart;
    batch.eventEnd[row] = eventEnd;
    batch.marks[row] = marks;
    batch.scope[row] = scope;
    return DAMAGE_NONE;
  }
}
