/** Hot state of the sampler, the lists of rows that ticks visit, and the constants of its columns. */

import type { ArraysByName, PatternColumns } from "./pattern-columns.ts";
import { COLUMN_NAMES, createColumns, PATTERN_COLUMNS, strideOf } from "./pattern-columns.ts";

/** What happens to sums over live rows when a row becomes live, and before it no longer is. */
export interface LiveRowListener {
  onJoin(row: number): void;
  onLeave(row: number): void;
}

/** An element of each row as `clear` needs it: `array[row * stride + offset]` becomes `value`. */
interface ResetElement<Elements> {
  readonly array: Elements;
  readonly stride: number;
  readonly offset: number;
  readonly value: number;
}

type ResetsByArray = { readonly [Name in keyof ArraysByName]: ResetElement<ArraysByName[Name]>[] };

/**
 * Hot state of the sampler: one row a pattern, the row numbers being those of the signature stage's pattern table.
 * Structure of arrays, allocated once, docs/ARCHITECTURE.md names the bytes a row. pattern-columns.ts says what each column holds, what
 * becomes of it when the row is given up, and how it merges; the fields are declared here as well, because decisions
 * read them for every record and V8 holds declared fields in the object itself.
 */
export class PatternState implements PatternColumns {
  readonly lastSeenMs: Float64Array;
  readonly firstSeenMs: Float64Array;
  readonly floorDueMs: Float64Array;
  readonly rateFast: Float32Array;
  readonly rateSlow: Float32Array;
  readonly rateUsual: Float32Array;
  readonly dispersion: Float32Array;
  readonly meanBytes: Float32Array;
  readonly probability: Float32Array;
  readonly decayK: Float32Array;
  readonly importance: Float32Array;
  readonly priority: Float32Array;
  readonly floorPerMinute: Float32Array;
  readonly policyFloor: Float32Array;
  readonly totals: Float64Array;
  readonly weightVariance: Float64Array;
  readonly tickCount: Uint32Array;
  readonly tickBytes: Float64Array;
  readonly tickRuleSettled: Uint32Array;
  readonly dirty: Int32Array;
  readonly isDirty: Uint8Array;
  readonly ruledShare: Float32Array;
  readonly drawCount: Uint32Array;
  readonly windowCount: Uint32Array;
  readonly windowEpoch: Uint32Array;
  readonly isKnown: Uint8Array;
  readonly firstLines: Uint8Array;
  readonly flags: Uint8Array;
  readonly service: Uint16Array;
  readonly severity: Uint8Array;
  readonly rule: Int16Array;
  readonly clearedAt: Uint32Array;
  readonly livePosition: Int32Array;
  readonly live: Int32Array;
  /** Arrivals since the last tick, of all rows. */
  arrivals = 0;
  dirtyCount = 0;
  liveCount = 0;
  /** Rows given up since the start. */
  clearCount = 0;
  readonly #resets: ResetsByArray;
  #listener: LiveRowListener | undefined;

  /** @param rows rows of the pattern table */
  constructor(rows: number) {
    const columns = createColumns(rows);
    // Spelled out: V8 plans room in the object for fields that a constructor assigns, not for those of Object.assign.
    this.lastSeenMs = columns.lastSeenMs;
    this.firstSeenMs = columns.firstSeenMs;
    this.floorDueMs = columns.floorDueMs;
    this.rateFast = columns.rateFast;
    this.rateSlow = columns.rateSlow;
    this.rateUsual = columns.rateUsual;
    this.dispersion = columns.dispersion;
    this.meanBytes = columns.meanBytes;
    this.probability = columns.probability;
    this.decayK = columns.decayK;
    this.importance = columns.importance;
    this.priority = columns.priority;
    this.floorPerMinute = columns.floorPerMinute;
    this.policyFloor = columns.policyFloor;
    this.totals = columns.totals;
    this.weightVariance = columns.weightVariance;
    this.tickCount = columns.tickCount;
    this.tickBytes = columns.tickBytes;
    this.tickRuleSettled = columns.tickRuleSettled;
    this.dirty = columns.dirty;
    this.isDirty = columns.isDirty;
    this.ruledShare = columns.ruledShare;
    this.drawCount = columns.drawCount;
    this.windowCount = columns.windowCount;
    this.windowEpoch = columns.windowEpoch;
    this.isKnown = columns.isKnown;
    this.firstLines = columns.firstLines;
    this.flags = columns.flags;
    this.service = columns.service;
    this.severity = columns.severity;
    this.rule = columns.rule;
    this.clearedAt = columns.clearedAt;
    this.livePosition = columns.livePosition;
    this.live = columns.live;
    this.#resets = resetsOf(columns);
  }

  /** @throws Error when there is a listener already: the second would silence the first */
  observe(listener: LiveRowListener): void {
    if (this.#listener !== undefined) throw new Error("the live rows have a listener already");
    this.#listener = listener;
  }

  activate(row: number): void {
    if (this.livePosition[row] >= 0) return;
    this.livePosition[row] = this.liveCount;
    this.live[this.liveCount++] = row;
    this.#listener?.onJoin(row);
  }

  deactivate(row: number): void {
    const position = this.livePosition[row];
    if (position < 0) return;
    this.#listener?.onLeave(row);
    const last = this.live[--this.liveCount];
    this.live[position] = last;
    this.livePosition[last] = position;
    this.livePosition[row] = -1;
  }

  /** The next tick visits the row. */
  markDirty(row: number): void {
    if (this.isDirty[row] === 1) return;
    this.isDirty[row] = 1;
    this.dirty[this.dirtyCount++] = row;
  }

  /** A tick has visited all rows of `spoken`. */
  clearDirty(): void {
    for (let at = 0; at < this.dirtyCount; at++) this.isDirty[this.dirty[at]] = 0;
    this.dirtyCount = 0;
  }

  /** Gives the row up: its pattern was evicted and another will take its place. */
  clear(row: number): void {
    this.deactivate(row);
    this.clearedAt[row] = ++this.clearCount;
    // A loop for each array type: V8 stores into one type inline, and a loop over mixed types takes 50 times as long.
    const resets = this.#resets;
    for (const { array, stride, offset, value } of resets.Float64Array) array[row * stride + offset] = value;
    for (const { array, stride, offset, value } of resets.Float32Array) array[row * stride + offset] = value;
    for (const { array, stride, offset, value } of resets.Uint32Array) array[row * stride + offset] = value;
    for (const { array, stride, offset, value } of resets.Int32Array) array[row * stride + offset] = value;
    for (const { array, stride, offset, value } of resets.Uint16Array) array[row * stride + offset] = value;
    for (const { array, stride, offset, value } of resets.Int16Array) array[row * stride + offset] = value;
    for (const { array, stride, offset, value } of resets.Uint8Array) array[row * stride + offset] = value;
  }
}

/** The columns that `clear` resets by value. */
function resetsOf(columns: PatternColumns): ResetsByArray {
  return {
    Float64Array: resetsIn(columns, Float64Array),
    Float32Array: resetsIn(columns, Float32Array),
    Uint32Array: resetsIn(columns, Uint32Array),
    Int32Array: resetsIn(columns, Int32Array),
    Uint16Array: resetsIn(columns, Uint16Array),
    Int16Array: resetsIn(columns, Int16Array),
    Uint8Array: resetsIn(columns, Uint8Array),
  };
}

function resetsIn<Elements>(columns: PatternColumns, type: new (length: number) => Elements): ResetElement<Elements>[] {
  const resets: ResetElement<Elements>[] = [];
  for (const name of COLUMN_NAMES) {
    const array = columns[name];
    const column = PATTERN_COLUMNS[name];
    if ("survives" in column || column.reset === "clears" || !(array instanceof type)) continue;
    const stride = strideOf(column);
    for (let offset = 0; offset < stride; offset++) resets.push({ array, stride, offset, value: column.reset });
  }
  return resets;
}

/** Records, content bytes, kept records. */
export const TOTAL_RECORDS = 0;
export const TOTAL_BYTES = 1;
export const TOTAL_KEPT = 2;
/** Σ (weight - 1) of those kept by a draw: with the kept, what their weights add up to. */
export const TOTAL_WEIGHT_BEYOND = 3;
export const TOTALS_STRIDE = 4;

export const RULE_NONE = -1;
/** Some rule may match, but it asks for attributes or body text: decided record by record. */
export const RULE_PER_RECORD = -2;

/** First lines are owed. */
export const FLAG_FIRST_LINES = 1;
/** ERROR or worse: on the lane. */
export const FLAG_ERROR = 2;
/** A rule holds or may hold. */
export const FLAG_RULE = 4;
