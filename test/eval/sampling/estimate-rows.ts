/**
 * Whether weights are honest: many seeds of the draw over the same small traffic. Of every pattern's count in the last
 * minute, is the truth inside its 95 % interval; is the sum of all weights biased; and how well does one read a slice
 * of a pattern (a customer's lines) from weights alone, and raked to the summaries.
 */
import { CountEstimate } from "../../../src/core/estimate/count-estimate.ts";
import type { LogBatch } from "../../../src/model/log-batch.ts";
import type { FedRequest } from "./live-drive.ts";
import { engineWith, LiveDrive } from "./live-drive.ts";
import type { RecordedRequest } from "./reduced-world.ts";
import { bytesPerSecond, recordWorld } from "./reduced-world.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { judged } from "./scoreboard-row.ts";
import { SliceContest } from "./slice-contest.ts";

const SECONDS = 120;
const JUDGED_FROM = 60;
const LINES_PER_SECOND = 100;
const PATTERNS = 40;
const BUDGET_SHARE = 0.1;
const WORLDS = 10;
/** A slice is judged when this many lines of it are expected to be drawn: by arrivals and plan, never by what was drawn. */
const EXPECTED_KEPT = 5;

interface Slice {
  readonly estimate: CountEstimate;
  truth: number;
  /** Σ p over lines that were drawn. */
  expected: number;
  hasTraces: boolean;
}

/** Counts judged, and how many of their intervals held the truth. */
interface Coverage {
  covered: number;
  judged: number;
}

interface Judgement {
  readonly traced: Coverage;
  readonly lone: Coverage;
  /** Relative error of the sum of all weights, a run each. */
  readonly errors: number[];
  readonly slices: SliceContest;
}

export async function estimateRows(seed: number, seeds: number): Promise<ScoreboardRow[]> {
  const result: Judgement = {
    traced: { covered: 0, judged: 0 },
    lone: { covered: 0, judged: 0 },
    errors: [],
    slices: new SliceContest(EXPECTED_KEPT),
  };
  for (let world = 0; world < WORLDS; world++) {
    const requests = recordWorld({
      seed: seed + world,
      seconds: SECONDS,
      linesPerSecond: LINES_PER_SECOND,
      patterns: PATTERNS,
    });
    for (let draw = 0; draw < seeds / WORLDS; draw++) await judgeOne(requests, 1 + draw * WORLDS + world, result);
  }
  const { traced, lone, errors, slices } = result;
  const count = traced.judged + lone.judged;
  const share = (traced.covered + lone.covered) / count;
  const note = `${errors.length} seeds, ${count} counts of a pattern and minute; ${told(traced)} with trace ids, ${told(lone)} without`;
  return [
    {
      ...judged({ measure: "coverage of 95 % intervals", value: share, unit: "", note }, ">=", 0.93),
      passes: share >= 0.93 && share <= 0.97,
    },
    judged(
      {
        measure: "bias of summed weights, absolute z",
        value: Math.abs(zOf(errors)),
        unit: "",
        note: `${errors.length} seeds`,
      },
      "<=",
      3,
    ),
    ...slices.rows(),
  ];
}

async function judgeOne(requests: readonly RecordedRequest[], draw: number, result: Judgement): Promise<void> {
  const budget = Math.round(BUDGET_SHARE * bytesPerSecond(requests, SECONDS));
  const engine = await engineWith([`sampling.budget.bytes_per_second=${budget}`], draw);
  const contest = result.slices;
  const drive = new LiveDrive(
    engine,
    () => {},
    (rows) => contest.summarised(rows),
  );
  const slices = new Map<number, Slice>();
  let weights = 0;
  let lines = 0;
  for (const { bytes, patterns, second, timeMs } of requests) {
    const fed = drive.feed(bytes, bytes.length, timeMs);
    const { batch, decisions } = fed;
    for (let i = 0; i < batch.recordCount; i++) {
      weights += decisions.weight[i]!;
      lines++;
      if (second >= JUDGED_FROM) addLine(slices, patterns[i]!, fed, i);
      contest.add(engine.signature.patterns.id(batch.pattern[i]!), fed, i, traceOf(batch, i));
    }
  }
  drive.finish();
  contest.endRun();
  result.errors.push((weights - lines) / lines);
  for (const { estimate, truth, expected, hasTraces } of slices.values()) {
    if (expected < EXPECTED_KEPT) continue;
    const { low, high } = estimate.interval();
    const kind = hasTraces ? result.traced : result.lone;
    kind.judged++;
    if (truth >= low && truth <= high) kind.covered++;
  }
}

function addLine(slices: Map<number, Slice>, pattern: number, { batch, decisions }: FedRequest, i: number): void {
  let slice = slices.get(pattern);
  if (slice === undefined) {
    slice = { estimate: new CountEstimate({ wholePatterns: true }), truth: 0, expected: 0, hasTraces: false };
    slices.set(pattern, slice);
  }
  const p = decisions.probability[i]!;
  const trace = traceOf(batch, i);
  slice.truth++;
  if (p < 1) slice.expected += p;
  if (trace !== "") slice.hasTraces = true;
  if (decisions.keep[i] === 1) slice.estimate.add(p, trace);
}

function told({ covered, judged: count }: Coverage): string {
  return `${(covered / count).toFixed(3)} of ${count}`;
}

function traceOf(batch: LogBatch, i: number): string {
  const at = batch.traceStart[i]!;
  return at === 0 ? "" : Buffer.from(batch.bytes.subarray(at, at + 16)).toString("latin1");
}

function zOf(errors: readonly number[]): number {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / (errors.length - 1);
  return mean / Math.sqrt(variance / errors.length);
}
