/**
 * ndjson (one record a line: time_unix_nano, severity_text, service, trace_id, span_id, body) as OTLP requests: records
 * of one second are sent together, grouped by service, as the agent of a node does; at most BATCH_RECORDS a request.
 */
import { ByteWriter } from "../core/otlp/wire/byte-writer.ts";
import type { BadLines, RecordedBatch } from "./recorded-batch.ts";
import { hasKeyOf } from "./recorded-format.ts";

const BATCH_RECORDS = 512;
const BATCH_MS = 1000;
const NANOS_PER_MS = 1_000_000n;
const HEX = /^[0-9a-f]*$/i;

interface NdjsonRecord {
  readonly position: number;
  readonly timeNano: bigint;
  readonly severityText: string;
  readonly service: string;
  readonly traceId: Uint8Array;
  readonly spanId: Uint8Array;
  readonly body: string;
}

export async function* ndjsonBatches(lines: AsyncIterable<Buffer>, bad: BadLines): AsyncGenerator<RecordedBatch> {
  let pending: NdjsonRecord[] = [];
  let startMs = 0;
  let position = 0;
  for await (const line of lines) {
    if (line.length === 0) continue;
    const record = parseRecord(line, position);
    if (typeof record === "string") {
      bad.count++;
      if (bad.first === "") bad.first = record;
      continue;
    }
    position++;
    const timeMs = Number(record.timeNano / NANOS_PER_MS);
    if (pending.length >= BATCH_RECORDS || (pending.length > 0 && Math.abs(timeMs - startMs) > BATCH_MS)) {
      yield encodeBatch(pending);
      pending = [];
    }
    if (pending.length === 0) startMs = timeMs;
    pending.push(record);
  }
  if (pending.length > 0) yield encodeBatch(pending);
}

/** @returns the record, or why the line is none: one sentence without its text */
function parseRecord(line: Buffer, position: number): NdjsonRecord | string {
  let fields: unknown;
  try {
    fields = JSON.parse(line.toString("utf8"));
  } catch {
    return "the line is not JSON";
  }
  if (typeof fields !== "object" || fields === null || Array.isArray(fields)) return "the line is not a JSON object";
  if (!hasKeyOf(fields, "ndjson")) return "the line is a JSON object without a key of a record, such as body";
  const values = new Map(Object.entries(fields));
  const time = values.get("time_unix_nano") ?? "0";
  if (!(typeof time === "string" && /^\d{1,19}$/.test(time)) && !Number.isSafeInteger(time)) {
    return "time_unix_nano is not a whole number of nanoseconds";
  }
  const texts = ["severity_text", "service", "trace_id", "span_id", "body"].map((key) => values.get(key) ?? "");
  const [severityText, service, traceId, spanId, body] = texts;
  if (typeof severityText !== "string" || typeof service !== "string") return "severity_text or service is not text";
  if (typeof traceId !== "string" || typeof spanId !== "string") return "trace_id or span_id is not text";
  return {
    position,
    timeNano: BigInt(String(time)),
    severityText,
    service,
    traceId: idBytes(traceId, 16),
    spanId: idBytes(spanId, 8),
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

function idBytes(hex: string, size: number): Uint8Array {
  return hex.length === 2 * size && HEX.test(hex) ? Buffer.from(hex, "hex") : new Uint8Array(0);
}

function encodeBatch(records: readonly NdjsonRecord[]): RecordedBatch {
  const out = new ByteWriter(64 * 1024);
  const positions: number[] = [];
  for (const [service, members] of groupBy(records)) {
    out.byte(0x0a); // resource_logs
    const resourceLogs = out.open(2);
    writeResource(service, out);
    out.byte(0x12); // scope_logs
    const scopeLogs = out.open(2);
    for (const record of members) {
      positions.push(record.position);
      writeRecord(record, out);
    }
    out.close(scopeLogs, 2);
    out.close(resourceLogs, 2);
  }
  return { request: out.copy(), positions, rejectedAt: [] };
}

function groupBy(records: readonly NdjsonRecord[]): Map<string, NdjsonRecord[]> {
  const groups = new Map<string, NdjsonRecord[]>();
  for (const record of records) {
    const members = groups.get(record.service);
    if (members === undefined) groups.set(record.service, [record]);
    else members.push(record);
  }
  return groups;
}

function writeResource(service: string, out: ByteWriter): void {
  out.byte(0x0a);
  const resource = out.open(1);
  out.byte(0x0a);
  const attribute = out.open(1);
  out.stringField(0x0a, "service.name");
  out.byte(0x12);
  const value = out.open(1);
  out.stringField(0x0a, service);
  out.close(value, 1);
  out.close(attribute, 1);
  out.close(resource, 1);
}

function writeRecord(record: NdjsonRecord, out: ByteWriter): void {
  out.byte(0x12); // log_records
  const content = out.open(2);
  out.byte(0x09);
  out.raw(fixed64(record.timeNano), 0, 8);
  if (record.severityText !== "") out.stringField(0x1a, record.severityText);
  out.byte(0x2a);
  const body = out.open(2);
  out.stringField(0x0a, record.body);
  out.close(body, 2);
  if (record.traceId.length > 0) writeBytes(0x4a, record.traceId, out);
  if (record.spanId.length > 0) writeBytes(0x52, record.spanId, out);
  out.close(content, 2);
}

function writeBytes(tag: number, bytes: Uint8Array, out: ByteWriter): void {
  out.byte(tag);
  out.varint(bytes.length);
  out.raw(bytes, 0, bytes.length);
}

function fixed64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return bytes;
}

/** Encodes one line as a request. @returns the request, or a sentence that says why the line is no record */
export function encodeNdjsonRecord(line: Buffer): Uint8Array | string {
  const record = parseRecord(line, 0);
  return typeof record === "string" ? record : encodeBatch([record]).request;
}
