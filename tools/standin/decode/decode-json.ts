/**
 * ExportLogsServiceRequest from OTLP/JSON, as strict and as lenient as the destination: camelCase keys only, unknown
 * keys ignored, 64-bit integers as string or number, ids in hex of any length, an empty `value` or `body` object read
 * as absent, one wrong type fails the whole request. Numbers beyond 2^53 that are not strings lose precision here
 * (JSON.parse), there they do not. JSON.parse bounds nesting by the body limit alone.
 */
import { DecodeError } from "./decode-error.ts";
import type { AnyValue, KeyValue, LogRecord, LogsRequest, Resource, ResourceLogs, ScopeLogs } from "./otlp-request.ts";
import { emptyLogRecord } from "./otlp-request.ts";

type JsonObject = Readonly<Record<string, unknown>>;

const MAX_UINT64 = 2n ** 64n - 1n;
const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;

/**
 * @param document one parsed JSON value
 * @throws DecodeError naming the field that has the wrong type
 */
export function requestFromJson(document: unknown): LogsRequest {
  const request = asObject(document, "request");
  if (request["resourceLogs"] === undefined) throw new DecodeError("missing field `resourceLogs`");
  return { resourceLogs: asArray(request["resourceLogs"], "resourceLogs").map(resourceLogsFromJson) };
}

function resourceLogsFromJson(json: unknown): ResourceLogs {
  const object = asObject(json, "resourceLogs");
  optionalString(object["schemaUrl"], "schemaUrl");
  return {
    resource: isAbsent(object["resource"]) ? undefined : resourceFromJson(object["resource"]),
    scopeLogs: defaultedArray(object["scopeLogs"], "scopeLogs").map(scopeLogsFromJson),
  };
}

function resourceFromJson(json: unknown): Resource {
  const object = asObject(json, "resource");
  return { attributes: defaultedArray(object["attributes"], "attributes").map(keyValueFromJson) };
}

function scopeLogsFromJson(json: unknown): ScopeLogs {
  const object = asObject(json, "scopeLogs");
  const message: ScopeLogs = {
    scope: undefined,
    logRecords: defaultedArray(object["logRecords"], "logRecords").map(logRecordFromJson),
  };
  optionalString(object["schemaUrl"], "schemaUrl");
  if (!isAbsent(object["scope"])) {
    const scope = asObject(object["scope"], "scope");
    defaultedArray(scope["attributes"], "attributes").map(keyValueFromJson);
    message.scope = {
      name: optionalString(scope["name"], "name"),
      version: optionalString(scope["version"], "version"),
    };
  }
  return message;
}

function logRecordFromJson(json: unknown): LogRecord {
  const object = asObject(json, "logRecords");
  const record = emptyLogRecord();
  record.timeUnixNano = optionalUint64(object["timeUnixNano"], "timeUnixNano");
  optionalUint64(object["observedTimeUnixNano"], "observedTimeUnixNano");
  record.severityNumber = optionalInteger(object["severityNumber"], "severityNumber", -(2 ** 31), 2 ** 31 - 1);
  record.severityText = optionalString(object["severityText"], "severityText");
  record.body = optionalAnyValue(object["body"]);
  record.attributes.push(...defaultedArray(object["attributes"], "attributes").map(keyValueFromJson));
  optionalInteger(object["droppedAttributesCount"], "droppedAttributesCount", 0, 2 ** 32 - 1);
  record.flags = optionalInteger(object["flags"], "flags", 0, 2 ** 32 - 1);
  record.traceId = optionalHex(object["traceId"], "traceId");
  record.spanId = optionalHex(object["spanId"], "spanId");
  record.eventName = optionalString(object["eventName"], "eventName");
  return record;
}

function keyValueFromJson(json: unknown): KeyValue {
  const object = asObject(json, "attributes");
  if (object["key"] === undefined) throw new DecodeError("missing field `key`");
  return { key: optionalString(object["key"], "key"), value: optionalAnyValue(object["value"]) };
}

/** Absent, null and `{}` are all "no value": the destination patches the last into null before it decodes. */
function optionalAnyValue(json: unknown): AnyValue | undefined {
  if (isAbsent(json)) return undefined;
  const value = anyValueFromJson(json);
  return value.kind === "empty" ? undefined : value;
}

function anyValueFromJson(json: unknown): AnyValue {
  const object = asObject(json, "value");
  let value: AnyValue | undefined;
  for (const [key, inner] of Object.entries(object)) value = valueOfKey(key, inner) ?? value;
  if (value !== undefined) return value;
  if (Object.keys(object).length === 0) return { kind: "empty" };
  throw new DecodeError("invalid data for value: not empty, but no known key found");
}

function valueOfKey(key: string, inner: unknown): AnyValue | undefined {
  switch (key) {
    case "stringValue":
      return { kind: "string", value: asString(inner, key) };
    case "boolValue":
      if (typeof inner !== "boolean") throw new DecodeError("invalid type for `boolValue`, expected a boolean");
      return { kind: "bool", value: inner };
    case "intValue":
      return { kind: "int", value: asInt64(inner, key) };
    case "doubleValue":
      if (typeof inner !== "number") throw new DecodeError("invalid type for `doubleValue`, expected a number");
      return { kind: "double", value: inner };
    case "arrayValue":
      return { kind: "array", values: valuesOf(inner, key).map(anyValueFromJson) };
    case "kvlistValue":
      return { kind: "kvlist", values: valuesOf(inner, key).map(keyValueFromJson) };
    case "bytesValue":
      return { kind: "bytes", value: asBase64(inner) };
    default:
      return undefined;
  }
}

/** Unlike the messages above them, ArrayValue and KeyValueList have no defaults: `values` must be there. */
function valuesOf(json: unknown, what: string): readonly unknown[] {
  const values = asObject(json, what)["values"];
  if (values === undefined) throw new DecodeError("missing field `values`");
  return asArray(values, "values");
}

function isAbsent(json: unknown): json is undefined | null {
  return json === undefined || json === null;
}

function asObject(json: unknown, what: string): JsonObject {
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new DecodeError(`invalid type for \`${what}\`, expected an object`);
  }
  return { ...json };
}

function asArray(json: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(json)) throw new DecodeError(`invalid type for \`${what}\`, expected an array`);
  return json;
}

/** A field with a default may be missing, but not null. */
function defaultedArray(json: unknown, what: string): readonly unknown[] {
  return json === undefined ? [] : asArray(json, what);
}

function asString(json: unknown, what: string): string {
  if (typeof json !== "string") throw new DecodeError(`invalid type for \`${what}\`, expected a string`);
  return json;
}

function optionalString(json: unknown, what: string): string {
  return json === undefined ? "" : asString(json, what);
}

function optionalInteger(json: unknown, what: string, min: number, max: number): number {
  if (json === undefined) return 0;
  if (typeof json !== "number" || !Number.isInteger(json) || json < min || json > max) {
    throw new DecodeError(`invalid value for \`${what}\`, expected an integer from ${min} to ${max}`);
  }
  return json;
}

function optionalUint64(json: unknown, what: string): bigint {
  if (json === undefined) return 0n;
  const value = integerFromJson(json, what, /^\+?\d+$/);
  if (value < 0n || value > MAX_UINT64) throw new DecodeError(`\`${what}\` is out of range for u64`);
  return value;
}

function asInt64(json: unknown, what: string): bigint {
  const value = integerFromJson(json, what, /^[+-]?\d+$/);
  if (value < MIN_INT64 || value > MAX_INT64) throw new DecodeError(`\`${what}\` is out of range for i64`);
  return value;
}

function integerFromJson(json: unknown, what: string, shape: RegExp): bigint {
  if (typeof json === "number" && Number.isInteger(json)) return BigInt(json);
  if (typeof json === "string" && shape.test(json)) return BigInt(json.replace("+", ""));
  throw new DecodeError(`invalid value for \`${what}\`, expected an integer or a string containing one`);
}

function optionalHex(json: unknown, what: string): Uint8Array {
  const text = optionalString(json, what).replace(/^0x/, "");
  if (text.length % 2 !== 0 || /[^0-9a-fA-F]/.test(text)) throw new DecodeError(`invalid hex string for \`${what}\``);
  return Buffer.from(text, "hex");
}

/** Standard alphabet, padded: the decoder behind it takes nothing else. */
function asBase64(json: unknown): Uint8Array {
  const text = asString(json, "bytesValue");
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw new DecodeError("invalid base64 string for `bytesValue`");
  return bytes;
}
