/** otlp-json: one ExportLogsServiceRequest a line (the Collector's file exporter format); each line is one batch. */
import { DecodeError } from "../core/otlp/decode-error.ts";
import { transcodeLogsJson } from "../core/otlp-json/transcode-logs-json.ts";
import type { BadLines, RecordedBatch } from "./recorded-batch.ts";

export async function* otlpJsonBatches(lines: AsyncIterable<Buffer>, bad: BadLines): AsyncGenerator<RecordedBatch> {
  for await (const line of lines) {
    if (line.length === 0) continue;
    try {
      const { request, rejected } = transcodeLogsJson(line, line.length);
      yield { request, positions: undefined, rejected };
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      bad.count++;
      if (bad.first === "") bad.first = error.message;
    }
  }
}
