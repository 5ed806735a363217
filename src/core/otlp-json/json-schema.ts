/**
 * The OTLP logs schema (opentelemetry-proto 1.11: logs/v1, common/v1, resource/v1) in its JSON mapping: for every
 * message its keys, and for every key the protobuf field that it becomes. Keys are lowerCamelCase; the snake_case names
 * of the proto files are accepted too, because some senders use them.
 */
import { Literal } from "./literal.ts";

/** Type of a field's JSON value, and its encoding. */
export const FIELD_STRING = 0;
export const FIELD_BOOL = 1;
export const FIELD_INT64 = 2;
export const FIELD_DOUBLE = 3;
export const FIELD_BYTES = 4;
export const FIELD_UINT32 = 5;
export const FIELD_FIXED32 = 6;
export const FIELD_FIXED64 = 7;
export const FIELD_SEVERITY = 8;
export const FIELD_TRACE_ID = 9;
export const FIELD_SPAN_ID = 10;
export const FIELD_MESSAGE = 11;
export const FIELD_MESSAGES = 12;
export const FIELD_STRINGS = 13;

/** By FIELD_* code: completes "its … is not …". */
export const WANTED: readonly string[] = [
  "a string",
  "a boolean",
  "a signed 64-bit integer",
  "a number",
  "base64 text",
  "an unsigned 32-bit integer",
  "an unsigned 32-bit integer",
  "an unsigned 64-bit integer",
  "a severity number",
  "hexadecimal text",
  "hexadecimal text",
  "an object",
  "an array of objects",
  "an array of strings",
];

export interface JsonField {
  /** lowerCamelCase name, for error messages. */
  readonly name: string;
  /** FIELD_* code. */
  readonly kind: number;
  /** Protobuf tag; one byte, as all field numbers are below 16. */
  readonly tag: number;
  /** Message code of FIELD_MESSAGE and FIELD_MESSAGES; without meaning for other kinds. */
  readonly child: number;
}

export interface JsonMessage {
  /** Bytes that are reserved for the length; a good guess saves a move. */
  readonly lengthReserve: number;
  /** The string field that most senders write first, which is tried before all keys; undefined if there is none. */
  readonly likelyFirst: LikelyField | undefined;
  /** Keys by the low seven bits of their first byte. */
  readonly keys: readonly (readonly JsonKey[])[];
}

interface LikelyField {
  /** Key, colon and the value's opening quote, without white space. */
  readonly literal: Literal;
  readonly tag: number;
}

export interface JsonKey {
  readonly field: JsonField;
  /** The key and its closing quote. */
  readonly literal: Literal;
}

export const REQUEST = 0;
const RESOURCE_LOGS = 1;
const RESOURCE = 2;
const ENTITY_REF = 3;
const SCOPE_LOGS = 4;
const SCOPE = 5;
export const LOG_RECORD = 6;
const KEY_VALUE = 7;
export const ANY_VALUE = 8;
const ARRAY_VALUE = 9;
const KEY_VALUE_LIST = 10;

type Row = readonly [name: string, field: number, kind: number, child?: number];

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;
/** Protobuf wire type by FIELD_* code. */
const WIRE_TYPES: readonly number[] = [
  DELIMITED,
  VARINT,
  VARINT,
  FIXED64,
  DELIMITED,
  VARINT,
  FIXED32,
  FIXED64,
  VARINT,
  DELIMITED,
  DELIMITED,
  DELIMITED,
  DELIMITED,
  DELIMITED,
];

/** By message code. The *Strindex keys of Profiles are left out: a receiver of logs treats them as absent. */
export const MESSAGES: readonly JsonMessage[] = [
  message(4, [["resourceLogs", 1, FIELD_MESSAGES, RESOURCE_LOGS]]),
  message(4, [
    ["resource", 1, FIELD_MESSAGE, RESOURCE],
    ["scopeLogs", 2, FIELD_MESSAGES, SCOPE_LOGS],
    ["schemaUrl", 3, FIELD_STRING],
  ]),
  message(2, [
    ["attributes", 1, FIELD_MESSAGES, KEY_VALUE],
    ["droppedAttributesCount", 2, FIELD_UINT32],
    ["entityRefs", 3, FIELD_MESSAGES, ENTITY_REF],
  ]),
  message(1, [
    ["schemaUrl", 1, FIELD_STRING],
    ["type", 2, FIELD_STRING],
    ["idKeys", 3, FIELD_STRINGS],
    ["descriptionKeys", 4, FIELD_STRINGS],
  ]),
  message(4, [
    ["scope", 1, FIELD_MESSAGE, SCOPE],
    ["logRecords", 2, FIELD_MESSAGES, LOG_RECORD],
    ["schemaUrl", 3, FIELD_STRING],
  ]),
  message(1, [
    ["name", 1, FIELD_STRING],
    ["version", 2, FIELD_STRING],
    ["attributes", 3, FIELD_MESSAGES, KEY_VALUE],
    ["droppedAttributesCount", 4, FIELD_UINT32],
  ]),
  message(2, [
    ["timeUnixNano", 1, FIELD_FIXED64],
    ["severityNumber", 2, FIELD_SEVERITY],
    ["severityText", 3, FIELD_STRING],
    ["body", 5, FIELD_MESSAGE, ANY_VALUE],
    ["attributes", 6, FIELD_MESSAGES, KEY_VALUE],
    ["droppedAttributesCount", 7, FIELD_UINT32],
    ["flags", 8, FIELD_FIXED32],
    ["traceId", 9, FIELD_TRACE_ID],
    ["spanId", 10, FIELD_SPAN_ID],
    ["observedTimeUnixNano", 11, FIELD_FIXED64],
    ["eventName", 12, FIELD_STRING],
  ]),
  message(1, [
    ["key", 1, FIELD_STRING],
    ["value", 2, FIELD_MESSAGE, ANY_VALUE],
  ]),
  message(1, [
    ["stringValue", 1, FIELD_STRING],
    ["boolValue", 2, FIELD_BOOL],
    ["intValue", 3, FIELD_INT64],
    ["doubleValue", 4, FIELD_DOUBLE],
    ["arrayValue", 5, FIELD_MESSAGE, ARRAY_VALUE],
    ["kvlistValue", 6, FIELD_MESSAGE, KEY_VALUE_LIST],
    ["bytesValue", 7, FIELD_BYTES],
  ]),
  message(1, [["values", 1, FIELD_MESSAGES, ANY_VALUE]]),
  message(1, [["values", 1, FIELD_MESSAGES, KEY_VALUE]]),
];

function message(lengthReserve: number, rows: readonly Row[]): JsonMessage {
  const keys: JsonKey[][] = Array.from({ length: 128 }, () => []);
  for (const [name, number, kind, child = REQUEST] of rows) {
    const field: JsonField = { name, kind, tag: (number << 3) | WIRE_TYPES[kind], child };
    for (const key of new Set([name, snakeCase(name)])) {
      keys[key.charCodeAt(0)].push({ field, literal: new Literal(`${key}"`) });
    }
  }
  return { lengthReserve, likelyFirst: likelyFirstOf(rows), keys };
}

/** The first field of a message, if it is a string: an attribute starts with its key, and most values are strings. */
function likelyFirstOf(rows: readonly Row[]): LikelyField | undefined {
  const [name, number, kind] = rows[0];
  if (kind !== FIELD_STRING) return undefined;
  return { literal: new Literal(`"${name}":"`), tag: (number << 3) | WIRE_TYPES[kind] };
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The key of the schema at `start`, with a quote behind it; undefined for other keys. */
export function findKey(schema: JsonMessage, text: DataView, start: number, end: number): JsonKey | undefined {
  if (start >= end) return undefined;
  const candidates = schema.keys[text.getUint8(start) & 0x7f];
  for (let index = 0; index < candidates.length; index++) {
    const key = candidates[index];
    if (key.literal.isAt(text, start, end)) return key;
  }
  return undefined;
}
