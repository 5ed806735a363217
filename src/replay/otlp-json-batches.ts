/**
 * Reads otlp-json: one ExportLogsServiceRequest a line (the format of the Collector's file exporter), each one batch.
 */
import { DecodeError } from "../core/otlp/wire/decode-error.ts";
import { transcodeLogsJson } from "../core/otlp-json/transcode-logs-json.ts";
import type { BadLines, RecordedBatch } from "./recorded-batch.ts";
import { hasKeyOf } from "./recorded-format.ts";

export async function* otlpJsonBatches(lines: AsyncIterable<Buffer>, bad: BadLines): AsyncGenerator<RecordedBatch> {
  for await (const line of lines) {
    if (line.length === 0) continue;
    const batch = readOtlpJsonLine(line);
    if (typeof batch === "string") {
      bad.count++;
      if (bad.first === "") bad.first = batch;
    } else yield batch;
  }
}

/** @returns the request, or a sentence that says why the line is none, without quoting it */
export function readOtlpJsonLine(line: Buffer): RecordedBatch | string {
  const rejectedAt: number[] = [];
  try {
    const { request } = transcodeLogsJson(line, line.length, undefined, rejectedAt);
    // An empty result means an empty request or an object of another kind.
    if (request.length === 0 && rejectedAt.length === 0 && !hasKeyOf(JSON.parse(line.toString("utf8")), "otlp-json")) {
      return "the line is a JSON object without resourceLogs";
    }
    return { request, positions: undefined, rejectedAt };
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}
