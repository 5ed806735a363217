import { KEEP_REASONS } from "../../../model/decision.ts";

/** What deciding one slice of a batch did, in counts; reused from batch to batch. */
export interface BatchOutcome {
  /** Records kept, by KEEP_REASONS code. */
  readonly keptByReason: Float64Array;
  /** Records not kept, by severity number 0..25: drawn away, and muted by a rule. */
  readonly sampledOut: Float64Array;
  readonly muted: Float64Array;
  /** Records whose pattern is news and whose severity is ERROR or worse: worth the context that led to them. */
  readonly triggers: Int32Array;
  triggerCount: number;
  keptRecords: number;
  /** Σ content bytes of kept records. */
  keptBytes: number;
  /** Bytes kept because somebody said so, beyond what the budget would have paid: by rule (pin) and by bypass. */
  pinnedBytes: number;
  bypassBytes: number;
  /** First lines that no longer fitted the novelty allowance. */
  noveltyOverflow: number;
  /** Bytes that the sampler would have kept; differs from keptBytes in observe mode. */
  decidedBytes: number;
  /** Bytes forwarded only because the mode is observe. */
  observedBytes: number;
  /** Of the pinned bytes, those that came while the budget had nothing left. */
  pinsBeyond: number;

  /** For undo: rows that gave one of their first lines, once for each; and which rows have been given up by now. */
  readonly firstRows: number[];
  clears: number;
  /** For undo: what was granted and charged. */
  inputBytes: number;
  grant: number;
  drawCharge: number;
  /** Floor lines: kept by arrival. */
  floorBytes: number;
  /** Of these, what their bucket pays. */
  floorCharge: number;
  /** Summaries and other events of trusted peers: forwarded as they are. */
  passedBytes: number;
  /** Σ p·bytes of records whose probability a cap holds down. */
  cappedBytes: number;
  /** What plan probabilities asked for before scaling, bytes. */
  drawWish: number;
  /** Bytes of the records that the plan's probabilities were about. */
  drawSubject: number;
  errorCharge: number;
  noveltyCharge: number;
  traceCharge: number;
  reserveCharge: number;
}

/** Triggers of one slice; more are not announced. */
const MAX_TRIGGERS = 8;

export function createOutcome(): BatchOutcome {
  return {
    keptByReason: new Float64Array(KEEP_REASONS.length),
    sampledOut: new Float64Array(26),
    muted: new Float64Array(26),
    triggers: new Int32Array(MAX_TRIGGERS),
    triggerCount: 0,
    keptRecords: 0,
    keptBytes: 0,
    pinnedBytes: 0,
    bypassBytes: 0,
    noveltyOverflow: 0,
    decidedBytes: 0,
    observedBytes: 0,
    pinsBeyond: 0,
    firstRows: [],
    clears: 0,
    inputBytes: 0,
    grant: 0,
    drawCharge: 0,
    floorBytes: 0,
    floorCharge: 0,
    passedBytes: 0,
    cappedBytes: 0,
    drawWish: 0,
    drawSubject: 0,
    errorCharge: 0,
    noveltyCharge: 0,
    traceCharge: 0,
    reserveCharge: 0,
  };
}

export function resetOutcome(outcome: BatchOutcome): void {
  outcome.keptByReason.fill(0);
  outcome.sampledOut.fill(0);
  outcome.muted.fill(0);
  outcome.triggerCount = 0;
  outcome.keptRecords = 0;
  outcome.keptBytes = 0;
  outcome.pinnedBytes = 0;
  outcome.bypassBytes = 0;
  outcome.noveltyOverflow = 0;
  outcome.decidedBytes = 0;
  outcome.observedBytes = 0;
  outcome.pinsBeyond = 0;
  outcome.firstRows.length = 0;
  outcome.inputBytes = 0;
  outcome.grant = 0;
  outcome.drawCharge = 0;
  outcome.floorBytes = 0;
  outcome.floorCharge = 0;
  outcome.passedBytes = 0;
  outcome.cappedBytes = 0;
  outcome.drawWish = 0;
  outcome.drawSubject = 0;
  outcome.errorCharge = 0;
  outcome.noveltyCharge = 0;
  outcome.traceCharge = 0;
  outcome.reserveCharge = 0;
}
