import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BreakpointHistogram } from "../../../src/core/sampling/plan/breakpoint-histogram.ts";
import { BreakpointScale, quantize } from "../../../src/core/sampling/plan/breakpoint-scale.ts";
import {
  BURST_GRADIENT,
  COST,
  ENTRY_STRIDE,
  FLOOR,
  FLOOR_EXTRA,
  GRADIENT,
  MARK_HIGH_RATE,
  MARK_REQUESTED_FLOOR,
} from "../../../src/core/sampling/plan/plan-entries.ts";
import { PlanRig } from "../../kit/sampling/plan-rig.ts";
import { SeededRandom, times } from "../../kit/sampling/sampling-rig.ts";

/** More than a tick visits altogether: most rows are silent, and passed by, for several ticks. */
const PATTERNS = 1200;
const SERVICES = 5;

type Step =
  | {
      readonly kind: "traffic";
      readonly ticks: number;
      readonly lines: number;
      readonly skew: number;
      readonly heavy: number;
    }
  | { readonly kind: "undo" | "evict" | "merge" | "silence"; readonly amount: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: trafficSteps() },
  fc.record({
    kind: fc.constantFrom("undo" as const, "evict" as const, "merge" as const, "silence" as const),
    amount: fc.integer({ min: 1, max: 60 }),
  }),
);

function trafficSteps(): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant("traffic" as const),
    ticks: fc.integer({ min: 1, max: 12 }),
    lines: fc.integer({ min: 1, max: 400 }),
    skew: fc.integer({ min: 1, max: 4 }),
    heavy: fc.constantFrom(0, 0, 60, 300),
  });
}

/** A planner after the steps, and a tick that saw the last of them. */
function rigAfter(steps: readonly Step[], seed: number): PlanRig {
  const random = new SeededRandom(seed);
  const rig = new PlanRig({
    patterns: PATTERNS + 1,
    serviceOf: (pattern) => `service ${pattern % SERVICES}`,
    isError: (pattern) => pattern % 17 === 0,
  });
  rig.send(Array.from({ length: PATTERNS }, (_, pattern) => ({ pattern })));
  const some = (): number => random.below(PATTERNS);
  for (const one of steps) {
    if (one.kind === "silence") rig.wait(20 * one.amount);
    if (one.kind === "evict") for (let i = 0; i < one.amount; i++) rig.evict(some());
    if (one.kind === "merge") for (let i = 0; i < one.amount; i++) rig.merge(some(), some());
    if (one.kind === "undo") {
      const lines = Array.from({ length: one.amount }, () => ({ pattern: some() }));
      rig.send(lines);
      rig.takeBack(lines);
    }
    if (one.kind !== "traffic") continue;
    for (let tick = 0; tick < one.ticks; tick++) {
      const lines = Array.from({ length: one.lines }, () => ({
        pattern: Math.floor(PATTERNS * random.next() ** one.skew),
        bytes: 124 + random.below(500),
      }));
      rig.send([...lines, ...times(one.heavy, { pattern: 3 })]);
      rig.wait(1);
    }
  }
  rig.wait(1);
  expect(rig.state.liveCount).toBeLessThanOrEqual(PATTERNS);
  return rig;
}

/** Sums made anew of what live rows say that they have added. */
function anew(rig: PlanRig): {
  readonly ordinary: BreakpointHistogram[];
  readonly errors: BreakpointHistogram[];
  readonly bursts: BreakpointHistogram[];
  readonly floors: BreakpointHistogram;
  asked: number;
  extra: number;
} {
  const { state, table } = rig;
  const { fields, marks } = table.entries;
  const scale = new BreakpointScale();
  const groups = (): BreakpointHistogram[] => Array.from({ length: SERVICES }, () => new BreakpointHistogram(scale));
  const sums = {
    ordinary: groups(),
    errors: groups(),
    bursts: groups(),
    floors: new BreakpointHistogram(scale),
    asked: 0,
    extra: 0,
  };
  for (const row of state.live.slice(0, state.liveCount)) {
    const field = (index: number): number => fields[row * ENTRY_STRIDE + index] ?? 0;
    const mark = marks[row] ?? 0;
    const service = state.service[row] ?? 0;
    const side = rig.isOnLane(row) ? "errors" : "ordinary";
    // A heavy row is entered as if the tempo of its service were 1.
    const factor = (mark & MARK_HIGH_RATE) !== 0 ? table[side].loadFactorOf(service) : 1;
    const gradient = quantize(field(GRADIENT) / Math.sqrt(factor));
    if (field(COST) > 0) sums[side][service]?.add(quantize(field(COST) / factor), gradient);
    if (field(BURST_GRADIENT) > 0) sums.bursts[service]?.add(field(COST), field(BURST_GRADIENT));
    if (field(FLOOR) === 0) continue;
    sums.extra += field(FLOOR_EXTRA);
    if ((mark & MARK_REQUESTED_FLOOR) !== 0) sums.asked += field(FLOOR);
    else sums.floors.add(field(FLOOR), 1);
  }
  return sums;
}

/** Gives everybody what they ask for. */
const WHAT_THEY_ASK = {
  shareOther: (_total: number, demand: Float64Array, share: Float64Array): void => share.set(demand),
};

describe("the sums of a plan", () => {
  test("are to the bit those of the live rows, after arrivals, evictions, merges, undone slices and silence", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1 }), (steps, seed) => {
        const rig = rigAfter(steps, seed);
        const { table } = rig;
        const wanted = anew(rig);
        const budget = new Float64Array(SERVICES);
        for (const [name, side] of [
          ["ordinary", table.ordinary],
          ["errors", table.errors],
        ] as const) {
          for (let service = 0; service < SERVICES; service++) {
            const factor = side.loadFactorOf(service);
            const full = wanted[name][service]?.fullCost ?? Number.NaN;
            expect(side.demand[service]).toBe(factor * full);
            budget[service] = 0.3 * factor * full;
          }
          side.solve(budget, 1);
          for (let service = 0; service < SERVICES; service++) {
            const tau = wanted[name][service]?.solve((budget[service] ?? 0) / side.loadFactorOf(service)) ?? 0;
            expect(Math.abs(side.waterLevelOf(service, false) / tau - 1)).toBeLessThan(1e-9);
          }
        }
        const total = wanted.bursts.reduce((sum, group) => sum + group.fullCost, 0);
        expect(table.bursts.allocate(1e12, WHAT_THEY_ASK)).toBeCloseTo(total, 6);
        table.floors.fit(Number.POSITIVE_INFINITY);
        expect(table.floors.rate).toBe(wanted.extra);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test("are nothing when nobody is left", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1 }), (steps, seed) => {
        const rig = rigAfter([{ kind: "traffic", ticks: 5, lines: 400, skew: 3, heavy: 60 }, ...steps], seed);
        for (let row = 0; row < PATTERNS; row++) rig.evict(row);
        rig.wait(1);
        const { ordinary, errors, bursts, floors } = rig.table;
        expect([...ordinary.demand, ...errors.demand].filter((bytes) => bytes !== 0)).toEqual([]);
        expect(bursts.allocate(1e12, WHAT_THEY_ASK)).toBe(0);
        floors.fit(Number.POSITIVE_INFINITY);
        expect(floors.rate).toBe(0);
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
