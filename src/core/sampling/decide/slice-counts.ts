/**
 * The counts of one slice: what the pipeline reports, what budget and plan learn from, and what an undo needs to take
 * all of it back. Reused from request to request. Bounds: ACCOUNTS_MAX accounts, TRIGGERS_MAX triggers.
 */
import { KEEP_REASONS } from "../../../model/decision.ts";
import type { RuleLimits } from "../rules/rule-limits.ts";

export interface SliceCounts {
  // Progress: an undo takes back what was done so far, and no more. --------------------------------------------------
  /** Input bytes and the grant are counted. */
  isInputCounted: boolean;
  /** Positions in the batch up to which arrivals are counted, and up to which the steps have decided. */
  counted: number;
  assigned: number;
  /** Kept and dropped records are counted, in totals and for summaries. */
  isTallied: boolean;
  /** Buckets and balance are charged. */
  isSettled: boolean;

  // For the pipeline ----------------------------------------------------------------------------------------------
  /** Records kept, by KEEP_REASONS code. */
  readonly keptByReason: Float64Array;
  /** Records that are not kept, by severity number 0 to 25: sampled out, and muted by a rule. */
  readonly sampledOut: Float64Array;
  readonly muted: Float64Array;
  /** First lines of ERROR patterns, by record: they release the context before them. */
  readonly triggers: Int32Array;
  triggerCount: number;
  keptRecords: number;
  /** Σ content bytes of kept records. */
  keptBytes: number;
  /** Bytes that pins, and that bypasses, keep. */
  pinnedBytes: number;
  bypassBytes: number;
  /** First lines that exceed the novelty allowance and the reserve. */
  noveltyOverflow: number;
  /** Σ bytes, with stamps, of records that the draw keeps; observe mode does not change it. */
  decidedBytes: number;

  // For budget, plan and undo -------------------------------------------------------------------------------------
  inputBytes: number;
  /** Bytes of budget that the input grants. */
  grant: number;
  /** Expected bytes, Σ p·bytes, by account: see `accounts.ts`. */
  readonly charged: Float64Array;
  /** The pins of the slice are over budget: the balance was not positive. */
  arePinsOverBudget: boolean;
  /** Bytes of floor lines, and of very first lines of patterns. */
  floorBytes: number;
  firstLineBytes: number;
  /** Whether an ERROR is drawn rather than kept whole. */
  areErrorsSampled: boolean;
  /** Σ p·bytes of drawn records before the slice was fitted to the budget, and the bytes of those records. */
  plannedDrawBytes: number;
  eligibleBytes: number;
  /** Rows that used first lines, once for each line. */
  readonly firstRows: number[];
  /** Rows given up before this slice: an undo skips rows that were given to another pattern since. */
  clearCount: number;
  /** The limits that caps and floors of rules were charged to; bytes, and lines, by the index of the rule. */
  limits: RuleLimits | undefined;
  readonly cappedBytes: Map<number, number>;
  readonly ruleFloors: Map<number, number>;
}

/** Highest number of accounts. */
export const ACCOUNTS_MAX = 16;
/** Highest number of triggers of one slice; further ones release no context. */
const TRIGGERS_MAX = 8;
const SEVERITIES = 26;

export function createSliceCounts(): SliceCounts {
  return {
    isInputCounted: false,
    counted: 0,
    assigned: 0,
    isTallied: false,
    isSettled: false,
    keptByReason: new Float64Array(KEEP_REASONS.length),
    sampledOut: new Float64Array(SEVERITIES),
    muted: new Float64Array(SEVERITIES),
    triggers: new Int32Array(TRIGGERS_MAX),
    triggerCount: 0,
    keptRecords: 0,
    keptBytes: 0,
    pinnedBytes: 0,
    bypassBytes: 0,
    noveltyOverflow: 0,
    decidedBytes: 0,
    inputBytes: 0,
    grant: 0,
    charged: new Float64Array(ACCOUNTS_MAX),
    arePinsOverBudget: false,
    floorBytes: 0,
    firstLineBytes: 0,
    areErrorsSampled: false,
    plannedDrawBytes: 0,
    eligibleBytes: 0,
    firstRows: [],
    clearCount: 0,
    limits: undefined,
    cappedBytes: new Map(),
    ruleFloors: new Map(),
  };
}

/** @param from first record of the slice that is about to be decided */
export function resetSliceCounts(counts: SliceCounts, from: number): void {
  counts.isInputCounted = false;
  counts.counted = from;
  counts.assigned = from;
  counts.isTallied = false;
  counts.isSettled = false;
  counts.keptByReason.fill(0);
  counts.sampledOut.fill(0);
  counts.muted.fill(0);
  counts.triggerCount = 0;
  counts.keptRecords = 0;
  counts.keptBytes = 0;
  counts.pinnedBytes = 0;
  counts.bypassBytes = 0;
  counts.noveltyOverflow = 0;
  counts.decidedBytes = 0;
  counts.inputBytes = 0;
  counts.grant = 0;
  counts.charged.fill(0);
  counts.arePinsOverBudget = false;
  counts.floorBytes = 0;
  counts.firstLineBytes = 0;
  counts.areErrorsSampled = false;
  counts.plannedDrawBytes = 0;
  counts.eligibleBytes = 0;
  counts.firstRows.length = 0;
  counts.clearCount = 0;
  counts.limits = undefined;
  if (counts.cappedBytes.size > 0) counts.cappedBytes.clear();
  if (counts.ruleFloors.size > 0) counts.ruleFloors.clear();
}

/** Adds a record that releases context. */
export function addTrigger(counts: SliceCounts, record: number): void {
  if (counts.triggerCount < counts.triggers.length) counts.triggers[counts.triggerCount++] = record;
}
