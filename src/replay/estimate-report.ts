/**
 * The accuracy of counts estimated from the records that a replay kept, as a user estimates them from stored records,
 * against the true counts. Evaluated for every pattern and minute, and for slices of a pattern (an eighth, a quarter
 * and the rest of its trace ids, like small and large customers), by weights alone and raked to the hourly summaries.
 * Evaluated are counts with enough expected lines, by arrivals and probabilities and independent of the draws. Memory:
 * three numbers and a trace id for each kept record.
 */
import { CountEstimate } from "../core/estimate/count-estimate.ts";
import type { Interval } from "../core/estimate/interval.ts";
import { KeptLines } from "../core/estimate/kept-lines.ts";
import type { CountCorrection, LinePlace } from "../core/estimate/margin.ts";
import { patternMargin } from "../core/estimate/margin.ts";
import { RakedLines } from "../core/estimate/raking.ts";
import type { SummaryRow } from "../core/summaries/summary-flush.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/**
 * Slice of a trace by the last byte of its id, modulo 8: an eighth, a quarter and five eighths of a pattern's traces.
 */
const SLICE_OF: readonly number[] = [0, 1, 1, 2, 2, 2, 2, 2];
const SLICES = 3;
/** Expected number of lines that the draw keeps, from which on a count is evaluated. */
const EXPECTED_DRAWN = 5;

export interface EstimateSummary {
  readonly pattern_minutes: { readonly judged: number; readonly interval_coverage: number };
  readonly slices: {
    readonly judged: number;
    readonly interval_coverage: number;
    /** Sum of errors over the sum of true counts. */
    readonly count_error: number;
    readonly raked_interval_coverage: number;
    readonly raked_count_error: number;
  };
}

export interface DecidedLine {
  readonly pattern: string;
  /** The time that summaries count by. */
  readonly timeMs: number;
  readonly probability: number;
  readonly isKept: boolean;
  /** Bytes of the trace id as text, "" without one. */
  readonly trace: string;
}

interface Truth {
  count: number;
  /** Σ p of the lines that were drawn. */
  expected: number;
}

interface MinuteCell extends Truth {
  readonly estimate: CountEstimate;
}

interface PatternSample {
  readonly lines: KeptLines;
  readonly places: LinePlace[];
  /** Slice of each kept line, or -1. */
  readonly slices: number[];
  readonly truths: readonly Truth[];
  readonly rows: CountCorrection[];
}

class Tally {
  judged = 0;
  #covered = 0;
  #error = 0;
  #count = 0;

  add({ estimate, low, high }: Interval, count: number): void {
    // Sums of weights are doubles: an exact estimate may differ from the count by rounding.
    const rounding = 1e-9 * count;
    this.judged++;
    if (low - rounding <= count && count <= high + rounding) this.#covered++;
    this.#error += Math.abs(estimate - count);
    this.#count += count;
  }

  get coverage(): number {
    return this.judged === 0 ? 0 : this.#covered / this.judged;
  }

  get error(): number {
    return this.#count === 0 ? 0 : this.#error / this.#count;
  }
}

export class EstimateReport {
  readonly #patterns = new Map<string, PatternSample>();
  readonly #minutes = new Map<string, MinuteCell>();
  readonly #minuteTally = new Tally();
  #minute = -1;

  add(line: DecidedLine, clockMs: number): void {
    const minute = Math.floor(clockMs / MINUTE_MS);
    if (minute !== this.#minute) this.#closeMinute();
    this.#minute = minute;
    this.#addToMinute(line);
    this.#addToPattern(line);
  }

  summarised(rows: readonly SummaryRow[]): void {
    // A folded row has no counts by pattern: the counts of its patterns stay estimates.
    for (const row of rows) this.#patterns.get(row.pattern)?.rows.push({ ...row, service: "" });
  }

  #addToMinute({ pattern, probability, isKept, trace }: DecidedLine): void {
    const cell = this.#minutes.get(pattern) ?? newMinute();
    this.#minutes.set(pattern, cell);
    count(cell, probability);
    if (isKept) cell.estimate.add(probability, trace);
  }

  #closeMinute(): void {
    for (const { estimate, count: truth, expected } of this.#minutes.values()) {
      if (expected >= EXPECTED_DRAWN) this.#minuteTally.add(estimate.interval(), truth);
    }
    this.#minutes.clear();
  }

  #addToPattern({ pattern, timeMs, probability, isKept, trace }: DecidedLine): void {
    const sample = this.#patterns.get(pattern) ?? newSample();
    this.#patterns.set(pattern, sample);
    const slice = trace === "" ? -1 : (SLICE_OF[trace.charCodeAt(trace.length - 1) % SLICE_OF.length] ?? -1);
    const truth = sample.truths[slice];
    if (truth !== undefined) count(truth, probability);
    if (!isKept) return;
    sample.lines.add(probability, trace);
    sample.slices.push(slice);
    const last = sample.places.at(-1);
    const hourMs = timeMs - (timeMs % HOUR_MS);
    sample.places.push(last?.timeMs === hourMs ? last : { service: "", pattern, timeMs: hourMs });
  }

  summary(): EstimateSummary {
    this.#closeMinute();
    const plain = new Tally();
    const raked = new Tally();
    for (const sample of this.#patterns.values()) evaluateSlices(sample, plain, raked);
    return {
      pattern_minutes: { judged: this.#minuteTally.judged, interval_coverage: this.#minuteTally.coverage },
      slices: {
        judged: plain.judged,
        interval_coverage: plain.coverage,
        count_error: plain.error,
        raked_interval_coverage: raked.coverage,
        raked_count_error: raked.error,
      },
    };
  }
}

function newMinute(): MinuteCell {
  return { estimate: new CountEstimate({ wholePatterns: true }), count: 0, expected: 0 };
}

function newSample(): PatternSample {
  const truths = Array.from({ length: SLICES }, () => ({ count: 0, expected: 0 }));
  return { lines: new KeptLines(), places: [], slices: [], truths, rows: [] };
}

function count(truth: Truth, probability: number): void {
  truth.count++;
  if (probability < 1) truth.expected += probability;
}

function evaluateSlices({ lines, places, slices, truths, rows }: PatternSample, plain: Tally, raked: Tally): void {
  if (truths.every(({ expected }) => expected < EXPECTED_DRAWN)) return;
  const calibrated = new RakedLines(lines, patternMargin(lines, places, rows, HOUR_MS));
  const unraked = new RakedLines(lines);
  for (const [slice, { count: truth, expected }] of truths.entries()) {
    if (expected < EXPECTED_DRAWN) continue;
    const isIn = (line: number) => slices[line] === slice;
    plain.add(unraked.slice(isIn), truth);
    raked.add(calibrated.slice(isIn), truth);
  }
}
