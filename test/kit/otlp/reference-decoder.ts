/**
 * A plain recursive decoder of OTLP logs by the specification's words: the oracle for the product's iterative walk.
 * Strict as the product is (wire types, field 0, groups, varints, nesting); merges as protobuf demands. Slow, obvious.
 */
import { isUtf8 } from "node:buffer";

export type ReferenceKind = "none" | "string" | "bool" | "int" | "double" | "array" | "kvlist" | "bytes";

export interface ReferenceRecord {
  readonly start: number;
  readonly end: number;
  readonly time: bigint;
  readonly observed: bigint;
  readonly severityNumber: number;
  readonly severityText: Uint8Array;
  readonly bodyKind: ReferenceKind;
  readonly body: Uint8Array;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly eventName: Uint8Array;
  readonly attributeKeys: readonly Uint8Array[];
  readonly strindex: boolean;
}

export interface ReferenceResult {
  readonly records: readonly ReferenceRecord[];
  readonly services: readonly string[];
  readonly scopes: number;
  readonly malformed: number;
  readonly tooDeep: number;
}

type Reason = "malformed" | "too_deep";

class Damage extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason);
    this.reason = reason;
  }
}

interface Field {
  readonly number: number;
  readonly wireType: number;
  /** Content of length-delimited and fixed fields; `value` of varints. */
  readonly start: number;
  readonly end: number;
  readonly value: bigint;
}

export type MessageName =
  | "Request"
  | "ResourceLogs"
  | "ScopeLogs"
  | "Resource"
  | "Scope"
  | "EntityRef"
  | "Record"
  | "Any"
  | "Array"
  | "KvList"
  | "KeyValue";

/** Field number → wire type, or the name of the nested message. */
const SCHEMA: Readonly<Record<MessageName, Readonly<Record<number, number | MessageName>>>> = {
  Request: { 1: 2 },
  ResourceLogs: { 1: "Resource", 2: 2, 3: 2 },
  ScopeLogs: { 1: "Scope", 2: 2, 3: 2 },
  Resource: { 1: "KeyValue", 2: 0, 3: "EntityRef" },
  Scope: { 1: 2, 2: 2, 3: "KeyValue", 4: 0 },
  EntityRef: { 1: 2, 2: 2, 3: 2, 4: 2 },
  Record: { 1: 1, 2: 0, 3: 2, 5: "Any", 6: "KeyValue", 7: 0, 8: 5, 9: 2, 10: 2, 11: 1, 12: 2 },
  Any: { 1: 2, 2: 0, 3: 0, 4: 1, 5: "Array", 6: "KvList", 7: 2, 8: 0 },
  Array: { 1: "Any" },
  KvList: { 1: "KeyValue" },
  KeyValue: { 1: 2, 2: "Any", 3: 0 },
};

/** Fields of type string; other length-delimited fields without a schema of their own are bytes. */
const STRINGS: Readonly<Partial<Record<MessageName, readonly number[]>>> = {
  ResourceLogs: [3],
  ScopeLogs: [3],
  Scope: [1, 2],
  EntityRef: [1, 2, 3, 4],
  Record: [3, 12],
  Any: [1],
  KeyValue: [1],
};

const KINDS: readonly ReferenceKind[] = ["none", "string", "bool", "int", "double", "array", "kvlist", "bytes", "none"];

/** @returns undefined when the framing above the records is damaged */
export function referenceDecode(bytes: Uint8Array): ReferenceResult | undefined {
  try {
    return decodeRequest(bytes);
  } catch (error) {
    if (error instanceof Damage) return undefined;
    throw error;
  }
}

function decodeRequest(bytes: Uint8Array): ReferenceResult {
  const records: ReferenceRecord[] = [];
  const services: string[] = [];
  const rejected = { malformed: 0, too_deep: 0 };
  let scopes = 0;
  for (const resourceLogs of fieldsOf("Request", bytes, 0, bytes.length)) {
    if (resourceLogs.number !== 1) continue;
    let service: Uint8Array | undefined;
    for (const inResource of fieldsOf("ResourceLogs", bytes, resourceLogs.start, resourceLogs.end)) {
      if (inResource.number === 1) {
        check("Resource", bytes, inResource.start, inResource.end, 0);
        service = serviceIn(bytes, inResource) ?? service;
      }
      if (inResource.number !== 2) continue;
      scopes++;
      for (const inScope of fieldsOf("ScopeLogs", bytes, inResource.start, inResource.end)) {
        if (inScope.number === 1) check("Scope", bytes, inScope.start, inScope.end, 0);
        if (inScope.number !== 2) continue;
        try {
          check("Record", bytes, inScope.start, inScope.end, 0);
          records.push(decodeRecord(bytes, inScope.start, inScope.end));
        } catch (error) {
          if (!(error instanceof Damage)) throw error;
          rejected[error.reason]++;
        }
      }
    }
    services.push(service === undefined ? "" : new TextDecoder("utf-8", { ignoreBOM: true }).decode(service));
  }
  return { records, services, scopes, malformed: rejected.malformed, tooDeep: rejected.too_deep };
}

function decodeRecord(bytes: Uint8Array, start: number, end: number): ReferenceRecord {
  const none: Uint8Array = new Uint8Array(0);
  const fields = [...fieldsOf("Record", bytes, start, end)];
  const lastBytes = (number: number): Uint8Array => {
    const field = fields.findLast((candidate) => candidate.number === number);
    return field === undefined ? none : bytes.subarray(field.start, field.end);
  };
  const lastFixed = (number: number): bigint => {
    const field = fields.findLast((candidate) => candidate.number === number);
    return field === undefined
      ? 0n
      : new DataView(bytes.buffer, bytes.byteOffset + field.start, 8).getBigUint64(0, true);
  };
  let bodyKind: ReferenceKind = "none";
  let body: Uint8Array = none;
  for (const field of fields.filter((candidate) => candidate.number === 5)) {
    const member = lastMember(bytes, field);
    if (member === undefined) continue;
    bodyKind = KINDS[member.number] ?? "none";
    const inner = bodyKind === "string" || bodyKind === "bytes";
    body = inner ? bytes.subarray(member.start, member.end) : bytes.subarray(field.start, field.end);
    if (bodyKind === "none") body = none;
  }
  const severity = fields.findLast((field) => field.number === 2);
  return {
    start,
    end,
    time: lastFixed(1),
    observed: lastFixed(11),
    severityNumber: severity === undefined ? 0 : Number(BigInt.asIntN(32, severity.value)),
    severityText: lastBytes(3),
    bodyKind,
    body,
    traceId: lastBytes(9),
    spanId: lastBytes(10),
    eventName: lastBytes(12),
    attributeKeys: fields.filter((field) => field.number === 6).map((field) => keyOf(bytes, field)),
    strindex: hasStrindex("Record", bytes, start, end),
  };
}

function lastMember(bytes: Uint8Array, any: Field): Field | undefined {
  return [...fieldsOf("Any", bytes, any.start, any.end)].findLast((field) => field.number >= 1 && field.number <= 8);
}

function keyOf(bytes: Uint8Array, keyValue: Field): Uint8Array {
  const key = [...fieldsOf("KeyValue", bytes, keyValue.start, keyValue.end)].findLast((field) => field.number === 1);
  return key === undefined ? new Uint8Array(0) : bytes.subarray(key.start, key.end);
}

function serviceIn(bytes: Uint8Array, resource: Field): Uint8Array | undefined {
  let service: Uint8Array | undefined;
  for (const attribute of fieldsOf("Resource", bytes, resource.start, resource.end)) {
    if (attribute.number !== 1 || Buffer.from(keyOf(bytes, attribute)).toString("latin1") !== "service.name") continue;
    let member: Field | undefined;
    for (const field of fieldsOf("KeyValue", bytes, attribute.start, attribute.end)) {
      if (field.number === 2) member = lastMember(bytes, field) ?? member;
    }
    if (member?.number === 1) service = bytes.subarray(member.start, member.end);
  }
  return service;
}

function hasStrindex(name: MessageName, bytes: Uint8Array, start: number, end: number): boolean {
  for (const field of fieldsOf(name, bytes, start, end)) {
    if ((name === "Any" && field.number === 8) || (name === "KeyValue" && field.number === 3)) return true;
    const type = SCHEMA[name][field.number];
    if (typeof type === "string" && hasStrindex(type, bytes, field.start, field.end)) return true;
  }
  return false;
}

/** Throws Damage unless the whole message is well-formed. */
function check(name: MessageName, bytes: Uint8Array, start: number, end: number, depth: number): void {
  const inside = name === "Any" ? depth + 1 : depth;
  if (inside > 32) throw new Damage("too_deep");
  for (const field of fieldsOf(name, bytes, start, end)) {
    const type = SCHEMA[name][field.number];
    if (typeof type === "string") check(type, bytes, field.start, field.end, inside);
  }
}

/** Lazily, so that the first damage in reading order is the one reported. */
function* fieldsOf(name: MessageName, bytes: Uint8Array, start: number, end: number): Generator<Field> {
  for (let p = start; p < end; ) {
    const tag = readVarint(bytes, p, end);
    const number = Number(tag.value >> 3n);
    const wireType = Number(tag.value & 7n);
    if (tag.value > 0xffff_ffffn || number === 0) throw new Damage("malformed");
    const type = SCHEMA[name][number];
    if (type !== undefined && wireType !== (typeof type === "string" ? 2 : type)) throw new Damage("malformed");
    const field = readValue(bytes, number, wireType, tag.next, end);
    yield field;
    p = field.end;
  }
}

function readValue(bytes: Uint8Array, number: number, wireType: number, start: number, end: number): Field {
  if (wireType === 0) {
    const { value, next } = readVarint(bytes, start, end);
    return { number, wireType, start, end: next, value };
  }
  let contentStart = start;
  let size = wireType === 1 ? 8 : 4;
  if (wireType === 2) {
    const length = readVarint(bytes, start, end);
    if (length.value > BigInt(end - length.next)) throw new Damage("malformed");
    contentStart = length.next;
    size = Number(length.value);
  } else if (wireType !== 1 && wireType !== 5) throw new Damage("malformed");
  if (contentStart + size > end) throw new Damage("malformed");
  return { number, wireType, start: contentStart, end: contentStart + size, value: 0n };
}

function readVarint(bytes: Uint8Array, start: number, end: number): { value: bigint; next: number } {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    if (start + index >= end) throw new Damage("malformed");
    const byte = bytes[start + index] ?? 0;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) {
      if (value >= 1n << 64n) throw new Damage("malformed");
      return { value, next: start + index + 1 };
    }
  }
  throw new Damage("malformed");
}

/** A message as its fields in wire order: numbers with values, strings decoded as TextDecoder does, bytes as lists. */
export type ReferenceTree = readonly (readonly [
  field: number,
  value: bigint | string | readonly number[] | ReferenceTree,
])[];

/** @param bytes the content of a well-formed message of this type */
export function referenceTree(name: MessageName, bytes: Uint8Array): ReferenceTree {
  return [...fieldsOf(name, bytes, 0, bytes.length)].map((field) => {
    const type = SCHEMA[name][field.number];
    const content = bytes.subarray(field.start, field.end);
    if (field.wireType === 0) return [field.number, field.value] as const;
    if (typeof type === "string") return [field.number, referenceTree(type, content)] as const;
    if (STRINGS[name]?.includes(field.number) !== true) return [field.number, [...content]] as const;
    return [field.number, new TextDecoder("utf-8", { ignoreBOM: true }).decode(content)] as const;
  });
}

/** Whether every string in a well-formed message is well-formed UTF-8. */
export function hasOnlyUtf8(name: MessageName, bytes: Uint8Array): boolean {
  return [...fieldsOf(name, bytes, 0, bytes.length)].every((field) => {
    const type = SCHEMA[name][field.number];
    const content = bytes.subarray(field.start, field.end);
    if (typeof type === "string") return hasOnlyUtf8(type, content);
    return STRINGS[name]?.includes(field.number) !== true || isUtf8(content);
  });
}
