/**
 * Scales probabilities by sender. Where several senders use one service name, the plan's probability of a pattern fits
 * all of them together, not each: the records of a sender are drawn at the plan's probability times the factor that the
 * last tick computed for it. Visits the records of such services only, and is not called while there are none.
 */
import { MARK_PASS_THROUGH } from "../../../model/log-batch.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import { FLAG_ERROR } from "../../patterns/pattern-state.ts";
import { MIN_PROBABILITY } from "../plan/row-plan.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import type { DecidingSlice } from "./deciding-slice.ts";
import { ERROR, SAMPLED } from "./reason-codes.ts";

export function scaleBySender(
  { batch, from, to, probability, reason }: DecidingSlice,
  state: PatternState,
  services: ServiceTable,
  stampBytes: number,
): void {
  const { shared, current } = services.senders;
  const { ordinary, errors } = current;
  const { pattern, marks, recordStart, recordEnd } = batch;
  for (let i = from; i < to; i++) {
    const row = pattern[i];
    const service = state.service[row];
    if (shared[service] === 0 || (marks[i] & MARK_PASS_THROUGH) !== 0) continue;
    const load = (state.flags[row] & FLAG_ERROR) === 0 ? ordinary : errors;
    const bytes = recordEnd[i] - recordStart[i] + stampBytes;
    load.tickBytes[service] += bytes;
    if (reason[i] !== SAMPLED && reason[i] !== ERROR) continue;
    const p = probability[i];
    load.tickPlannedBytes[service] += p * bytes;
    // ERRORs that the plan keeps whole are not scaled.
    if (p < 1) probability[i] = Math.max(MIN_PROBABILITY, Math.min(1, p * load.factor[service]));
  }
}
