/**
 * Records of our own making (pattern summaries, anomalies) as an ExportLogsServiceRequest: scope `lipservice`, severity
 * TRACE, weight 0, an event name, and typed attributes. Not hot: once a minute, a few hundred records.
 */
import { SEVERITY_TRACE } from "../../../model/severity.ts";
import type { ByteWriter } from "../wire/byte-writer.ts";
import {
  TAG_LOG_RECORD,
  TAG_RECORD_ATTRIBUTE,
  TAG_RESOURCE,
  TAG_RESOURCE_LOGS,
  TAG_SCOPE_LOGS,
} from "../wire/wire-schema.ts";

export type OwnValue =
  | { readonly type: "string"; readonly value: string }
  /** An integer of magnitude up to 2^53 - 1. */
  | { readonly type: "int"; readonly value: number }
  | { readonly type: "double"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean };

export interface OwnRecord {
  /** service.name of the resource it is reported under. */
  readonly service: string;
  readonly eventName: string;
  /** Event time and time of making, unix milliseconds. */
  readonly timeMs: number;
  readonly observedMs: number;
  readonly body: string;
  /** In this order; lipservice.weight 0 is added behind them. */
  readonly attributes: readonly (readonly [key: string, value: OwnValue])[];
}

const SCOPE_NAME = "lipservice";
const NO_WEIGHT: OwnValue = { type: "double", value: 0 };

/** Appends a request with these records in their order; neighbours of one service share a ResourceLogs. */
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
  out.byte(0x09);
  out.unixNanos(Math.max(0, Math.floor(record.timeMs)));
  out.byte(0x10);
  out.varint(SEVERITY_TRACE);
  out.stringField(0x1a, "TRACE");
  writeMessage(0x2a, 1, out, () => out.stringField(0x0a, record.body));
  for (const [key, value] of record.attributes) writeAttribute(TAG_RECORD_ATTRIBUTE, key, value, out);
  writeAttribute(TAG_RECORD_ATTRIBUTE, "lipservice.weight", NO_WEIGHT, out);
  out.byte(0x59);
  out.unixNanos(Math.max(0, Math.floor(record.observedMs)));
  out.stringField(0x62, record.eventName);
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

/** A nested message; `reserve` is a guess of the bytes of its length. */
function writeMessage(tag: number, reserve: number, out: ByteWriter, content: () => void): void {
  out.byte(tag);
  const start = out.open(reserve);
  content();
  out.close(start, reserve);
}
