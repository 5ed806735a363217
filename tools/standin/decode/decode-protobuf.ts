/**
 * ExportLogsServiceRequest from protobuf, with prost's semantics: scalars take the last value on the wire, a message
 * field that appears twice is merged, unknown fields are passed over, any damage fails the whole request.
 * Independent of the product's own wire walk on purpose, so that a shared misreading cannot hide behind itself.
 * Field numbers: opentelemetry-proto 1.11.
 */
import type { AnyValue, KeyValue, LogRecord, LogsRequest, Resource, ResourceLogs, ScopeLogs } from "./otlp-request.ts";
import { emptyLogRecord } from "./otlp-request.ts";
import { ProtobufReader } from "./protobuf-reader.ts";

type FieldReader = (field: number, tag: number) => boolean;

/**
 * @throws DecodeError when the bytes are not a well-formed request
 */
export function decodeProtobuf(bytes: Uint8Array): LogsRequest {
  const reader = new ProtobufReader(bytes);
  const resourceLogs: ResourceLogs[] = [];
  readFields(reader, reader.size, 0, (field, tag) => {
    if (field !== 1) return false;
    resourceLogs.push(readResourceLogs(reader, tag, 1));
    return true;
  });
  return { resourceLogs };
}

/** Calls `readField` for every field up to `end`; what it does not know (returns false) is skipped. */
function readFields(reader: ProtobufReader, end: number, depth: number, readField: FieldReader): void {
  while (reader.position < end) {
    const tag = reader.tag();
    if (!readField(tag >>> 3, tag)) reader.skip(tag, depth);
  }
  reader.closeMessage(end);
}

function readResourceLogs(reader: ProtobufReader, outerTag: number, depth: number): ResourceLogs {
  const message: ResourceLogs = { resource: undefined, scopeLogs: [] };
  readFields(reader, reader.messageEnd(outerTag, depth), depth, (field, tag) => {
    if (field === 1) {
      message.resource ??= { attributes: [] };
      readResource(reader, tag, depth + 1, message.resource);
    } else if (field === 2) message.scopeLogs.push(readScopeLogs(reader, tag, depth + 1));
    else if (field === 3) reader.string(tag);
    else return false;
    return true;
  });
  return message;
}

function readResource(reader: ProtobufReader, outerTag: number, depth: number, into: Resource): void {
  readFields(reader, reader.messageEnd(outerTag, depth), depth, (field, tag) => {
    if (field !== 1) return false;
    into.attributes.push(readKeyValue(reader, tag, depth + 1));
    return true;
  });
}

function readScopeLogs(reader: ProtobufReader, outerTag: number, depth: number): ScopeLogs {
  const message: ScopeLogs = { scope: undefined, logRecords: [] };
  readFields(reader, reader.messageEnd(outerTag, depth), depth, (field, tag) => {
    if (field === 1) {
      message.scope ??= { name: "", version: "" };
      const scope = message.scope;
      readFields(reader, reader.messageEnd(tag, depth + 1), depth + 1, (scopeField, scopeTag) => {
        if (scopeField === 1) scope.name = reader.string(scopeTag);
        else if (scopeField === 2) scope.version = reader.string(scopeTag);
        else if (scopeField === 3) readKeyValue(reader, scopeTag, depth + 2);
        else return false;
        return true;
      });
    } else if (field === 2) message.logRecords.push(readLogRecord(reader, tag, depth + 1));
    else if (field === 3) reader.string(tag);
    else return false;
    return true;
  });
  return message;
}

function readLogRecord(reader: ProtobufReader, outerTag: number, depth: number): LogRecord {
  const record = emptyLogRecord();
  readFields(reader, reader.messageEnd(outerTag, depth), depth, (field, tag) => {
    if (field === 1) record.timeUnixNano = reader.fixed64(tag);
    else if (field === 2) record.severityNumber = reader.int32(tag);
    else if (field === 3) record.severityText = reader.string(tag);
    else if (field === 5) record.body = readAnyValue(reader, tag, depth + 1, record.body);
    else if (field === 6) record.attributes.push(readKeyValue(reader, tag, depth + 1));
    else if (field === 7) reader.int32(tag);
    else if (field === 8) record.flags = reader.fixed32(tag);
    else if (field === 9) record.traceId = reader.bytes(tag);
    else if (field === 10) record.spanId = reader.bytes(tag);
    else if (field === 11) reader.fixed64(tag);
    else if (field === 12) record.eventName = reader.string(tag);
    else return false;
    return true;
  });
  return record;
}

function readKeyValue(reader: ProtobufReader, outerTag: number, depth: number): KeyValue {
  const pair: KeyValue = { key: "", value: undefined };
  readFields(reader, reader.messageEnd(outerTag, depth), depth, (field, tag) => {
    if (field === 1) pair.key = reader.string(tag);
    else if (field === 2) pair.value = readAnyValue(reader, tag, depth + 1, pair.value);
    else return false;
    return true;
  });
  return pair;
}

/** Merges into `current`: a list continues a list of its kind, everything else replaces. */
function readAnyValue(
  reader: ProtobufReader,
  outerTag: number,
  depth: number,
  current: AnyValue | undefined,
): AnyValue {
  let value: AnyValue = current ?? { kind: "empty" };
  readFields(reader, reader.messageEnd(outerTag, depth), depth, (field, tag) => {
    const next = readValueField(reader, field, tag, depth, value);
    if (next === undefined) return false;
    value = next;
    return true;
  });
  return value;
}

function readValueField(
  reader: ProtobufReader,
  field: number,
  tag: number,
  depth: number,
  current: AnyValue,
): AnyValue | undefined {
  switch (field) {
    case 1:
      return { kind: "string", value: reader.string(tag) };
    case 2:
      return { kind: "bool", value: reader.bool(tag) };
    case 3:
      return { kind: "int", value: reader.int64(tag) };
    case 4:
      return { kind: "double", value: reader.double(tag) };
    case 5: {
      const values = current.kind === "array" ? current.values : [];
      readFields(reader, reader.messageEnd(tag, depth + 1), depth + 1, (itemField, itemTag) => {
        if (itemField !== 1) return false;
        values.push(readAnyValue(reader, itemTag, depth + 2, undefined));
        return true;
      });
      return { kind: "array", values };
    }
    case 6: {
      const values = current.kind === "kvlist" ? current.values : [];
      readFields(reader, reader.messageEnd(tag, depth + 1), depth + 1, (pairField, pairTag) => {
        if (pairField !== 1) return false;
        values.push(readKeyValue(reader, pairTag, depth + 2));
        return true;
      });
      return { kind: "kvlist", values };
    }
    case 7:
      return { kind: "bytes", value: reader.bytes(tag) };
    default:
      return undefined;
  }
}

/**
 * Counts log records by lengths alone, for runs that only want numbers: nothing inside a LogRecord is looked at.
 * @throws DecodeError when the framing above the records is damaged
 */
export function countRecords(bytes: Uint8Array): number {
  const reader = new ProtobufReader(bytes);
  let records = 0;
  const countIn = (end: number, depth: number): void => {
    const repeatedField = depth === 0 ? 1 : 2;
    readFields(reader, end, depth, (field, tag) => {
      if (field !== repeatedField) return false;
      if (depth === 2) {
        reader.passLength(tag);
        records++;
      } else countIn(reader.messageEnd(tag, depth + 1), depth + 1);
      return true;
    });
  };
  countIn(reader.size, 0);
  return records;
}
