/**
 * Encodes records that LipService makes (pattern summaries) as an ExportLogsServiceRequest: scope `lipservice`,
 * severity TRACE, weight 0, an event name and typed attributes. Off the hot path: a few hundred records a minute.
 */
import { SEVERITY_TRACE } from "../../../model/severity.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import {
  TAG_BODY,
  TAG_EVENT_NAME,
  TAG_LOG_RECORD,
  TAG_OBSERVED_TIME,
  TAG_RECORD_ATTRIBUTE,
  TAG_RESOURCE,
  TAG_RESOURCE_LOGS,
  TAG_SCOPE_LOGS,
  TAG_SEVERITY_NUMBER,
  TAG_SEVERITY_TEXT,
  TAG_TIME,
} from "../wire/wire-schema.ts";

export type OwnValue =
  | { readonly type: "string"; readonly value: string }
  /** An integer of magnitude up to 2^53 - 1. */
  | { readonly type: "int"; readonly value: number }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean };

export interface OwnRecord {
  /** service.name of its resource. */
  readonly service: string;
  readonly eventName: string;
  /** Event time and observed time, unix milliseconds. */
  readonly timeMs: number;
  readonly observedMs: number;
  readonly body: string;
  /** In this order; lipservice.weight 0 follows them. */
  readonly attributes: readonly (readonly [key: string, value: OwnValue])[];
}

const SCOPE_NAME = "lipservice";
const NO_WEIGHT: OwnValue = { type: "double", value: 0 };

/** Appends a request with these records in their order; neighbours of one service have a ResourceLogs in common. */
export function writeOwnRecords(records: readonly OwnRecord[], out: ByteWriter): void {
  for (let from = 0; from < records.length; ) {
    const { service } = records[from];
    let to = from + 1;
    while (to < records.length && records[to].service === service) to++;
    const group = records.slice(from, to);
    writeMessage(TAG_RESOURCE_LOGS, 3, out, () => {
      writeMessage(TAG_RESOURCE, 1, out, () => {
        writeAttribute(0x0a, "service.name", { type: "string", value: service }, out);
      });
      writeMessage(TAG_SCOPE_LOGS, 3, out, () => {
        writeMessage(0x0a, 1, out, () => out.stringField(0x0a, SCOPE_NAME));
        for (const record of group) writeMessage(TAG_LOG_RECORD, 2, out, () => writeRecord(record, out));
      });
    });
    from = to;
  }
}

function writeRecord(record: OwnRecord, out: ByteWriter): void {
  out.byte(TAG_TIME);
  out.unixNanos(Math.max(0, Math.floor(record.timeMs)));
  out.byte(TAG_SEVERITY_NUMBER);
  out.varint(SEVERITY_TRACE);
  out.stringField(TAG_SEVERITY_TEXT, "TRACE");
  writeMessage(TAG_BODY, 1, out, () => out.stringField(0x0a, record.body));
  for (const [key, value] of record.attributes) writeAttribute(TAG_RECORD_ATTRIBUTE, key, value, out);
  writeAttribute(TAG_RECORD_ATTRIBUTE, "lipservice.weight", NO_WEIGHT, out);
  out.byte(TAG_OBSERVED_TIME);
  out.unixNanos(Math.max(0, Math.floor(record.observedMs)));
  out.stringField(TAG_EVENT_NAME, record.eventName);
}

function writeAttribute(tag: number, key: string, value: OwnValue, out: ByteWriter): void {
  writeMessage(tag, 1, out, () => {
    out.stringField(0x0a, key);
    writeMessage(0x12, 1, out, () => writeValue(value, out));
  });
}

function writeValue(value: OwnValue, out: ByteWriter): void {
  switch (value.type) {
    case "string":
      out.stringField(0x0a, value.value);
      break;
    case "bool":
      out.byte(0x10);
      out.byte(value.value ? 1 : 0);
      break;
    case "int":
      out.byte(0x18);
      out.int64(value.value);
      break;
    case "double":
      out.byte(0x21);
      out.double(value.value);
      break;
  }
}

/** Writes a nested message. @param reserve guess of the bytes of its length */
function writeMessage(tag: number, reserve: number, out: ByteWriter, content: () => void): void {
  out.byte(tag);
  const start = out.open(reserve);
  content();
  out.close(start, reserve);
}
