/**
 * The one thing an OTLP server may say in a 2xx: how many records it refused for good (ExportLogsPartialSuccess). Reads
 * protobuf and JSON answers; anything unreadable counts as no refusal, because the status line has decided already.
 */
import protobuf from "protobufjs/minimal.js";

/** @returns rejected_log_records, never negative */
export function rejectedLogRecords(body: Uint8Array, contentType: string | undefined): number {
  if (body.byteLength === 0) return 0;
  try {
    const count = contentType?.includes("json") === true ? readJson(body) : readResponse(body);
    return Number.isSafeInteger(count) && count > 0 ? count : 0;
  } catch {
    return 0;
  }
}

/** ExportLogsServiceResponse { 1: ExportLogsPartialSuccess { 1: int64 rejected_log_records } } */
function readResponse(body: Uint8Array): number {
  const reader = protobuf.Reader.create(body);
  let rejected = 0;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === 0x0a) rejected = readPartialSuccess(reader, reader.uint32());
    else reader.skipType(tag & 7);
  }
  return rejected;
}

function readPartialSuccess(reader: protobuf.Reader, length: number): number {
  const end = reader.pos + length;
  let rejected = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === 0x08) rejected = Number(reader.int64().toString());
    else reader.skipType(tag & 7);
  }
  return rejected;
}

function readJson(body: Uint8Array): number {
  const answer: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
  const partial = fieldOf(answer, "partialSuccess");
  return Number(fieldOf(partial, "rejectedLogRecords") ?? 0);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
