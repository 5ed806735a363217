import type { ColumnArray, PatternColumns } from "./pattern-columns.ts";
import { COLUMN_NAMES, createColumns, PATTERN_COLUMNS, startOf, strideOf } from "./pattern-columns.ts";

/** Hot state of the sampler, the lists of rows that ticks visit, and the constants of its columns. */

/** What happens to sums over live rows when a row becomes live, and before it no longer is. */
export interface LiveRowListener {
  onJoin(row: number): void;
  onLeave(row: number): void;
}

/** A column as `clear` needs it: elements of a row, and what they become. */
interface ResetArray {
  readonly array: ColumnArray;
  readonly stride: number;
  readonly value: number;
}

/**
 * Hot state of the sampler: one row a pattern, the row numbers being those of the signature stage's pattern table.
 * Structure of arrays, allocated once, BYTES_A_ROW bytes a row. pattern-columns.ts says what each column holds, what
 * becomes of it when the row is given up, and how it merges; the fields are declared here as well, because the draw reads
 * them by the thousand a millisecond and V8 holds declared fields in the object itself.
 */
export class PatternState implements PatternColumns {
  readonly lastSeenMs!: Float64Array;
  readonly firstSeenMs!: Float64Array;
  readonly floorDueMs!: Float64Array;
  readonly rateFast!: Float32Array;
  readonly rateSlow!: Float32Array;
  readonly rateUsual!: Float32Array;
  readonly dispersion!: Float32Array;
  readonly meanBytes!: Float32Array;
  readonly plan!: Float32Array;
  readonly decayK!: Float32Array;
  readonly worth!: Float32Array;
  readonly value!: Float32Array;
  readonly floorPerMinute!: Float32Array;
  readonly policyFloor!: Float32Array;
  readonly totals!: Float64Array;
  readonly weightVariance!: Float64Array;
  readonly tickCount!: Uint32Array;
  readonly tickBytes!: Float64Array;
  readonly tickRuled!: Uint32Array;
  readonly spoken!: Int32Array;
  readonly isSpoken!: Uint8Array;
  readonly ruledShare!: Float32Array;
  readonly drawn!: Uint32Array;
  readonly windowCount!: Uint32Array;
  readonly windowEpoch!: Uint32Array;
  readonly isKnown!: Uint8Array;
  readonly firstLines!: Uint8Array;
  readonly special!: Uint8Array;
  readonly service!: Uint16Array;
  readonly severity!: Uint8Array;
  readonly rule!: Int16Array;
  readonly clearedAt!: Uint32Array;
  readonly livePosition!: Int32Array;
  readonly live!: Int32Array;
  /** Arrivals since the last tick, of all rows. */
  arrivals = 0;
  spokenCount = 0;
  liveCount = 0;
  /** Rows given up since the start. */
  clears = 0;
  readonly #resets: readonly ResetArray[];
  #listener: LiveRowListener | undefined;

  /** @param rows rows of the pattern table */
  constructor(rows: number) {
    const columns = createColumns(rows);
    Object.assign(this, columns);
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
  speak(row: number): void {
    if (this.isSpoken[row] === 1) return;
    this.isSpoken[row] = 1;
    this.spoken[this.spokenCount++] = row;
  }

  /** A tick has visited all rows of `spoken`. */
  forgetSpoken(): void {
    for (let at = 0; at < this.spokenCount; at++) this.isSpoken[this.spoken[at]] = 0;
    this.spokenCount = 0;
  }

  /** Gives the row up: its pattern was evicted and another will take its place. */
  clear(row: number): void {
    this.deactivate(row);
    this.clearedAt[row] = ++this.clears;
    for (const { array, stride, value } of this.#resets) {
      if (stride === 1) array[row] = value;
      else array.fill(value, row * stride, (row + 1) * stride);
    }
  }
}

/** The columns that `clear` resets by value. */
function resetsOf(columns: PatternColumns): readonly ResetArray[] {
  const resets: ResetArray[] = [];
  for (const name of COLUMN_NAMES) {
    const column = PATTERN_COLUMNS[name];
    if ("survives" in column || column.reset === "clears") continue;
    resets.push({ array: columns[name], stride: strideOf(column), value: startOf(column) });
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
export const SPECIAL_FIRST = 1;
/** ERROR or worse: on the lane. */
export const SPECIAL_ERROR = 2;
/** A rule holds or may hold. */
export const SPECIAL_RULE = 4;
