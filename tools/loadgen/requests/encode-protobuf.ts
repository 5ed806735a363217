/** Batches as a protobuf ExportLogsServiceRequest, fields in ascending order as SDKs write them. */
import { ByteWriter } from "../../../src/core/otlp/wire/byte-writer.ts";
import type { AttributePair, TrafficBatch, TrafficRecord, TrafficResource } from "../world/traffic.ts";
import type { WireRequest } from "./wire-request.ts";

/** Field number * 8 + wire type; opentelemetry-proto 1.11. */
const TAG_1_MESSAGE = 0x0a;
const TAG_2_MESSAGE = 0x12;
const TAG_RECORD_TIME = 0x09;
const TAG_RECORD_SEVERITY_NUMBER = 0x10;
const TAG_RECORD_SEVERITY_TEXT = 0x1a;
const TAG_RECORD_BODY = 0x2a;
const TAG_RECORD_ATTRIBUTE = 0x32;
const TAG_RECORD_FLAGS = 0x45;
const TAG_RECORD_TRACE = 0x4a;
const TAG_RECORD_SPAN = 0x52;
const TAG_RECORD_OBSERVED = 0x59;
const TAG_VALUE_STRING = 0x0a;
const TAG_VALUE_BOOL = 0x10;
const TAG_VALUE_INT = 0x18;
const TAG_VALUE_DOUBLE = 0x21;

/** Positions inside a message that is not at its place yet. */
interface Offsets {
  readonly times: number[];
  readonly traces: number[];
}

/** Reuses its buffers from request to request; each request gets memory of its own. */
export class ProtobufEncoder {
  readonly #request: ByteWriter = new ByteWriter(256 * 1024);
  readonly #group: ByteWriter = new ByteWriter(256 * 1024);
  readonly #records: ByteWriter = new ByteWriter(256 * 1024);
  readonly #record: ByteWriter = new ByteWriter(4 * 1024);
  readonly #small: ByteWriter = new ByteWriter(1024);
  readonly #value: ByteWriter = new ByteWriter(1024);

  /** One ResourceLogs and one ScopeLogs a batch. */
  encode(batches: readonly TrafficBatch[]): WireRequest {
    this.#request.reset();
    const offsets: Offsets = { times: [], traces: [] };
    let records = 0;
    for (const batch of batches) {
      this.#encodeBatch(batch, offsets);
      records += batch.records.length;
    }
    return {
      encoding: "protobuf",
      records,
      bytes: this.#request.copy(),
      timeOffsets: Uint32Array.from(offsets.times),
      traceOffsets: Uint32Array.from(offsets.traces),
    };
  }

  #encodeBatch({ resource, records }: TrafficBatch, offsets: Offsets): void {
    const inScope: Offsets = { times: [], traces: [] };
    this.#records.reset();
    this.#small.reset();
    this.#small.stringField(TAG_1_MESSAGE, resource.scopeName);
    appendMessage(this.#records, TAG_1_MESSAGE, this.#small);
    for (const record of records) this.#encodeRecord(record, inScope);
    this.#group.reset();
    this.#encodeResource(resource);
    const scopeStart = appendMessage(this.#group, TAG_2_MESSAGE, this.#records);
    const start = appendMessage(this.#request, TAG_1_MESSAGE, this.#group) + scopeStart;
    for (const time of inScope.times) offsets.times.push(start + time);
    for (const trace of inScope.traces) offsets.traces.push(start + trace);
  }

  #encodeResource(resource: TrafficResource): void {
    this.#record.reset();
    for (const attribute of resource.attributes) this.#encodeAttribute(this.#record, TAG_1_MESSAGE, attribute);
    appendMessage(this.#group, TAG_1_MESSAGE, this.#record);
  }

  #encodeRecord(record: TrafficRecord, offsets: Offsets): void {
    const writer = this.#record;
    writer.reset();
    writer.byte(TAG_RECORD_TIME);
    writer.unixNanos(record.timeMs);
    writer.byte(TAG_RECORD_SEVERITY_NUMBER);
    writer.varint(record.severityNumber);
    writer.stringField(TAG_RECORD_SEVERITY_TEXT, record.severityText);
    this.#value.reset();
    this.#value.stringField(TAG_VALUE_STRING, record.body);
    appendMessage(writer, TAG_RECORD_BODY, this.#value);
    for (const attribute of record.attributes) this.#encodeAttribute(writer, TAG_RECORD_ATTRIBUTE, attribute);
    const trace = record.traceId === "" ? -1 : this.#encodeIds(record);
    writer.byte(TAG_RECORD_OBSERVED);
    const observed = writer.length;
    writer.unixNanos(record.timeMs);
    const start = appendMessage(this.#records, TAG_2_MESSAGE, writer);
    offsets.times.push(start + 1, start + observed);
    if (trace >= 0) offsets.traces.push(start + trace);
  }

  /** Returns where the trace id begins. */
  #encodeIds({ traceId, spanId }: TrafficRecord): number {
    const writer = this.#record;
    writer.byte(TAG_RECORD_FLAGS);
    writer.raw(Uint8Array.of(1, 0, 0, 0), 0, 4);
    const trace = Buffer.from(traceId, "hex");
    writer.byte(TAG_RECORD_TRACE);
    writer.varint(trace.length);
    const start = writer.length;
    writer.raw(trace, 0, trace.length);
    const span = Buffer.from(spanId, "hex");
    writer.byte(TAG_RECORD_SPAN);
    writer.varint(span.length);
    writer.raw(span, 0, span.length);
    return start;
  }

  #encodeAttribute(writer: ByteWriter, tag: number, { key, value }: AttributePair): void {
    this.#value.reset();
    if (typeof value === "string") this.#value.stringField(TAG_VALUE_STRING, value);
    else if (typeof value === "boolean") {
      this.#value.byte(TAG_VALUE_BOOL);
      this.#value.byte(value ? 1 : 0);
    } else if (Number.isInteger(value)) {
      this.#value.byte(TAG_VALUE_INT);
      this.#value.int64(value);
    } else {
      this.#value.byte(TAG_VALUE_DOUBLE);
      this.#value.double(value);
    }
    this.#small.reset();
    this.#small.stringField(TAG_1_MESSAGE, key);
    appendMessage(this.#small, TAG_2_MESSAGE, this.#value);
    appendMessage(writer, tag, this.#small);
  }
}

/** Appends a finished message under `tag`; returns where its content begins. */
function appendMessage(target: ByteWriter, tag: number, message: ByteWriter): number {
  target.byte(tag);
  target.varint(message.length);
  const start = target.length;
  target.raw(message.bytes, 0, message.length);
  return start;
}
