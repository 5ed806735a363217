/**
 * Keep reason `observe`: in observe mode the record is forwarded untouched, whatever was decided. It replaces the
 * answer of the steps when decisions are counted, so that budget and plan see what enforcing would do.
 */
import type { DecidingSlice } from "../deciding-slice.ts";
import { OBSERVE, SUMMARY } from "../reason-codes.ts";
import type { Explanation } from "./step.ts";
import { keeps } from "./step.ts";

/** @returns bytes that are forwarded only because the mode is observe */
export function observe({ batch, decisions }: DecidingSlice, i: number, stampBytes: number): number {
  const { keep, weight, probability, reason } = decisions;
  if (reason[i] === SUMMARY) return 0;
  const bytes = keep[i] === 0 ? batch.recordEnd[i] - batch.recordStart[i] + stampBytes : 0;
  keep[i] = 1;
  weight[i] = 1;
  probability[i] = 1;
  reason[i] = OBSERVE;
  return bytes;
}

export function explainObserve(): Explanation {
  return keeps("observe", 1, "the mode is observe: every record is forwarded, and the decision is only reported");
}
