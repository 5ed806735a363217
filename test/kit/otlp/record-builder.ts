/**
 * Builds OTLP requests from plain objects, encoded by protobufjs, so that tests do not depend on the code they test.
 * Numbers become int_value when whole and double_value otherwise; `{ double: n }` and `{ bytes: … }` force a type.
 */
import { ExportLogsServiceRequest } from "./otlp-schema.ts";

export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | Uint8Array
  | readonly PlainValue[]
  | { readonly double: number }
  | { readonly list: PlainAttributes };

/** An object, or pairs where a key occurs more than once. */
export type PlainAttributes = Readonly<Record<string, PlainValue>> | readonly (readonly [key: string, PlainValue])[];

export interface PlainRecord {
  readonly body?: PlainValue;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly attributes?: PlainAttributes;
  /** Nanoseconds; a number is taken as milliseconds. */
  readonly time?: bigint | number;
  readonly observedTime?: bigint | number;
  /** Hex, or raw bytes for ids of a wrong length. */
  readonly traceId?: string | Uint8Array;
  readonly spanId?: string | Uint8Array;
  readonly flags?: number;
  readonly droppedAttributesCount?: number;
  readonly eventName?: string;
}

export interface PlainScope {
  readonly name?: string;
  readonly version?: string;
  readonly attributes?: PlainAttributes;
}

export interface PlainGroup {
  /** Attributes of the resource; absent: no Resource message. */
  readonly resource?: PlainAttributes;
  readonly resourceSchemaUrl?: string;
  readonly scope?: PlainScope;
  readonly scopeSchemaUrl?: string;
  readonly records: readonly PlainRecord[];
}

/** An encoded ExportLogsServiceRequest with one ResourceLogs and one ScopeLogs a group. */
export function buildRequest(groups: readonly PlainGroup[]): Uint8Array {
  const message = ExportLogsServiceRequest.fromObject({ resourceLogs: groups.map(resourceLogs) });
  // A plain Uint8Array: protobufjs returns a view of a pooled Buffer.
  return new Uint8Array(ExportLogsServiceRequest.encode(message).finish());
}

/** The shape of protobufjs's objects: camelCase names, 64-bit numbers as decimal strings. */
export function plainRecordToMessage(record: PlainRecord): Record<string, unknown> {
  return {
    ...(record.time !== undefined && { timeUnixNano: nanos(record.time) }),
    ...(record.severityNumber !== undefined && { severityNumber: record.severityNumber }),
    ...(record.severityText !== undefined && { severityText: record.severityText }),
    ...(record.body !== undefined && { body: anyValue(record.body) }),
    ...(record.attributes !== undefined && { attributes: keyValues(record.attributes) }),
    ...(record.droppedAttributesCount !== undefined && { droppedAttributesCount: record.droppedAttributesCount }),
    ...(record.flags !== undefined && { flags: record.flags }),
    ...(record.traceId !== undefined && { traceId: idBytes(record.traceId) }),
    ...(record.spanId !== undefined && { spanId: idBytes(record.spanId) }),
    ...(record.observedTime !== undefined && { observedTimeUnixNano: nanos(record.observedTime) }),
    ...(record.eventName !== undefined && { eventName: record.eventName }),
  };
}

function resourceLogs(group: PlainGroup): Record<string, unknown> {
  const scopeLogs = {
    ...(group.scope !== undefined && { scope: scopeMessage(group.scope) }),
    ...(group.scopeSchemaUrl !== undefined && { schemaUrl: group.scopeSchemaUrl }),
    logRecords: group.records.map(plainRecordToMessage),
  };
  return {
    ...(group.resource !== undefined && { resource: { attributes: keyValues(group.resource) } }),
    ...(group.resourceSchemaUrl !== undefined && { schemaUrl: group.resourceSchemaUrl }),
    scopeLogs: [scopeLogs],
  };
}

function scopeMessage(scope: PlainScope): Record<string, unknown> {
  return {
    name: scope.name ?? "",
    version: scope.version ?? "",
    ...(scope.attributes !== undefined && { attributes: keyValues(scope.attributes) }),
  };
}

function keyValues(attributes: PlainAttributes): { key: string; value: Record<string, unknown> }[] {
  const pairs: readonly (readonly [string, PlainValue])[] = isPairs(attributes)
    ? attributes
    : Object.entries(attributes);
  return pairs.map(([key, value]) => ({ key, value: anyValue(value) }));
}

function isPairs(attributes: PlainAttributes): attributes is readonly (readonly [string, PlainValue])[] {
  return Array.isArray(attributes);
}

function anyValue(value: PlainValue): Record<string, unknown> {
  if (value === null) return {};
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: value.toString() };
  if (typeof value === "number") return Number.isInteger(value) ? { intValue: value } : { doubleValue: value };
  if (value instanceof Uint8Array) return { bytesValue: value };
  if ("double" in value) return { doubleValue: value.double };
  if ("list" in value) return { kvlistValue: { values: keyValues(value.list) } };
  return { arrayValue: { values: value.map(anyValue) } };
}

function nanos(time: bigint | number): string {
  return (typeof time === "bigint" ? time : BigInt(time) * 1_000_000n).toString();
}

function idBytes(id: string | Uint8Array): Uint8Array {
  return typeof id === "string" ? new Uint8Array(Buffer.from(id, "hex")) : id;
}
