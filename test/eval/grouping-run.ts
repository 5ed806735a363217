/** Runs one engine over labelled lines, with one configuration for all of them, and scores what it did. */
import { LineHeader } from "../../src/core/signature/mask/line-header.ts";
import { SignatureStage } from "../../src/core/signature/signature-stage.ts";
import { textBatch } from "../kit/otlp/text-batch.ts";
import { signLine } from "../kit/signing.ts";
import { Drain } from "./drain.ts";
import type { GroupingScore } from "./grouping-score.ts";
import { falseNovelty, scoreGrouping } from "./grouping-score.ts";
import type { LabelledLine } from "./labelled-logs.ts";

export interface Run {
  readonly score: GroupingScore;
  readonly falseNovelty: number;
  /** Distinct lines a second, second pass over them. */
  readonly linesPerSecond: number;
}

export interface SignatureRun extends Run {
  /** Examined bytes a second, in the same pass. */
  readonly bytesPerSecond: number;
  readonly ids: readonly string[];
  readonly stage: SignatureStage;
  /** Grouping of the same lines given once more to the engine that learned from them, ids as given on arrival. */
  readonly again: GroupingScore;
  /** Share of the lines whose id on arrival became an alias later. */
  readonly aliased: number;
  /** Lines whose id on arrival leads to another pattern than the line belongs to in the end. */
  readonly astray: number;
}

const MEASURE_MICROSECONDS = 200_000;
const WARM_UP_LINES = 20_000;
const SLICE = 2048;
const MAX_BYTES = 2048;

/** The line as the command line signs it: without its header, with the severity found there. */
export function withoutHeader(line: LabelledLine): LabelledLine {
  const header = new LineHeader();
  const bytes = new TextEncoder().encode(line.text);
  const start = header.strip(bytes, 0, bytes.length);
  return { ...line, text: new TextDecoder().decode(bytes.subarray(start)), severity: header.severity };
}

export function runSignature(lines: readonly LabelledLine[]): SignatureRun {
  const stage = new SignatureStage({
    maxPatterns: 50_000,
    maxBytes: MAX_BYTES,
    maxServices: 1000,
    hashKey: new Uint8Array(16),
  });
  const seen = new Set<string>();
  const isNew: boolean[] = [];
  const arrive = (line: LabelledLine): string => {
    const row = signLine(stage, line.text, line.service, line.severity);
    const id = stage.patterns.id(row);
    isNew.push(!seen.has(id) && !stage.patterns.known(row));
    seen.add(id);
    return id;
  };
  const online = lines.map(arrive);
  const aliases = stage.patterns.aliases();
  const ids = online.map((id) => aliases.get(id) ?? id);
  const again = lines.map((line) => stage.patterns.id(signLine(stage, line.text, line.service, line.severity)));
  const later = stage.patterns.aliases();
  const truth = lines.map((line) => line.truth);
  return {
    score: scoreGrouping(truth, ids),
    falseNovelty: falseNovelty(truth, isNew.slice(0, lines.length)),
    ...speedOfSignature(stage, lines),
    ids,
    stage,
    again: scoreGrouping(truth, again),
    aliased: online.filter((id) => aliases.has(id)).length / lines.length,
    astray: online.filter((id, i) => (later.get(id) ?? id) !== (later.get(again[i]!) ?? again[i])).length,
  };
}

export function runDrain(lines: readonly LabelledLine[], masked: boolean): Run {
  const drain = new Drain(masked);
  const seen = new Set<number>();
  const isNew: boolean[] = [];
  const ids = lines.map((line) => {
    const id = drain.add(line.text);
    isNew.push(!seen.has(id));
    seen.add(id);
    return String(id);
  });
  const truth = lines.map((line) => line.truth);
  return {
    score: scoreGrouping(truth, ids),
    falseNovelty: falseNovelty(truth, isNew),
    linesPerSecond: speedOfDrain(drain, lines),
  };
}

/** Drain works on strings: making them of the bytes that come in is part of its price. */
function speedOfDrain(drain: Drain, lines: readonly LabelledLine[]): number {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const distinct = [...new Set(lines.map((line) => line.text))].map((text) => encoder.encode(text));
  return speed(distinct.length, (from, to) => {
    for (let i = from; i < to; i++) drain.add(decoder.decode(distinct[i]));
  });
}

/** From bytes of one buffer, as the data plane does it. */
function speedOfSignature(
  stage: SignatureStage,
  lines: readonly LabelledLine[],
): Pick<SignatureRun, "linesPerSecond" | "bytesPerSecond"> {
  const distinct = [...new Map(lines.map((line) => [line.text, line])).values()];
  const batch = textBatch(distinct);
  const linesPerSecond = speed(distinct.length, (from, to) => stage.assign(batch, from, to));
  let examined = 0;
  for (let i = 0; i < distinct.length; i++) examined += Math.min(batch.bodyEnd[i]! - batch.bodyStart[i]!, MAX_BYTES);
  return { linesPerSecond, bytesPerSecond: (linesPerSecond * examined) / distinct.length };
}

/** @returns lines a second of processor time: what else runs on the machine does not count */
function speed(count: number, add: (from: number, to: number) => void): number {
  add(0, Math.min(count, WARM_UP_LINES));
  const began = process.cpuUsage();
  let done = 0;
  let elapsed = 0;
  while (elapsed < MEASURE_MICROSECONDS) {
    const from = done % count;
    const end = Math.min(count, from + SLICE);
    add(from, end);
    done += end - from;
    const used = process.cpuUsage(began);
    elapsed = used.user + used.system;
  }
  return done / (elapsed / 1e6);
}
