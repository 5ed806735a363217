/**
 * Runs the OTLP/JSON transcoder and reads its protobuf back with protobufjs.
 */
import type { ByteWriter } from "../../../src/core/otlp/wire/byte-writer.ts";
import { transcodeLogsJson } from "../../../src/core/otlp-json/transcode-logs-json.ts";
import { ExportLogsServiceRequest } from "./otlp-schema.ts";

export interface ReadBack {
  /** Plain objects: 64-bit integers as decimal text, bytes as base64, absent fields absent. */
  readonly request: PlainRequest;
  readonly bytes: Uint8Array;
  readonly rejected: number;
  readonly message: string;
}

/** As much of the decoded shape as tests walk through. */
export interface PlainRequest {
  readonly resourceLogs?: readonly {
    readonly resource?: unknown;
    readonly schemaUrl?: string;
    readonly scopeLogs?: readonly {
      readonly scope?: unknown;
      readonly schemaUrl?: string;
      readonly logRecords?: readonly Readonly<Record<string, unknown>>[];
    }[];
  }[];
}

/** Transcodes text, bytes, or an object by way of JSON.stringify. */
export function transcode(input: string | Uint8Array | object, out?: ByteWriter): ReadBack {
  const bytes =
    input instanceof Uint8Array
      ? input
      : new TextEncoder().encode(typeof input === "string" ? input : JSON.stringify(input));
  const result = transcodeLogsJson(bytes, bytes.length, out);
  return {
    request: readRequest(result.request),
    bytes: result.request,
    rejected: result.rejected,
    message: result.message,
  };
}

export function readRequest(bytes: Uint8Array): PlainRequest {
  return ExportLogsServiceRequest.toObject(ExportLogsServiceRequest.decode(bytes), { longs: String, bytes: String });
}

/** JSON of a request with these records, each given as JSON text. */
export function requestText(...records: readonly string[]): string {
  return `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${records.join(",")}]}]}]}`;
}

/** The records of the only scope. */
export function recordsOf(readBack: ReadBack): readonly Readonly<Record<string, unknown>>[] {
  return readBack.request.resourceLogs?.[0]?.scopeLogs?.[0]?.logRecords ?? [];
}
