/**
 * OTLP/JSON to protobuf, byte by byte: one pass over an ExportLogsServiceRequest in JSON writes the same request in
 * protobuf, with no object in between. Numbers keep all 64 bits; fields appear in the order of the JSON.
 *
 * Lenient as facts of the field demand (snake_case keys, enum names, numbers as text, either base64 alphabet, null);
 * strict about JSON itself. A record whose fields have wrong types is left out and counted; damage of the syntax, or
 * wrong types above the records, throw a DecodeError. Ids that are no hex of the right length are left out alone.
 * Bounds: MAX_JSON_DEPTH containers, MAX_VALUE_DEPTH levels of AnyValue, recursion within the schema only. Lengths that
 * were guessed wrong move their message's content once a level, at most 2 * MAX_VALUE_DEPTH + 3 times in all.
 */
import type { TranscodingLosses } from "../../model/consumer.ts";
import { ByteWriter } from "../otlp/wire/byte-writer.ts";
import { JsonCursor } from "./json-cursor.ts";
import { LogsTranscoder } from "./logs-transcoder.ts";

export interface TranscodedLogs extends TranscodingLosses {
  /** A protobuf ExportLogsServiceRequest: a view of the writer's bytes, valid until the writer is used again. */
  readonly request: Uint8Array;
}

/**
 * @param bytes JSON text in UTF-8, in its first `length` bytes
 * @param out where the protobuf goes; its former content is forgotten
 * @param rejectedAt gets the place of every record left out among those of the request: unbounded, for files only
 * @throws DecodeError when the text is not JSON, nests too deep, or has wrong types above the log records
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
