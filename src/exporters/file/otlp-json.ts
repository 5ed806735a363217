/**
 * An ExportLogsServiceRequest as OTLP/JSON (OTLP specification, "JSON Protobuf Encoding"): lowerCamelCase names, ids in
 * hex, enums as integers, 64-bit integers as decimal strings. For files and people, not for the hot path.
 * Reads payloads that the data plane has validated: known wire types, AnyValue at most 32 levels deep.
 */
import { ValueReader } from "../../core/otlp/wire/value-reader.ts";
import { VarintReader } from "../../core/otlp/wire/varint-reader.ts";

type Scalar = "string" | "hex" | "base64" | "bool" | "int64" | "int32" | "uint32" | "fixed64" | "fixed32" | "double";
type MessageName =
  | "request"
  | "resourceLogs"
  | "scopeLogs"
  | "resource"
  | "entityRef"
  | "scope"
  | "logRecord"
  | "anyValue"
  | "arrayValue"
  | "kvlistValue"
  | "keyValue";

/** JSON name, type, and whether the field repeats. */
type FieldRow = readonly [name: string, type: Scalar | { readonly message: MessageName }, repeated?: "repeated"];

/** By field number. What is not here (Profiles-only fields, fields of later versions) has no JSON name that we know. */
const FIELDS: Readonly<Record<MessageName, Readonly<Record<number, FieldRow>>>> = {
  request: { 1: ["resourceLogs", { message: "resourceLogs" }, "repeated"] },
  resourceLogs: {
    1: ["resource", { message: "resource" }],
    2: ["scopeLogs", { message: "scopeLogs" }, "repeated"],
    3: ["schemaUrl", "string"],
  },
  scopeLogs: {
    1: ["scope", { message: "scope" }],
    2: ["logRecords", { message: "logRecord" }, "repeated"],
    3: ["schemaUrl", "string"],
  },
  resource: {
    1: ["attributes", { message: "keyValue" }, "repeated"],
    2: ["droppedAttributesCount", "uint32"],
    3: ["entityRefs", { message: "entityRef" }, "repeated"],
  },
  entityRef: {
    1: ["schemaUrl", "string"],
    2: ["type", "string"],
    3: ["idKeys", "string", "repeated"],
    4: ["descriptionKeys", "string", "repeated"],
  },
  scope: {
    1: ["name", "string"],
    2: ["version", "string"],
    3: ["attributes", { message: "keyValue" }, "repeated"],
    4: ["droppedAttributesCount", "uint32"],
  },
  logRecord: {
    1: ["timeUnixNano", "fixed64"],
    2: ["severityNumber", "int32"],
    3: ["severityText", "string"],
    5: ["body", { message: "anyValue" }],
    6: ["attributes", { message: "keyValue" }, "repeated"],
    7: ["droppedAttributesCount", "uint32"],
    8: ["flags", "fixed32"],
    9: ["traceId", "hex"],
    10: ["spanId", "hex"],
    11: ["observedTimeUnixNano", "fixed64"],
    12: ["eventName", "string"],
  },
  anyValue: {
    1: ["stringValue", "string"],
    2: ["boolValue", "bool"],
    3: ["intValue", "int64"],
    4: ["doubleValue", "double"],
    5: ["arrayValue", { message: "arrayValue" }],
    6: ["kvlistValue", { message: "kvlistValue" }],
    7: ["bytesValue", "base64"],
  },
  arrayValue: { 1: ["values", { message: "anyValue" }, "repeated"] },
  kvlistValue: { 1: ["values", { message: "keyValue" }, "repeated"] },
  keyValue: { 1: ["key", "string"], 2: ["value", { message: "anyValue" }] },
};

type JsonObject = Record<string, unknown>;

/** @returns one line of JSON without the line break */
export function otlpJsonLine(request: Uint8Array): string {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength);
  return jsonText(readMessage(view, "request", 0, request.byteLength));
}

/** As JSON.stringify, which writes -0 as 0: a double keeps its sign. */
function jsonText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${JSON.stringify(key)}:${jsonText(inner)}`)
      .join(",")}}`;
  }
  return Object.is(value, -0) ? "-0" : JSON.stringify(value);
}

function readMessage(view: DataView, message: MessageName, start: number, end: number): JsonObject {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const reader = new ValueReader();
  const fields = FIELDS[message];
  let object: JsonObject = {};
  for (let position = start; position < end; ) {
    const next = reader.nextField(bytes, position, end);
    const row = fields[reader.field];
    if (row !== undefined) {
      const [name, type, repeated] = row;
      const value =
        typeof type === "string"
          ? readScalar(view, type, reader.contentStart, next)
          : readMessage(view, type.message, reader.contentStart, next);
      // Of several members of the oneof in an AnyValue the last one counts.
      if (message === "anyValue") object = { [name]: value };
      else if (repeated === undefined) object[name] = value;
      else appendTo(object, name, value);
    }
    position = next;
  }
  return object;
}

function appendTo(object: JsonObject, name: string, value: unknown): void {
  const list = object[name];
  if (Array.isArray(list)) list.push(value);
  else object[name] = [value];
}

function readScalar(view: DataView, type: Scalar, start: number, end: number): unknown {
  const content = Buffer.from(view.buffer, view.byteOffset + start, end - start);
  switch (type) {
    case "string":
      return content.toString("utf8");
    case "hex":
      return content.toString("hex");
    case "base64":
      return content.toString("base64");
    case "bool":
      return readVarint(content) !== 0n;
    case "int64":
      return BigInt.asIntN(64, readVarint(content)).toString();
    case "int32":
      return Number(BigInt.asIntN(32, readVarint(content)));
    case "uint32":
      return Number(BigInt.asUintN(32, readVarint(content)));
    case "fixed64":
      return view.getBigUint64(start, true).toString();
    case "fixed32":
      return view.getUint32(start, true);
    case "double": {
      const value = view.getFloat64(start, true);
      // JSON has no word for these; proto3's JSON mapping gives them as strings.
      return Number.isFinite(value) ? value : String(value);
    }
  }
}

function readVarint(content: Uint8Array): bigint {
  const varints = new VarintReader();
  const low = varints.read(content, 0, content.byteLength);
  return (BigInt(varints.high) << 32n) | BigInt(low);
}
