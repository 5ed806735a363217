/**
 * The OTLP logs schema (opentelemetry-proto 1.11: logs/v1, common/v1, resource/v1) as far as a walk over encoded
 * messages needs it: one flat table from message kind and field number to the wire type, to whether the field is a
 * string, and to the kind of a nested message. Field numbers above 15 are unknown to every message here and are
 * skipped.
 */
export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
export const WIRE_FIXED32 = 5;

export const KIND_REQUEST = 0;
export const KIND_RESOURCE_LOGS = 1;
export const KIND_SCOPE_LOGS = 2;
const KIND_RESOURCE = 3;
const KIND_SCOPE = 4;
const KIND_ENTITY_REF = 5;
export const KIND_RECORD = 6;
export const KIND_ANY_VALUE = 7;
const KIND_ARRAY = 8;
const KIND_KEY_VALUE_LIST = 9;
export const KIND_KEY_VALUE = 10;

/** Tags (field number << 3 | wire type) of envelopes and of the LogRecord, and numbers of attribute fields. */
export const TAG_RESOURCE_LOGS = 0x0a;
export const TAG_RESOURCE = 0x0a;
export const TAG_SCOPE_LOGS = 0x12;
export const TAG_LOG_RECORD = 0x12;
export const TAG_TIME = 0x09;
export const TAG_SEVERITY_NUMBER = 0x10;
export const TAG_SEVERITY_TEXT = 0x1a;
export const TAG_BODY = 0x2a;
export const TAG_RECORD_ATTRIBUTE = 0x32;
export const TAG_DROPPED_ATTRIBUTES = 0x38;
export const TAG_FLAGS = 0x45;
export const TAG_TRACE_ID = 0x4a;
export const TAG_SPAN_ID = 0x52;
export const TAG_OBSERVED_TIME = 0x59;
export const TAG_EVENT_NAME = 0x62;
export const FIELD_RECORD_ATTRIBUTES = 6;
export const FIELD_RESOURCE_ATTRIBUTES = 1;

/** Bits of a table entry: 0-2 wire type, then the flags, then the kind of a nested message. 0: an unknown field. */
export const FIELD_WIRE_TYPE = 7;
const FIELD_KNOWN = 8;
export const FIELD_STRING = 16;
export const FIELD_STRINDEX = 32;
export const FIELD_CHILD_SHIFT = 8;

/** A message: its kind, and the numbers of its fields by wire type and use. */
interface MessageFields {
  readonly kind: number;
  readonly strings?: readonly number[];
  readonly bytes?: readonly number[];
  readonly varints?: readonly number[];
  readonly fixed64?: readonly number[];
  readonly fixed32?: readonly number[];
  /** String-table indexes of Profiles, which have no meaning in logs. */
  readonly strindexes?: readonly number[];
  /** Nested messages: field number and kind. */
  readonly nested?: readonly (readonly [field: number, kind: number])[];
}

/** Messages that the walks read level by level (ResourceLogs, ScopeLogs, LogRecord) are fields of bytes here. */
const MESSAGES: readonly MessageFields[] = [
  { kind: KIND_REQUEST, bytes: [1] },
  { kind: KIND_RESOURCE_LOGS, strings: [3], bytes: [2], nested: [[1, KIND_RESOURCE]] },
  { kind: KIND_SCOPE_LOGS, strings: [3], bytes: [2], nested: [[1, KIND_SCOPE]] },
  {
    kind: KIND_RESOURCE,
    varints: [2],
    nested: [
      [1, KIND_KEY_VALUE],
      [3, KIND_ENTITY_REF],
    ],
  },
  { kind: KIND_SCOPE, strings: [1, 2], varints: [4], nested: [[3, KIND_KEY_VALUE]] },
  { kind: KIND_ENTITY_REF, strings: [1, 2, 3, 4] },
  {
    kind: KIND_RECORD,
    strings: [3, 12],
    bytes: [9, 10],
    varints: [2, 7],
    fixed64: [1, 11],
    fixed32: [8],
    nested: [
      [5, KIND_ANY_VALUE],
      [6, KIND_KEY_VALUE],
    ],
  },
  {
    kind: KIND_ANY_VALUE,
    strings: [1],
    bytes: [7],
    varints: [2, 3],
    fixed64: [4],
    strindexes: [8],
    nested: [
      [5, KIND_ARRAY],
      [6, KIND_KEY_VALUE_LIST],
    ],
  },
  { kind: KIND_ARRAY, nested: [[1, KIND_ANY_VALUE]] },
  { kind: KIND_KEY_VALUE_LIST, nested: [[1, KIND_KEY_VALUE]] },
  { kind: KIND_KEY_VALUE, strings: [1], strindexes: [3], nested: [[2, KIND_ANY_VALUE]] },
];

/** Entry of field `f` (1..15) of kind `k` at `k << 4 | f`. Never written to after this module is evaluated. */
export const WIRE_FIELDS: Uint16Array = buildTable();

function buildTable(): Uint16Array {
  const table = new Uint16Array(MESSAGES.length << 4);
  for (const { kind, strings, bytes, varints, fixed64, fixed32, strindexes, nested = [] } of MESSAGES) {
    const add = (fields: readonly number[] = [], bits = 0): void => {
      for (const field of fields) table[(kind << 4) | field] = FIELD_KNOWN | bits;
    };
    add(strings, WIRE_BYTES | FIELD_STRING);
    add(bytes, WIRE_BYTES);
    add(varints, WIRE_VARINT);
    add(fixed64, WIRE_FIXED64);
    add(fixed32, WIRE_FIXED32);
    add(strindexes, WIRE_VARINT | FIELD_STRINDEX);
    for (const [field, child] of nested) add([field], WIRE_BYTES | (child << FIELD_CHILD_SHIFT));
  }
  return table;
}

/** Whether no field of the LogRecord has the number of this tag; numbers above 15 are unknown, 0 is no number. */
export function isUnknownRecordField(tag: number): boolean {
  const field = tag >>> 3;
  return field > 15 || (field !== 0 && WIRE_FIELDS[(KIND_RECORD << 4) | field] === 0);
}
