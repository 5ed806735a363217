import { SEVERITY_TRACE } from "../../model/severity.ts";
import { ByteWriter } from "../otlp/byte-writer.ts";
import type { SummaryRow } from "../sampling/summary-flush.ts";

/**
 * Summary rows as an ExportLogsServiceRequest: one ResourceLogs a service, scope `lipservice`, one record a row with
 * event_name `lipservice.pattern.summary`, severity TRACE, weight 0, and the counts as attributes. The record's time is
 * the start of the bucket that it counts.
 */
const EVENT_NAME = "lipservice.pattern.summary";
const BODY = "pattern summary";

/** @param wallMs observed time of the records */
export function encodeSummaries(rows: readonly SummaryRow[], wallMs: number): Uint8Array {
  const out = new ByteWriter(512 * rows.length + 256);
  const services = new Map<string, SummaryRow[]>();
  for (const row of rows) {
    const members = services.get(row.service);
    if (members === undefined) services.set(row.service, [row]);
    else members.push(row);
  }
  for (const [service, members] of services) {
    message(out, 0x0a, 2, () => {
      message(out, 0x0a, 1, () => attribute(out, 0x0a, "service.name", () => out.stringField(0x0a, service)));
      message(out, 0x12, 2, () => {
        message(out, 0x0a, 1, () => out.stringField(0x0a, "lipservice"));
        for (const row of members) message(out, 0x12, 2, () => record(out, row, wallMs));
      });
    });
  }
  return out.copy();
}

/** In the order of `rows` grouped by service: the order of the encoded records. */
function record(out: ByteWriter, row: SummaryRow, wallMs: number): void {
  out.byte(0x09);
  out.unixNanos(row.bucketMs);
  out.byte(0x10);
  out.varint(SEVERITY_TRACE);
  out.stringField(0x1a, "TRACE");
  message(out, 0x2a, 1, () => out.stringField(0x0a, BODY));
  text(out, "pattern", row.pattern);
  if (row.template !== undefined) text(out, "template", row.template);
  integer(out, "count", row.count);
  integer(out, "bytes", row.bytes);
  integer(out, "kept", row.kept);
  double(out, "weight_sum", row.weightSum);
  integer(out, "context", row.context);
  integer(out, "minute_unix_seconds", Math.floor(row.bucketMs / 1000));
  text(out, "id", row.id);
  double(out, "lipservice.weight", 0);
  out.byte(0x59);
  out.unixNanos(Math.floor(wallMs));
  out.stringField(0x62, EVENT_NAME);
}

function text(out: ByteWriter, key: string, value: string): void {
  attribute(out, 0x32, key, () => out.stringField(0x0a, value));
}

function integer(out: ByteWriter, key: string, value: number): void {
  attribute(out, 0x32, key, () => {
    out.byte(0x18);
    out.int64(Math.round(value));
  });
}

function double(out: ByteWriter, key: string, value: number): void {
  attribute(out, 0x32, key, () => {
    out.byte(0x21);
    out.double(value);
  });
}

function attribute(out: ByteWriter, tag: number, key: string, value: () => void): void {
  message(out, tag, 1, () => {
    out.stringField(0x0a, key);
    message(out, 0x12, 1, value);
  });
}

/** A nested message; `reserve` guesses the size of its length. */
function message(out: ByteWriter, tag: number, reserve: number, content: () => void): void {
  out.byte(tag);
  const start = out.open(reserve);
  content();
  out.close(start, reserve);
}
