/**
 * Summary rows as an ExportLogsServiceRequest: one record a row, named `lipservice.pattern.summary`, under the service it
 * counts. The record's time is the start of the bucket that it counts.
 */
import type { OwnRecord, OwnValue } from "../otlp/encode/summary-record.ts";
import { writeOwnRecords } from "../otlp/encode/summary-record.ts";
import { ByteWriter } from "../otlp/wire/byte-writer.ts";
import type { SummaryRow } from "./summary-flush.ts";

const EVENT_NAME = "lipservice.pattern.summary";
const BODY = "pattern summary";

/** @param wallMs when the records are made, unix milliseconds */
export function encodeSummaries(rows: readonly SummaryRow[], wallMs: number): Uint8Array {
  const out = new ByteWriter(512 * rows.length + 256);
  const records = rows.map((row) => recordOf(row, wallMs));
  // Neighbours of one service share an envelope; the sort is stable.
  records.sort((a, b) => (a.service < b.service ? -1 : a.service > b.service ? 1 : 0));
  writeOwnRecords(records, out);
  return out.copy();
}

function recordOf(row: SummaryRow, wallMs: number): OwnRecord {
  const attributes: (readonly [string, OwnValue])[] = [["pattern", { type: "string", value: row.pattern }]];
  if (row.template !== undefined) attributes.push(["template", { type: "string", value: row.template }]);
  attributes.push(
    ["count", amount(row.count)],
    ["bytes", amount(row.bytes)],
    ["kept", amount(row.kept)],
    ["weight_sum", { type: "double", value: row.weightSum }],
    ["context", integer(row.context)],
    ["minute_unix_seconds", integer(row.bucketMs / 1000)],
    ["id", { type: "string", value: row.id }],
  );
  return {
    service: row.service,
    eventName: EVENT_NAME,
    timeMs: row.bucketMs,
    observedMs: wallMs,
    body: BODY,
    attributes,
  };
}

/** Whole, unless lines came from a peer with weights that are not. */
function amount(value: number): OwnValue {
  return Number.isInteger(value) ? integer(value) : { type: "double", value };
}

function integer(value: number): OwnValue {
  return { type: "int", value: Math.floor(value) };
}
