/** Merges two rows of PatternState by the rules of pattern-columns.ts. */

import { RETURN_LINES } from "./first-lines.ts";
import type { ColumnArray, ColumnName, EmptyTargetRule, MergeRule } from "./pattern-columns.ts";
import { COLUMN_NAMES, PATTERN_COLUMNS, strideOf } from "./pattern-columns.ts";
import type { PatternState } from "./pattern-state.ts";
import { FLAG_FIRST_LINES } from "./pattern-state.ts";

type ColumnPair = readonly [name: ColumnName, rule: MergeRule];

/** Columns recomputed from others come first, while these still have the values before the merge. */
const MERGE_ORDER: readonly ColumnPair[] = [
  ...pairsOf((rule) => rule === "meanByRate"),
  ...pairsOf((rule) => rule !== "meanByRate" && rule !== "keepTarget" && rule !== "byVisits"),
];

function pairsOf(isChosen: (rule: MergeRule) => boolean): ColumnPair[] {
  const pairs = COLUMN_NAMES.map((name): ColumnPair => [name, PATTERN_COLUMNS[name].merge]);
  return pairs.filter(([, rule]) => isChosen(rule));
}

/**
 * Two patterns turned out to be one: the merged row takes over what the sampler knows of the old one, so that a pattern
 * which is only recognised better is as old as the older of them and keeps its rate. The old row is cleared; its
 * summaries were sent under its own id, which is now an alias.
 */
export function mergePatternState(state: PatternState, from: number, into: number): void {
  if (state.lastSeenMs[from] < 0) return;
  if (state.lastSeenMs[into] < 0) fillEmptyTarget(state, from, into);
  for (const [name, rule] of MERGE_ORDER) {
    if (rule === "meanByRate") mergeMeanByRate(state, state[name], from, into);
    else mergeElements(state[name], rule, strideOf(PATTERN_COLUMNS[name]), from, into);
  }
  // A live pattern stays live under the new name, and the next tick visits it with the merged values.
  if (state.livePosition[from] >= 0) state.activate(into);
  state.markDirty(into);
  state.clear(from);
}

/** The row merged first lends its place in the plan. */
function fillEmptyTarget(state: PatternState, from: number, into: number): void {
  for (const name of COLUMN_NAMES) {
    const rule = PATTERN_COLUMNS[name].emptyTarget;
    if (rule !== undefined) state[name][into] = emptyTargetValue(rule, state[name][from]);
  }
  state.activate(into);
}

function emptyTargetValue(rule: EmptyTargetRule, old: number): number {
  switch (rule) {
    case "copy":
      return old;
    case "zero":
      return 0;
    // The new name has not been in any kept line yet, so that one line is owed whatever the old row had kept.
    case "oweFirstLine":
      return old | FLAG_FIRST_LINES;
    case "firstLines":
      return Math.max(RETURN_LINES, old);
  }
}

/** Mean of both rows, weighted by their slow rates; without a rate that of the merged row. */
function mergeMeanByRate(state: PatternState, column: ColumnArray, from: number, into: number): void {
  const { rateSlow } = state;
  const rate = rateSlow[into] + rateSlow[from];
  if (rate > 0) column[into] = (rateSlow[into] * column[into] + rateSlow[from] * column[from]) / rate;
}

function mergeElements(column: ColumnArray, rule: MergeRule, stride: number, from: number, into: number): void {
  for (let element = 0; element < stride; element++) {
    const at = into * stride + element;
    column[at] = mergedValue(rule, column[at], column[from * stride + element]);
  }
}

function mergedValue(rule: MergeRule, target: number, old: number): number {
  switch (rule) {
    case "sum":
      return target + old;
    case "max":
      return Math.max(target, old);
    case "earliest":
      return Math.min(target, old);
    case "either":
      return target | old;
    case "keepTarget":
    case "byVisits":
    case "meanByRate":
      return target;
  }
}
