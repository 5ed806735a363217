/**
 * Patterns of a stream of lines or records, in order. With `online` each line gets its id at once; otherwise all lines
 * are learned first and ids are resolved at the end, and the signatures of all lines are held, by reference, until
 * then.
 */

import { IndexPass } from "../core/otlp/index/index-pass.ts";
import { createLogBatch } from "../core/otlp/index/log-batch.ts";
import type { LineSignature } from "../core/signature/line-signer.ts";
import { LineSigner } from "../core/signature/line-signer.ts";
import { encodeNdjsonRecord } from "./ndjson-batches.ts";
import { readOtlpJsonLine } from "./otlp-json-batches.ts";
import type { BadLines, RecordedBatch } from "./recorded-batch.ts";

export interface SignLinesOptions {
  readonly format: "text" | "otlp-json" | "ndjson";
  readonly online: boolean;
}

interface SignedLine {
  readonly line: number;
  /** Index of the record in its line, for otlp-json. */
  readonly record: number | undefined;
  readonly signature: LineSignature;
}

const BLANK: LineSignature = { pattern: "", template: "" };
const SETTINGS = { maxPatterns: 50_000, maxBytes: 2048, maxServices: 1000, hashKey: new Uint8Array(16).fill(0x5a) };
/** Lines of one write. */
const CHUNK_LINES = 4096;

/** @param write receives one or more lines without the final newline */
export async function signLines(
  lines: AsyncIterable<Buffer>,
  options: SignLinesOptions,
  write: (text: string) => void,
): Promise<BadLines> {
  const signer = new LineSigner(SETTINGS);
  const records = new RecordSigner(signer);
  const bad: BadLines = { count: 0, first: "" };
  const output = new LineOutput(write);
  const held: SignedLine[] = [];
  let number = 0;
  for await (const line of lines) {
    number++;
    const signed =
      options.format === "text" ? [signer.signLine(line, 0, line.length)] : records.sign(line, options, bad);
    for (const [index, signature] of signed.entries()) {
      const record = options.format === "otlp-json" ? index : undefined;
      const entry = { line: number, record, signature };
      if (options.online) output.add(entry, signature);
      else held.push(entry);
    }
  }
  for (const entry of held) output.add(entry, entry.signature === BLANK ? BLANK : signer.resolve(entry.signature));
  output.flush();
  return bad;
}

/** Signs the records of JSON lines, through the index pass of live requests. */
class RecordSigner {
  readonly #signer: LineSigner;
  readonly #pass = new IndexPass();
  readonly #batch = createLogBatch(512);

  constructor(signer: LineSigner) {
    this.#signer = signer;
  }

  sign(line: Buffer, options: SignLinesOptions, bad: BadLines): LineSignature[] {
    if (line.toString("latin1").trim() === "") return [BLANK];
    const recorded = options.format === "ndjson" ? ndjsonLine(line) : readOtlpJsonLine(line);
    if (typeof recorded === "string") {
      bad.count++;
      if (bad.first === "") bad.first = recorded;
      return options.format === "ndjson" ? [BLANK] : [];
    }
    const { request, rejectedAt } = recorded;
    const batch = this.#batch;
    this.#pass.begin(batch, request, request.length);
    while (!this.#pass.step(Number.MAX_SAFE_INTEGER));
    const { stage } = this.#signer;
    const { patterns } = stage;
    stage.assign(batch, 0, batch.recordCount);
    const signed: LineSignature[] = [];
    const rejected = new Set(rejectedAt);
    for (let i = 0; i < batch.recordCount; i++) {
      while (rejected.has(signed.length)) signed.push(BLANK);
      const isBlank = options.format === "ndjson" && batch.bodyEnd[i] === batch.bodyStart[i];
      const row = batch.pattern[i] ?? 0;
      signed.push(isBlank ? BLANK : { pattern: patterns.id(row), template: patterns.template(row) });
    }
    while (rejected.has(signed.length)) signed.push(BLANK);
    return signed;
  }
}

function ndjsonLine(line: Buffer): RecordedBatch | string {
  const request = encodeNdjsonRecord(line);
  return typeof request === "string" ? request : { request, positions: undefined, rejectedAt: [] };
}

/** Writes JSON lines in chunks: a write for each line would be a system call for each line. */
class LineOutput {
  readonly #write: (text: string) => void;
  #lines: string[] = [];

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  add({ line, record }: SignedLine, { pattern, template }: LineSignature): void {
    this.#lines.push(
      JSON.stringify(record === undefined ? { line, pattern, template } : { line, record, pattern, template }),
    );
    if (this.#lines.length >= CHUNK_LINES) this.flush();
  }

  flush(): void {
    if (this.#lines.length > 0) this.#write(this.#lines.join("\n"));
    this.#lines = [];
  }
}
