/** `replay`: recorded logs through the engine, a report on stdout, decisions to a file. */
import type { WriteStream } from "node:fs";
import { createWriteStream } from "node:fs";
import type { Readable } from "node:stream";
import type { Engine } from "../core/engine/engine.ts";
import { DecodeError } from "../core/otlp/decode-error.ts";
import { ndjsonBatches } from "./ndjson-batches.ts";
import { otlpJsonBatches } from "./otlp-json-batches.ts";
import type { BadLines, RecordedBatch } from "./recorded-batch.ts";
import type { RecordedFormat } from "./recorded-format.ts";
import { recogniseFormat } from "./recorded-format.ts";
import { openRecorded, recordedLines } from "./recorded-lines.ts";
import type { RecordedDecision } from "./replay.ts";
import { Replay } from "./replay.ts";
import type { ReplaySummary } from "./replay-report.ts";

export interface ReplayOptions {
  /** A file, or "-" for standard input. */
  readonly file: string;
  /** Undefined: by content. */
  readonly format: RecordedFormat | undefined;
  /** Where decisions go, one JSON object a record; undefined: nowhere. */
  readonly decisions: string | undefined;
}

export interface ReplayRun {
  readonly summary: ReplaySummary;
  readonly bad: BadLines;
  /** Records that were read. */
  readonly good: number;
}

/** @throws Error when the input cannot be read or the decisions cannot be written */
export async function runReplay(engine: Engine, options: ReplayOptions, stdin: Readable): Promise<ReplayRun> {
  const out = options.decisions === undefined ? undefined : new DecisionFile(options.decisions);
  const replay = new Replay(engine, out === undefined ? undefined : (decisions) => out.append(decisions));
  const bad: BadLines = { count: 0, first: "" };
  const { format, lines } = await recogniseFormat(recordedLines(openRecorded(options.file, stdin)));
  const read = (options.format ?? format) === "otlp-json" ? otlpJsonBatches : ndjsonBatches;
  let good = 0;
  for await (const batch of read(lines, bad)) {
    good += feed(replay, batch, bad);
    await out?.drained();
  }
  const summary = replay.finish().summary();
  await out?.close();
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

/** Decisions as JSON lines, with the file's back-pressure: one listener for each event, for the life of the stream. */
class DecisionFile {
  readonly #stream: WriteStream;
  #failure: Error | undefined;
  #full = false;
  #goOn: (() => void) | undefined;

  constructor(path: string) {
    this.#stream = createWriteStream(path);
    this.#stream.on("error", (error) => {
      this.#failure = error;
      this.#goOn?.();
    });
    this.#stream.on("drain", () => {
      this.#full = false;
      this.#goOn?.();
    });
    this.#stream.on("close", () => this.#goOn?.());
  }

  append(decisions: readonly RecordedDecision[]): void {
    let text = "";
    for (const decision of decisions) text += `${JSON.stringify(decision)}\n`;
    if (text !== "" && !this.#stream.write(text)) this.#full = true;
  }

  /** Resolves when the file takes more. @throws what writing failed with */
  async drained(): Promise<void> {
    if (this.#full && this.#failure === undefined) await this.#nextEvent();
    if (this.#failure !== undefined) throw this.#failure;
  }

  async close(): Promise<void> {
    if (this.#failure === undefined) {
      this.#stream.end();
      while (!this.#stream.closed && this.#failure === undefined) await this.#nextEvent();
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #nextEvent(): Promise<void> {
    return new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }
}
