/**
 * What signatures cost where it hurts: streams in which every line is a new shape, and lines made to be slow. Processor
 * time only; lines are made outside of what is timed.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { BodyTemplate } from "../../src/core/signature/mask/body-template.ts";
import { SignatureStage } from "../../src/core/signature/signature-stage.ts";
import type { TextLine } from "../kit/otlp/text-batch.ts";
import { textBatch } from "../kit/otlp/text-batch.ts";

const MAX_PATTERNS = 50_000;
const SLICE = 2048;
const LINES = 1_000_000;
const LONGEST_LINE = 64 * 1024;
const REPETITIONS = 200;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

export interface StreamCost {
  readonly name: string;
  readonly linesPerSecond: number;
  readonly rows: number;
  /** Heap and buffers after the stream, less those before. */
  readonly grownBytes: number;
}

export interface DoublingCost {
  readonly unit: string;
  /** Time for twice the line over time for the line. */
  readonly factor: number;
}

interface Stream {
  readonly name: string;
  /** The line of a number. */
  line(n: number): TextLine;
}

/** Words of two or three syllables, never the same row of them twice. */
class Words {
  #state = 7;

  #below(n: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * n);
  }

  word(): string {
    let text = "";
    for (let i = 2 + this.#below(2); i > 0; i--)
      text += "bcdfghklmnprstvz"[this.#below(16)]! + "aeiou"[this.#below(5)]!;
    return text;
  }

  shape(n: number): string {
    const [a, b, c, d, e, f] = [this.word(), this.word(), this.word(), this.word(), this.word(), this.word()];
    return `${a} ${b} ${c} from ${d} ${n} to ${e} and ${f} in ${n % 77} ms`;
  }
}

function ordinary(n: number): string {
  return `Cache refresh for tenant ${n} finished: ${n % 977} entries loaded, ${n % 55} evicted, took ${n % 900} ms`;
}

export function streamCosts(): readonly StreamCost[] {
  const words = new Words();
  const streams: readonly Stream[] = [
    { name: "ordinary lines", line: (n) => ({ text: ordinary(n), service: "s" }) },
    { name: "every line a new shape, one service", line: (n) => ({ text: words.shape(n), service: "s" }) },
    {
      name: "four lines in five a new shape, one service",
      line: (n) => ({ text: n % 5 === 0 ? ordinary(n) : words.shape(n), service: "s" }),
    },
    {
      name: "every line a new shape, 500 services",
      line: (n) => ({ text: words.shape(n), service: `s${Math.floor(n / 64) % 500}` }),
    },
  ];
  return streams.map(costOf);
}

function costOf({ name, line }: Stream): StreamCost {
  const stage = new SignatureStage({
    maxPatterns: MAX_PATTERNS,
    maxBytes: 2048,
    maxServices: 1000,
    hashKey: new Uint8Array(16).fill(3),
  });
  collect();
  const before = memory();
  let spent = 0;
  for (let from = 0; from < LINES; from += SLICE) {
    const batch = textBatch(Array.from({ length: SLICE }, (_, i) => line(from + i)));
    const began = cpuMicroseconds();
    stage.assign(batch, 0, SLICE);
    spent += cpuMicroseconds() - began;
  }
  collect();
  return { name, linesPerSecond: LINES / (spent / 1e6), rows: stage.stats.rows, grownBytes: memory() - before };
}

function memory(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Pieces that hide their end, repeat or nest: each a reason to look at bytes again. */
const HOSTILE: readonly string[] = [
  "x",
  "1",
  "word ",
  "5 ",
  "a.b/c ",
  "(",
  "[x, ",
  "[x][x]",
  '"',
  "k=v ",
  "k=(",
  '{"a":',
  "'",
  'a="b',
  "<",
  "::a",
  "*** ",
  "=",
  "天5",
];

/** Lines of 32 and 64 KiB, all of them examined: the most that `signature.max_bytes` takes. */
export function doublingCosts(): readonly DoublingCost[] {
  const template = new BodyTemplate(LONGEST_LINE, LONGEST_LINE);
  return HOSTILE.map((unit) => {
    const whole = new TextEncoder().encode(unit.repeat(LONGEST_LINE / new TextEncoder().encode(unit).length));
    const half = whole.length >> 1;
    let halfTime = Number.POSITIVE_INFINITY;
    let wholeTime = Number.POSITIVE_INFINITY;
    // In turns, and the best of each: neighbours on the machine slow both.
    for (let i = 0; i < REPETITIONS; i++) {
      halfTime = Math.min(halfTime, timeOf(template, whole.subarray(0, half)));
      wholeTime = Math.min(wholeTime, timeOf(template, whole));
    }
    return { unit, factor: wholeTime / Math.max(halfTime, 1) };
  });
}

function timeOf(template: BodyTemplate, line: Uint8Array): number {
  const began = process.hrtime.bigint();
  template.ofText(line, 0, line.length);
  return Number(process.hrtime.bigint() - began);
}

function cpuMicroseconds(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
