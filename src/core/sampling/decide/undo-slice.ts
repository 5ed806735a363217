import { keepReasonCode } from "../../../model/decision.ts";
import type { Instant } from "../../../model/instant.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import { MARK_PASSES } from "../../../model/log-batch.ts";
import { floorWindowMs } from "../../patterns/floor-window.ts";
import {
  SPECIAL_ERROR,
  SPECIAL_FIRST,
  TOTAL_BYTES,
  TOTAL_KEPT,
  TOTAL_RECORDS,
  TOTAL_WEIGHT_BEYOND,
  TOTALS_STRIDE,
} from "../../patterns/pattern-state.ts";
import { countedEventMs } from "../../summaries/event-time.ts";
import type { BatchOutcome } from "./batch-outcome.ts";
import type { SamplerParts } from "./sampler-parts.ts";

/**
 * Takes the counts of a decided slice back, because its commit failed and the sender will send it again: a pattern is seen
 * only when its first line is safe. Rows that went to another pattern in the meantime are left alone; what they counted has
 * been told under the old name and is told twice.
 */
const FLOOR = keepReasonCode("floor");
const NOVEL = keepReasonCode("novel");

export function undoSlice(
  parts: SamplerParts,
  outcome: BatchOutcome,
  batch: LogBatch,
  from: number,
  to: number,
  now: Instant,
  floorMsPerByte: number,
): void {
  const { state, services, summaries, planner, guard } = parts;
  const { stampBytes } = parts.settings;
  const { pattern, recordStart, recordEnd, keep, weight, reason, probability, timeMs, marks } = batch;
  const { weighted, incoming } = batch;
  for (let i = from; i < to; i++) {
    const row = pattern[i];
    const content = recordEnd[i] - recordStart[i];
    const isGone = state.clearedAt[row] > outcome.clears;
    const service = isGone ? services.rowOf(serviceOf(batch, i)) : state.service[row];
    services.received[service]--;
    if (keep[i] === 1) {
      services.kept[service]--;
      services.keptBytes[service] -= content;
    }
    if (isGone) continue;
    if ((marks[i] & MARK_PASSES) === 0 && state.tickCount[row] > 0) {
      const bytes = Math.min(state.tickBytes[row], content + stampBytes);
      state.tickCount[row]--;
      state.tickBytes[row] -= bytes;
      state.arrivals--;
      planner.table.arrive(service, (state.special[row] & SPECIAL_ERROR) !== 0, -bytes, -1);
    }
    state.windowCount[row] -= Math.min(1, state.windowCount[row]);
    const counts = weighted ? incoming[i] : 1;
    const own = counts > 0 ? weight[i] / counts : 0;
    summaries.add(row, countedEventMs(timeMs[i], now.wallMs), content, keep[i], own, -counts);
    state.totals[row * TOTALS_STRIDE + TOTAL_RECORDS]--;
    state.totals[row * TOTALS_STRIDE + TOTAL_BYTES] -= content;
    state.totals[row * TOTALS_STRIDE + TOTAL_KEPT] -= keep[i];
    if (own > 1) {
      state.totals[row * TOTALS_STRIDE + TOTAL_WEIGHT_BEYOND] -= own - 1;
      state.weightVariance[row] -= own * (own - 1);
    }
    if (reason[i] === NOVEL && probability[i] >= 1) guard.spend(service, -(content + stampBytes));
    if (reason[i] === FLOOR) state.floorDueMs[row] -= floorWindowMs(state, row, floorMsPerByte);
  }
  for (const row of outcome.firstRows) {
    if (state.clearedAt[row] > outcome.clears) continue;
    state.floorDueMs[row] = 0;
    guard.takeBack(state.service[row], ++state.firstLines[row]);
    state.special[row] |= SPECIAL_FIRST;
  }
}

function serviceOf(batch: LogBatch, i: number): string {
  return batch.resources[batch.scopes[batch.scope[i]].resource].service;
}
