/**
 * What a request body is, found out as the destination does: protobuf first, then JSON, then JSON Lines, whatever the
 * Content-Type says. An empty body is an empty request.
 */
import { isUtf8 } from "node:buffer";
import { DecodeError } from "./decode-error.ts";
import { requestFromJson } from "./decode-json.ts";
import { countRecords, decodeProtobuf } from "./decode-protobuf.ts";
import { parseDocument } from "./json-document.ts";
import type { LogsRequest, ResourceLogs } from "./otlp-request.ts";

export type DecodeResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** The whole request as objects. */
export function decodeBody(body: Uint8Array): DecodeResult<LogsRequest> {
  return protobufElseJson(body, decodeProtobuf, (request) => request);
}

/** The number of records only: for protobuf a walk over lengths that allocates nothing per record. */
export function countBodyRecords(body: Uint8Array): DecodeResult<number> {
  return protobufElseJson(body, countRecords, (request) =>
    request.resourceLogs.reduce(
      (sum, resource) => sum + resource.scopeLogs.reduce((inner, scope) => inner + scope.logRecords.length, 0),
      0,
    ),
  );
}

function protobufElseJson<T>(
  body: Uint8Array,
  fromProtobuf: (body: Uint8Array) => T,
  fromRequest: (request: LogsRequest) => T,
): DecodeResult<T> {
  const protobuf = attempt(() => fromProtobuf(body));
  if (protobuf.ok) return protobuf;
  const json = attempt(() => fromRequest(parseJsonMessage(body)));
  if (json.ok) return json;
  return { ok: false, message: `Failed to decode JSON: ${json.message} or Protobuf: ${protobuf.message}` };
}

function attempt<T>(decode: () => T): DecodeResult<T> {
  try {
    return { ok: true, value: decode() };
  } catch (error) {
    if (error instanceof DecodeError) return { ok: false, message: error.message };
    throw error;
  }
}

/** One document, or one a line when the whole is not JSON: all lines merged, one bad line fails all. */
function parseJsonMessage(body: Uint8Array): LogsRequest {
  if (!isUtf8(body)) throw new DecodeError("invalid utf-8 sequence");
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
  const whole = attempt(() => parseDocument(text));
  if (whole.ok) return requestFromJson(whole.value);
  const resourceLogs: ResourceLogs[] = [];
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    resourceLogs.push(...requestFromJson(parseDocument(line)).resourceLogs);
  }
  return { resourceLogs };
}
