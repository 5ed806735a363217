/** The `replay` command: runs recorded logs through the engine, and returns the report; decisions go to a file. */
import type { Readable } from "node:stream";
import type { Engine } from "../core/engine/engine.ts";
import { DecodeError } from "../core/otlp/wire/decode-error.ts";
import { JsonLinesFile } from "./json-lines-file.ts";
import { ndjsonBatches } from "./ndjson-batches.ts";
import { otlpJsonBatches } from "./otlp-json-batches.ts";
import type { BadLines, RecordedBatch } from "./recorded-batch.ts";
import type { RecordedFormat } from "./recorded-format.ts";
import { recogniseFormat } from "./recorded-format.ts";
import { openRecorded, recordedLines } from "./recorded-lines.ts";
import { Replay } from "./replay.ts";
import type { ReplaySummary } from "./replay-report.ts";

export interface ReplayOptions {
  /** A file, or "-" for standard input. */
  readonly file: string;
  /** Undefined: recognised by content. */
  readonly format: RecordedFormat | undefined;
  /** File for the decisions, one JSON object a record; undefined for none. */
  readonly decisions: string | undefined;
  /** File that the engine's history writes to, closed at the end; undefined for none. */
  readonly summaries: JsonLinesFile | undefined;
}

export interface ReplayRun {
  readonly summary: ReplaySummary;
  readonly bad: BadLines;
  /** Records read. */
  readonly good: number;
}

/** @throws Error when the input cannot be read, or decisions or summaries cannot be written */
export async function runReplay(engine: Engine, options: ReplayOptions, stdin: Readable): Promise<ReplayRun> {
  const out = options.decisions === undefined ? undefined : new JsonLinesFile(options.decisions);
  const replay = new Replay(engine, out === undefined ? undefined : (decisions) => out.append(decisions));
  const bad: BadLines = { count: 0, first: "" };
  const { format, lines } = await recogniseFormat(recordedLines(openRecorded(options.file, stdin)));
  const read = (options.format ?? format) === "otlp-json" ? otlpJsonBatches : ndjsonBatches;
  let good = 0;
  for await (const batch of read(lines, bad)) {
    good += feed(replay, batch, bad);
    await out?.drained();
    await options.summaries?.drained();
  }
  const summary = replay.finish().summary();
  await out?.close();
  await options.summaries?.close();
  return { summary, bad, good };
}

function feed(replay: Replay, batch: RecordedBatch, bad: BadLines): number {
  try {
    return replay.feed(batch);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    bad.count++;
    if (bad.first === "") bad.first = error.message;
    return 0;
  }
}
