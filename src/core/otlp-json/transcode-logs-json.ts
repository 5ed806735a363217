/**
 * Transcodes OTLP/JSON to protobuf: one pass over an ExportLogsServiceRequest in JSON writes the same request in
 * protobuf, without objects in between. Numbers keep all 64 bits; fields have the order of the JSON.
 *
 * Lenient about what senders in use do (snake_case keys, enum names, numbers as text, either base64 alphabet, null),
 * and strict about JSON itself. A record with a field of a wrong type is left out and counted; damaged syntax, or a
 * wrong type above the records, throws a DecodeError. Ids that are not hexadecimal of the right length are left out
 * alone. Bounds: MAX_JSON_DEPTH containers, MAX_VALUE_DEPTH levels of AnyValue, recursion along the schema only. A
 * wrong guess of a length moves the content of its message once a level, at most 2 * MAX_VALUE_DEPTH + 3 times in all.
 */
import type { TranscodingLosses } from "../../model/consumer.ts";
import { ByteWriter } from "../otlp/wire/byte-writer.ts";
import { JsonCursor } from "./json-cursor.ts";
import { LogsTranscoder } from "./logs-transcoder.ts";

export interface TranscodedLogs extends TranscodingLosses {
  /** A protobuf ExportLogsServiceRequest: a view of the writer's bytes, valid until the next use of the writer. */
  readonly request: Uint8Array;
}

/**
 * Transcodes one request.
 * @param bytes JSON text in UTF-8, in its first `length` bytes
 * @param out gets the protobuf in place of its content
 * @param rejectedAt gets the index of every record that is left out; unbounded, for files only
 * @throws {DecodeError} if the text is not JSON, nests too deep, or has a wrong type above the log records
 */
export function transcodeLogsJson(
  bytes: Uint8Array,
  length: number,
  out: ByteWriter = new ByteWriter(length),
  rejectedAt?: number[],
): TranscodedLogs {
  out.reset();
  const transcoder = new LogsTranscoder(new JsonCursor(bytes, length), out, rejectedAt);
  transcoder.run();
  const { rejected, tooDeep, message, repairedText } = transcoder;
  return { request: out.bytes.subarray(0, out.length), rejected, tooDeep, message, repairedText };
}
