/**
 * The columns of PatternState in one table: array, owner, what stays when the row is given up, and how two rows merge.
 * The constructor and `clear` of PatternState and pattern-merge.ts work from it, so that a new column is one entry here
 * and one field there.
 */

/** The unit whose column it is: no other writes it between the first arrival of a pattern and the end of its row. */
export type ColumnOwner =
  | "arrivals"
  | "identity"
  | "rates"
  | "plan"
  | "floors"
  | "first lines"
  | "rules"
  | "totals"
  | "visits";

/**
 * How the value of the old row goes into that of the merged one.
 * - `meanByRate`: mean of both, weighted by their slow rates before these are added up.
 * - `byVisits`: no value is merged; PatternState.activate and PatternState.speak write it for the merged row.
 */
export type MergeRule = "sum" | "max" | "earliest" | "either" | "keepTarget" | "meanByRate" | "byVisits";

/**
 * What a target row without a pattern takes before the merge rule runs; without a rule it stays as `clear` left it.
 * - `oweFirstLine`: the bits of the old row, and that first lines are owed.
 * - `firstLines`: those that the old row still owes, at least one for the new name.
 */
export type EmptyTargetRule = "copy" | "zero" | "oweFirstLine" | "firstLines";

interface ColumnShape {
  readonly array: keyof ArraysByName;
  readonly owner: ColumnOwner;
  /** Array elements a row; 1 unless given. */
  readonly stride?: number;
  readonly merge: MergeRule;
  readonly emptyTarget?: EmptyTargetRule;
}

interface ResetColumn extends ColumnShape {
  /** Value of a new row and after `clear`; `clears`: `clear` writes how many rows have been given up so far. */
  readonly reset: number | "clears";
}

interface SurvivingColumn extends ColumnShape {
  /** The reason why `clear` leaves the value. */
  readonly survives: string;
  /** Value of a new row; 0 unless given. */
  readonly start?: number;
}

export type Column = ResetColumn | SurvivingColumn;

export interface ArraysByName {
  readonly Float64Array: Float64Array;
  readonly Float32Array: Float32Array;
  readonly Uint32Array: Uint32Array;
  readonly Int32Array: Int32Array;
  readonly Uint16Array: Uint16Array;
  readonly Int16Array: Int16Array;
  readonly Uint8Array: Uint8Array;
}

export type ColumnArray = ArraysByName[keyof ArraysByName];

const COLUMNS = {
  /** Monotonic milliseconds of the last arrival; -1 = the row has no pattern that was seen. */
  lastSeenMs: { array: "Float64Array", owner: "arrivals", reset: -1, merge: "max", emptyTarget: "copy" },
  /** Monotonic milliseconds of the first arrival since the pattern became known to this process. */
  firstSeenMs: {
    array: "Float64Array",
    owner: "arrivals",
    survives: "the first arrival of the next pattern writes it",
    merge: "earliest",
    emptyTarget: "copy",
  },
  /** From this time on the next arrival is kept as a floor; Infinity = no floor. */
  floorDueMs: {
    array: "Float64Array",
    owner: "floors",
    survives: "the first arrival of the next pattern writes it",
    merge: "keepTarget",
    emptyTarget: "zero",
  },
  /** Lines a second, half-life of 35 s of active time. */
  rateFast: { array: "Float32Array", owner: "rates", reset: 0, merge: "sum" },
  /** The same with a half-life of 5 minutes. */
  rateSlow: { array: "Float32Array", owner: "rates", reset: 0, merge: "sum" },
  /** The same with a half-life of an hour, from zero at the start of the process: see PatternRates.usualOf. */
  rateUsual: { array: "Float32Array", owner: "rates", reset: 0, merge: "sum" },
  /** Squared relative straying of the fast rate from the usual one, beyond chance: see PatternRates.strays. */
  dispersion: { array: "Float32Array", owner: "rates", reset: 0, merge: "max" },
  /** Mean billed bytes a record. */
  meanBytes: { array: "Float32Array", owner: "rates", reset: 0, merge: "meanByRate" },
  /** Probability of the plan. */
  probability: { array: "Float32Array", owner: "plan", reset: 0, merge: "keepTarget", emptyTarget: "copy" },
  /** K of the arrival-index decay: p_n = min(p, K / n). */
  decayK: { array: "Float32Array", owner: "plan", reset: 0, merge: "sum" },
  /** Value by severity and by what the text says: see pattern-priority.ts. */
  importance: {
    array: "Float32Array",
    owner: "identity",
    survives: "the first arrival of the next pattern writes it",
    start: 1,
    merge: "keepTarget",
    emptyTarget: "copy",
  },
  /** Value by worth, age and policy. */
  priority: {
    array: "Float32Array",
    owner: "plan",
    survives: "the first visit of the next pattern writes it",
    merge: "keepTarget",
    emptyTarget: "copy",
  },
  /** Floor in force by rule or policy, lines a minute; 0 = the default floor. */
  floorPerMinute: { array: "Float32Array", owner: "floors", reset: 0, merge: "keepTarget" },
  /** Floor that the policy gives: in force where no rule sets another. */
  policyFloor: { array: "Float32Array", owner: "floors", reset: 0, merge: "keepTarget" },
  /** TOTAL_* since the pattern took the row, for views. Side by side, because every record adds to all of them. */
  totals: { array: "Float64Array", owner: "totals", stride: 4, reset: 0, merge: "sum" },
  /** Of those kept by a draw: Σ weight·(weight - 1), the variance of the count that weights give. */
  weightVariance: { array: "Float64Array", owner: "totals", reset: 0, merge: "sum" },
  /** Arrivals since a tick visited the row. */
  tickCount: { array: "Uint32Array", owner: "arrivals", reset: 0, merge: "sum" },
  /** Their billed bytes. */
  tickBytes: { array: "Float64Array", owner: "arrivals", reset: 0, merge: "sum" },
  /** Of these arrivals, those that a rule settled that looks into records. */
  tickRuleSettled: { array: "Uint32Array", owner: "rules", reset: 0, merge: "keepTarget" },
  /** Rows that the next tick visits because they had arrivals, each once. */
  dirty: {
    array: "Int32Array",
    owner: "visits",
    survives: "a list, whose places are not rows",
    merge: "byVisits",
  },
  /** 1: the row is in `spoken`. */
  isDirty: {
    array: "Uint8Array",
    owner: "visits",
    survives: "the row stays in `spoken` until the tick has visited it",
    merge: "byVisits",
  },
  /** Share of the arrivals that such a rule settles: what is pinned or muted takes no part in the draw. */
  ruledShare: { array: "Float32Array", owner: "rules", reset: 0, merge: "keepTarget" },
  /** Lines that drew by themselves: see Randomness.alone. */
  drawCount: {
    array: "Uint32Array",
    owner: "arrivals",
    survives: "a start that was used for a draw is not used for another, whatever the pattern",
    merge: "keepTarget",
  },
  /** Arrival index in the current window. */
  windowCount: { array: "Uint32Array", owner: "arrivals", reset: 0, merge: "keepTarget", emptyTarget: "copy" },
  /** Number of that window. */
  windowEpoch: { array: "Uint32Array", owner: "arrivals", reset: 0, merge: "keepTarget", emptyTarget: "copy" },
  /** 1: it came with the policy, or one of those that merged into it did; never young. */
  isKnown: { array: "Uint8Array", owner: "identity", reset: 0, merge: "either" },
  /** First lines still to be kept. */
  firstLines: { array: "Uint8Array", owner: "first lines", reset: 0, merge: "keepTarget", emptyTarget: "firstLines" },
  /** SPECIAL_* bits: 0 means the fast path. */
  flags: { array: "Uint8Array", owner: "first lines", reset: 0, merge: "keepTarget", emptyTarget: "oweFirstLine" },
  /** Row of the service table. */
  service: {
    array: "Uint16Array",
    owner: "identity",
    survives: "the first arrival of the next pattern writes it",
    merge: "keepTarget",
    emptyTarget: "copy",
  },
  /** Index into SEVERITY_CLASSES. */
  severity: {
    array: "Uint8Array",
    owner: "identity",
    survives: "the first arrival of the next pattern writes it",
    merge: "keepTarget",
    emptyTarget: "copy",
  },
  /** Index of the rule that always holds for this pattern, or RULE_NONE (-1) or RULE_PER_RECORD. */
  rule: { array: "Int16Array", owner: "rules", reset: -1, merge: "keepTarget", emptyTarget: "copy" },
  /** `clears` when the row was last given up: by it, a row number that was remembered is known to be out of date. */
  clearedAt: { array: "Uint32Array", owner: "identity", reset: "clears", merge: "keepTarget" },
  /** Position in `live`, or -1. */
  livePosition: { array: "Int32Array", owner: "visits", reset: -1, merge: "byVisits" },
  /** Dense list of the rows that ticks visit. */
  live: { array: "Int32Array", owner: "visits", survives: "a list, whose places are not rows", merge: "byVisits" },
} as const;

export type ColumnName = keyof typeof COLUMNS;

/** The fields of PatternState that the table makes. */
export type PatternColumns = { readonly [Name in ColumnName]: ArraysByName[(typeof COLUMNS)[Name]["array"]] };

export const PATTERN_COLUMNS: Readonly<Record<ColumnName, Column>> = COLUMNS;

/** In the order of the table. The assertion: Object.keys has only strings, and these are all keys there are. */
export const COLUMN_NAMES: readonly ColumnName[] = Object.keys(COLUMNS) as ColumnName[];

const ARRAYS: { readonly [Name in keyof ArraysByName]: new (length: number) => ArraysByName[Name] } = {
  Float64Array,
  Float32Array,
  Uint32Array,
  Int32Array,
  Uint16Array,
  Int16Array,
  Uint8Array,
};

/** @param rows rows of the pattern table @returns an array for every column, filled with the value of a new row */
export function createColumns(rows: number): PatternColumns {
  const columns: Partial<Record<ColumnName, ColumnArray>> = {};
  for (const name of COLUMN_NAMES) {
    const column = PATTERN_COLUMNS[name];
    columns[name] = new ARRAYS[column.array](rows * strideOf(column)).fill(startOf(column));
  }
  // The loop has made every name of the table, each of the array that its entry gives.
  return columns as PatternColumns;
}

export function strideOf({ stride = 1 }: Column): number {
  return stride;
}

/** Value of a new row. */
export function startOf(column: Column): number {
  if ("survives" in column) return column.start ?? 0;
  return column.reset === "clears" ? 0 : column.reset;
}
