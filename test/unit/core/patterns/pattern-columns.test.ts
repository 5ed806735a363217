import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Column, ColumnArray, ColumnName } from "../../../../src/core/patterns/pattern-columns.ts";
import {
  COLUMN_NAMES,
  createColumns,
  PATTERN_COLUMNS,
  startOf,
  strideOf,
} from "../../../../src/core/patterns/pattern-columns.ts";
import { mergePatternState } from "../../../../src/core/patterns/pattern-merge.ts";
import {
  FLAG_FIRST_LINES,
  PatternState,
  RULE_NONE,
  TOTALS_STRIDE,
} from "../../../../src/core/patterns/pattern-state.ts";

const ROWS = 4;
/** Columns of lists and of their places: `activate`, `speak` and `clear` write them, so a sentinel would break them. */
const isOfVisits = (name: ColumnName): boolean => PATTERN_COLUMNS[name].owner === "visits";
const VALUE_COLUMNS = COLUMN_NAMES.filter((name) => !isOfVisits(name));

/** Elements of one row. */
function elementsOf(state: PatternState, name: ColumnName, row: number): number[] {
  const stride = strideOf(PATTERN_COLUMNS[name]);
  return [...state[name].subarray(row * stride, (row + 1) * stride)];
}

/** Values of all value columns of a row, by name. */
function rowOf(state: PatternState, row: number): Record<string, number[]> {
  return Object.fromEntries(VALUE_COLUMNS.map((name) => [name, elementsOf(state, name, row)]));
}

/** Gives every value column of a row a value of its own, small enough for every array type. */
function fillRow(state: PatternState, row: number, base: number): void {
  for (const [at, name] of VALUE_COLUMNS.entries()) {
    const stride = strideOf(PATTERN_COLUMNS[name]);
    for (let element = 0; element < stride; element++) state[name][row * stride + element] = base + at + 30 * element;
  }
}

function filledState(rows: readonly number[]): PatternState {
  const state = new PatternState(ROWS);
  for (const row of rows) fillRow(state, row, 10 * (row + 1));
  return state;
}

describe("the table of columns", () => {
  it("names exactly the typed arrays of a PatternState", () => {
    const state = new PatternState(ROWS);
    const arrays = Object.entries(state).filter(([, value]) => ArrayBuffer.isView(value));
    expect(arrays.map(([name]) => name).sort()).toEqual([...COLUMN_NAMES].sort());
  });

  it("gives every array its type, its length and the value of a new row", () => {
    const state = new PatternState(ROWS);
    for (const name of COLUMN_NAMES) {
      const column = PATTERN_COLUMNS[name];
      expect(state[name].constructor.name, name).toBe(column.array);
      expect([...state[name]], name).toEqual(new Array(ROWS * strideOf(column)).fill(startOf(column)));
    }
  });

  it("agrees with the constants that the decisions use", () => {
    expect(strideOf(PATTERN_COLUMNS.totals)).toBe(TOTALS_STRIDE);
    expect(startOf(PATTERN_COLUMNS.rule)).toBe(RULE_NONE);
  });

  it("adds up to the bytes a row that the architecture page names", () => {
    const arrays: ColumnArray[] = Object.values(createColumns(1));
    const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
    const page = readFileSync(new URL("../../../../docs/ARCHITECTURE.md", import.meta.url), "utf8");
    expect(page).toContain(`| ${bytes} B a row of the pattern table |`);
  });

  it("says why a value survives, or to what it is reset", () => {
    for (const name of COLUMN_NAMES) {
      const column = PATTERN_COLUMNS[name];
      if ("survives" in column) expect(column.survives.length, name).toBeGreaterThan(10);
      else expect(column.reset === "clears" || Number.isFinite(column.reset), name).toBe(true);
    }
  });
});

/** What a column holds after `clear`. */
function clearedValue(column: Column, before: number, clears: number): number {
  if ("survives" in column) return before;
  return column.reset === "clears" ? clears : column.reset;
}

describe("clear", () => {
  it("leaves the reset values of the table, survivors as they were, and no trace in other rows", () => {
    const state = filledState([0, 1, 2, 3]);
    state.clearCount = 200;
    const before = [0, 1, 2, 3].map((row) => rowOf(state, row));
    state.clear(1);
    for (const name of VALUE_COLUMNS) {
      const column = PATTERN_COLUMNS[name];
      const expected = before[1]?.[name]?.map((value) => clearedValue(column, value, 201));
      expect(elementsOf(state, name, 1), name).toEqual(expected);
    }
    for (const row of [0, 2, 3]) expect(rowOf(state, row)).toEqual(before[row]);
  });

  it("takes the row out of the live list and leaves it in the list of the next tick's visits", () => {
    const state = new PatternState(ROWS);
    for (const row of [0, 1, 2]) state.activate(row);
    state.markDirty(1);
    state.clear(1);
    expect([...state.live.subarray(0, state.liveCount)].sort()).toEqual([0, 2]);
    expect([...state.livePosition]).toEqual([0, -1, 1, -1]);
    expect([...state.dirty.subarray(0, state.dirtyCount)]).toEqual([1]);
    expect([...state.isDirty]).toEqual([0, 1, 0, 0]);
  });
});

/** What the rule of a column makes of two values; written down a second time, because the table is what is tested. */
const EXPECTED_MERGE: Readonly<Record<ColumnName, (target: number, old: number, at: MeansAt) => number>> = {
  lastSeenMs: (target, old) => Math.max(target, old),
  firstSeenMs: (target, old) => Math.min(target, old),
  floorDueMs: (target) => target,
  rateFast: (target, old) => target + old,
  rateSlow: (target, old) => target + old,
  rateUsual: (target, old) => target + old,
  dispersion: (target, old) => Math.max(target, old),
  meanBytes: (target, old, { slowTarget, slowOld }) => (target * slowTarget + old * slowOld) / (slowTarget + slowOld),
  probability: (target) => target,
  decayK: (target, old) => target + old,
  importance: (target) => target,
  priority: (target) => target,
  floorPerMinute: (target) => target,
  policyFloor: (target) => target,
  totals: (target, old) => target + old,
  weightVariance: (target, old) => target + old,
  tickCount: (target, old) => target + old,
  tickBytes: (target, old) => target + old,
  tickRuleSettled: (target) => target,
  dirty: (target) => target,
  isDirty: (target) => target,
  ruledShare: (target) => target,
  drawCount: (target) => target,
  windowCount: (target) => target,
  windowEpoch: (target) => target,
  isKnown: (target, old) => target | old,
  firstLines: (target) => target,
  flags: (target) => target,
  service: (target) => target,
  severity: (target) => target,
  rule: (target) => target,
  clearedAt: (target) => target,
  livePosition: (target) => target,
  live: (target) => target,
};

interface MeansAt {
  readonly slowTarget: number;
  readonly slowOld: number;
}

/** Columns that a target without a pattern takes over as they are, beside those whose rule is of both rows. */
const COPIED: ReadonlySet<ColumnName> = new Set([
  "lastSeenMs",
  "firstSeenMs",
  "probability",
  "importance",
  "priority",
  "windowCount",
  "windowEpoch",
  "service",
  "severity",
  "rule",
]);

/** What an empty target holds before the merge rule. */
function emptyTargetValue(name: ColumnName, target: number, old: number): number {
  if (COPIED.has(name)) return old;
  if (name === "floorDueMs") return 0;
  if (name === "flags") return old | FLAG_FIRST_LINES;
  if (name === "firstLines") return Math.max(1, old);
  return target;
}

function expectMerged(state: PatternState, from: number, into: number): void {
  const [old, target] = [rowOf(state, from), rowOf(state, into)];
  const isEmpty = (state.lastSeenMs[into] ?? -1) < 0;
  const at = { slowTarget: state.rateSlow[into] ?? 0, slowOld: state.rateSlow[from] ?? 0 };
  mergePatternState(state, from, into);
  for (const name of VALUE_COLUMNS) {
    const expected = target[name]?.map((value, element) => {
      const other = old[name]?.[element] ?? Number.NaN;
      return EXPECTED_MERGE[name](isEmpty ? emptyTargetValue(name, value, other) : value, other, at);
    });
    const merged = elementsOf(state, name, into);
    for (const [element, value] of merged.entries())
      expect(value, name).toBeCloseTo(expected?.[element] ?? Number.NaN, 5);
  }
}

describe("merging two rows", () => {
  it("gives every column what its rule says of two patterns that both have lines", () => {
    expectMerged(filledState([0, 1]), 0, 1);
    expectMerged(filledState([0, 1]), 1, 0);
  });

  it("gives every column what its rule says where the target has no pattern yet", () => {
    expectMerged(filledState([2]), 2, 1);
    const recycled = filledState([1, 2]);
    recycled.clear(1);
    expectMerged(recycled, 2, 1);
  });

  it("owes the new name a first line where the old row owed none", () => {
    const state = filledState([0]);
    state.firstLines[0] = 0;
    state.flags[0] = 4;
    mergePatternState(state, 0, 1);
    expect([state.firstLines[1], state.flags[1]]).toEqual([1, 4 | FLAG_FIRST_LINES]);
  });

  it("makes the merged row live and visited next where the old one was live, and gives the old one up", () => {
    const state = filledState([0, 1]);
    state.activate(0);
    mergePatternState(state, 0, 1);
    expect([...state.live.subarray(0, state.liveCount)]).toEqual([1]);
    expect([...state.dirty.subarray(0, state.dirtyCount)]).toEqual([1]);
    expect([state.lastSeenMs[0], state.clearedAt[0]]).toEqual([-1, 1]);
  });

  it("changes nothing when the old row has no pattern", () => {
    const state = filledState([1]);
    const before = rowOf(state, 1);
    mergePatternState(state, 0, 1);
    expect(rowOf(state, 1)).toEqual(before);
    expect([state.dirtyCount, state.clearCount]).toEqual([0, 0]);
  });

  it("keeps the mean bytes of the target where neither row has a rate", () => {
    const state = filledState([0, 1]);
    state.rateSlow.fill(0);
    state.meanBytes[1] = 77;
    mergePatternState(state, 0, 1);
    expect(state.meanBytes[1]).toBe(77);
  });
});

describe("the listener of live rows", () => {
  it("hears of a row once when it joins and once when it leaves", () => {
    const state = new PatternState(ROWS);
    const heard: string[] = [];
    state.observe({ onJoin: (row) => heard.push(`+${row}`), onLeave: (row) => heard.push(`-${row}`) });
    for (let time = 0; time < 2; time++) state.activate(2);
    for (let time = 0; time < 2; time++) state.deactivate(2);
    expect(heard).toEqual(["+2", "-2"]);
  });

  it("is refused when there is one already", () => {
    const state = new PatternState(ROWS);
    const listener = { onJoin: () => undefined, onLeave: () => undefined };
    state.observe(listener);
    expect(() => state.observe(listener)).toThrow("listener already");
  });
});
