/**
 * Last stage of a decision: counts the outcome of every record of a slice, by pattern and service for the totals and by
 * event minute for the summaries. Observe mode replaces decisions here.
 */
import { REASON_MUTED } from "../../../model/decision.ts";
import type { LogBatch } from "../../../model/log-batch.ts";
import type { PatternState } from "../../patterns/pattern-state.ts";
import {
  TOTAL_BYTES,
  TOTAL_KEPT,
  TOTAL_RECORDS,
  TOTAL_WEIGHT_BEYOND,
  TOTALS_STRIDE,
} from "../../patterns/pattern-state.ts";
import { countedEventMs, EVENT_FUTURE_MS, EVENT_PAST_MS } from "../../summaries/event-time.ts";
import type { SummaryAccumulator } from "../../summaries/summary-accumulator.ts";
import type { SamplingMode } from "../settings.ts";
import type { ServiceTable } from "../shares/service-table.ts";
import type { Accounts } from "./accounts.ts";
import type { DecidingSlice } from "./deciding-slice.ts";
import { observe } from "./steps/observe.ts";

export interface TallyDeps {
  readonly state: PatternState;
  readonly services: ServiceTable;
  readonly summaries: SummaryAccumulator;
  readonly accounts: Accounts;
  readonly mode: SamplingMode;
  /** Bytes of the sampling attributes on a kept record. */
  readonly stampBytes: number;
}

export class Tally {
  readonly #deps: TallyDeps;
  readonly #observed: number;

  constructor(deps: TallyDeps) {
    this.#deps = deps;
    this.#observed = deps.accounts.open({ name: "observed", bucket: undefined, kind: "overBudget" });
  }

  /** Counts the slice by runs of records of one service, because the mode is a setting of the service. */
  run(slice: DecidingSlice): void {
    const { services, state, mode, stampBytes } = this.#deps;
    const { from, to, charged, counts } = slice;
    const { pattern } = slice.batch;
    for (let start = from; start < to; ) {
      const service = state.service[pattern[start]];
      let end = start + 1;
      while (end < to && state.service[pattern[end]] === service) end++;
      if ((services.settings[service]?.mode ?? mode) === "observe") {
        for (let i = start; i < end; i++) charged[this.#observed] += observe(slice, i, stampBytes);
      }
      this.#addRun(slice, start, end, service);
      start = end;
    }
    counts.isTallied = true;
  }

  #addRun({ batch, wallMs, decisions, counts }: DecidingSlice, from: number, to: number, service: number): void {
    const { summaries, state, services } = this.#deps;
    const { pattern, recordStart, recordEnd, severity, timeMs, weighted, incoming } = batch;
    const { keep, weight, probability, reason } = decisions;
    const { totals } = state;
    const earliest = wallMs - EVENT_PAST_MS;
    const latest = wallMs + EVENT_FUTURE_MS;
    let kept = 0;
    let keptBytes = 0;
    for (let i = from; i < to; i++) {
      const row = pattern[i];
      const content = recordEnd[i] - recordStart[i];
      const stoodFor = weighted ? incoming[i] : 1;
      const event = timeMs[i] === 0 ? wallMs : timeMs[i];
      const clamped = event < earliest ? earliest : event > latest ? latest : event;
      summaries.add(row, clamped, content, weight[i], stoodFor);
      if (weight[i] > 1) {
        totals[row * TOTALS_STRIDE + TOTAL_WEIGHT_BEYOND] += weight[i] - 1;
        state.weightVariance[row] += weight[i] * (weight[i] - 1);
      }
      if (stoodFor !== 1) {
        // The sender's weight multiplies ours, and the probability follows; a weight of 0 has no probability.
        weight[i] *= stoodFor;
        if (weight[i] > 0) probability[i] = Math.min(1, 1 / weight[i]);
      }
      const at = row * TOTALS_STRIDE;
      totals[at + TOTAL_RECORDS]++;
      totals[at + TOTAL_BYTES] += content;
      if (keep[i] === 1) {
        totals[at + TOTAL_KEPT]++;
        counts.keptByReason[reason[i]]++;
        kept++;
        keptBytes += content;
      } else if (reason[i] === REASON_MUTED) counts.muted[severity[i]]++;
      else counts.sampledOut[severity[i]]++;
    }
    counts.keptRecords += kept;
    counts.keptBytes += keptBytes;
    services.received[service] += to - from;
    services.kept[service] += kept;
    services.keptBytes[service] += keptBytes;
  }

  /**
   * Takes the counts back. The counts of a row that was given to another pattern meanwhile stay in a summary of the old
   * pattern, which cannot be taken back; only the counts of its service are.
   * @param isGone whether the row was given to another pattern since
   */
  undo({ batch, from, to, wallMs, decisions }: DecidingSlice, isGone: (row: number) => boolean): void {
    const { state, services, summaries } = this.#deps;
    const { pattern, recordStart, recordEnd, timeMs, weighted, incoming } = batch;
    const { keep, weight } = decisions;
    for (let i = from; i < to; i++) {
      const row = pattern[i];
      const content = recordEnd[i] - recordStart[i];
      const service = isGone(row) ? services.rowOf(serviceOf(batch, i)) : state.service[row];
      services.received[service]--;
      if (keep[i] === 1) {
        services.kept[service]--;
        services.keptBytes[service] -= content;
      }
      if (isGone(row)) continue;
      const stoodFor = weighted ? incoming[i] : 1;
      const own = stoodFor > 0 ? weight[i] / stoodFor : 0;
      summaries.add(row, countedEventMs(timeMs[i], wallMs), content, own, -stoodFor);
      const at = row * TOTALS_STRIDE;
      state.totals[at + TOTAL_RECORDS]--;
      state.totals[at + TOTAL_BYTES] -= content;
      state.totals[at + TOTAL_KEPT] -= keep[i];
      if (own <= 1) continue;
      state.totals[at + TOTAL_WEIGHT_BEYOND] -= own - 1;
      state.weightVariance[row] -= own * (own - 1);
    }
  }
}

function serviceOf(batch: LogBatch, i: number): string {
  return batch.resources[batch.scopes[batch.scope[i]].resource].service;
}
