import { RETURN_LINES } from "./first-lines.ts";
import type { PatternState } from "./pattern-state.ts";
import { SPECIAL_FIRST, TOTALS_STRIDE } from "./pattern-state.ts";

/**
 * Patterns were found to be one: what the sampler knows of the old row goes over to the merged one, so that a pattern that
 * was merely recognised better is as old as the oldest of them, and not without a rate. The old row's counters start at zero; its summaries were
 * sent under its own id, which is now an alias.
 */
export function mergePatternState(state: PatternState, from: number, into: number): void {
  if (state.lastSeenMs[from] < 0) return;
  if (state.lastSeenMs[into] < 0) inherit(state, from, into);
  const rate = state.rateSlow[into] + state.rateSlow[from];
  if (rate > 0) {
    const bytes = state.rateSlow[into] * state.meanBytes[into] + state.rateSlow[from] * state.meanBytes[from];
    state.meanBytes[into] = bytes / rate;
  }
  state.rateSlow[into] = rate;
  state.rateUsual[into] += state.rateUsual[from];
  state.rateFast[into] += state.rateFast[from];
  state.dispersion[into] = Math.max(state.dispersion[into], state.dispersion[from]);
  state.decayK[into] += state.decayK[from];
  for (let field = 0; field < TOTALS_STRIDE; field++) {
    state.totals[into * TOTALS_STRIDE + field] += state.totals[from * TOTALS_STRIDE + field];
  }
  state.weightVariance[into] += state.weightVariance[from];
  state.tickCount[into] += state.tickCount[from];
  state.tickBytes[into] += state.tickBytes[from];
  state.lastSeenMs[into] = Math.max(state.lastSeenMs[into], state.lastSeenMs[from]);
  state.firstSeenMs[into] = Math.min(state.firstSeenMs[into], state.firstSeenMs[from]);
  state.isKnown[into] |= state.isKnown[from];
  // Who was live stays so under the new name, and the next tick sees it as it is now.
  if (state.livePosition[from] >= 0) state.activate(into);
  state.speak(into);
  state.clear(from);
}

/** The first of the merged rows lends its place in the plan. */
function inherit(state: PatternState, from: number, into: number): void {
  state.lastSeenMs[into] = state.lastSeenMs[from];
  state.firstSeenMs[into] = state.firstSeenMs[from];
  state.floorDueMs[into] = 0;
  state.service[into] = state.service[from];
  state.severity[into] = state.severity[from];
  // Nobody has seen its name yet: one line tells it, whatever its parts had told.
  state.special[into] = state.special[from] | SPECIAL_FIRST;
  state.firstLines[into] = Math.max(RETURN_LINES, state.firstLines[from]);
  state.rule[into] = state.rule[from];
  state.plan[into] = state.plan[from];
  state.worth[into] = state.worth[from];
  state.value[into] = state.value[from];
  state.windowEpoch[into] = state.windowEpoch[from];
  state.windowCount[into] = state.windowCount[from];
  state.activate(into);
}
