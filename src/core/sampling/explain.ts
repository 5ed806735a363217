/**
 * Explains why a record would be kept or dropped now: runs the steps of the decision over the sampler's state without
 * counting, charging or learning anything. The outcome of a draw is given as its probability.
 */
import type { Instant } from "../../model/instant.ts";
import type { LogBatch } from "../../model/log-batch.ts";
import { SEVERITY_CLASS_ERROR } from "./decide/reason-codes.ts";
import { explainObserve } from "./decide/steps/observe.ts";
import type { ExplainedLine, Explanation } from "./decide/steps/step.ts";
import type { SamplerInside } from "./inside.ts";
import { WINDOW_MS } from "./plan/row-plan.ts";
import type { PatternScope } from "./rules/rules.ts";

export interface DecisionTrace {
  readonly steps: readonly TracedStep[];
  /** A keep reason, or "muted". */
  readonly reason: string;
  readonly probability: number;
}

export interface TracedStep {
  /** A keep reason, or "muted". */
  readonly step: string;
  readonly matched: boolean;
  readonly rule: string | null;
  /** One sentence. */
  readonly because: string;
}

export interface ExplainedRecord {
  readonly batch: LogBatch;
  readonly record: number;
  readonly scope: PatternScope;
  /** Row of its pattern; -1 when the pattern is unknown. */
  readonly row: number;
}

export function explainRecord(inside: SamplerInside, record: ExplainedRecord, now: Instant): DecisionTrace {
  const { planner, services, settings } = inside.parts;
  if (record.row >= 0) planner.table.refresh(record.row);
  const line = lineOf(inside, record, now);
  const mode = line.service === undefined ? undefined : services.settings[line.service]?.mode;
  if ((mode ?? settings.mode) === "observe") return traceOf([explainObserve()]);
  return traceOf(inside.order.explain(line));
}

/** The record as the steps would see it, with what its arrival would change first. */
function lineOf(inside: SamplerInside, { batch, record, scope, row }: ExplainedRecord, now: Instant): ExplainedLine {
  const { arrivals } = inside;
  const { state, services, settings } = inside.parts;
  const isBack = row < 0 || arrivals.isBack(row, now.monoMs);
  const isUnseen = row < 0 || state.lastSeenMs[row] < 0;
  const isError = scope.severityClass >= SEVERITY_CLASS_ERROR;
  const isInWindow = !isUnseen && state.windowEpoch[row] === Math.floor(now.monoMs / WINDOW_MS);
  // Arrival resets the probability of an ERROR pattern that returns; an unknown pattern has none.
  const isPlanned = !(isError ? isBack : isUnseen);
  return {
    batch,
    record,
    now,
    bytes: batch.recordEnd[record] - batch.recordStart[record] + settings.stampBytes,
    scope,
    row,
    service: services.rowFor(scope.service),
    isError,
    isBack,
    firstLines: arrivals.firstLinesOwed(row, now.monoMs),
    floorDueMs: isBack ? 0 : state.floorDueMs[row],
    floorPerMinute: row < 0 ? 0 : state.floorPerMinute[row],
    probability: isPlanned ? state.probability[row] : 0,
    decayK: isUnseen ? 0 : state.decayK[row],
    arrival: (isInWindow ? state.windowCount[row] : 0) + 1,
    capProbability: 1,
    cap: null,
  };
}

function traceOf(explanations: readonly Explanation[]): DecisionTrace {
  const last = explanations[explanations.length - 1];
  return {
    steps: explanations.map(({ step, because, rule, probability }) => ({
      step,
      matched: probability !== undefined,
      rule,
      because,
    })),
    reason: last.step,
    probability: last.probability ?? 0,
  };
}
