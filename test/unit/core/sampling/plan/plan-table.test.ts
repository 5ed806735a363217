import { describe, expect, it } from "vitest";
import { SEVERAL_LINES } from "../../../../../src/core/sampling/plan/plan-table.ts";
import { MIN_PROBABILITY } from "../../../../../src/core/sampling/plan/row-plan.ts";
import type { PlanLine } from "../../../../kit/sampling/plan-rig.ts";
import { PlanRig } from "../../../../kit/sampling/plan-rig.ts";
import { SeededRandom, times } from "../../../../kit/sampling/sampling-rig.ts";

/** More patterns than one tick visits: those that say little are passed by for up to sixteen ticks. */
const PATTERNS = 5000;

function traffic(random: SeededRandom, lines: number): PlanLine[] {
  return Array.from({ length: lines }, () => ({ pattern: random.below(PATTERNS) }));
}

/** Every pattern has been seen, and two minutes have passed. */
function seasoned(isError: (pattern: number) => boolean = () => false): PlanRig {
  const random = new SeededRandom(3);
  const rig = new PlanRig({ patterns: PATTERNS + 10, isError });
  rig.send(Array.from({ length: PATTERNS }, (_, pattern) => ({ pattern })));
  for (let second = 0; second < 120; second++) {
    rig.wait(1);
    rig.send(traffic(random, 500));
  }
  return rig;
}

describe("a table of many patterns", () => {
  it("plans for a pattern that begins to speak within a tick", () => {
    const rig = seasoned();
    const { state } = rig;
    const before = state.rateFast[7] ?? 0;
    rig.send(times(SEVERAL_LINES, { pattern: 7 }));
    rig.wait(1);
    expect(state.tickCount[7]).toBe(0);
    expect(state.rateFast[7]).toBeGreaterThan(before);
  });

  it("plans for a pattern that was not there before, and for an ERROR, with their first line", () => {
    const rig = seasoned((pattern) => pattern === 11);
    const { state } = rig;
    rig.send([{ pattern: PATTERNS + 1 }, { pattern: 11 }]);
    rig.wait(1);
    for (const pattern of [PATTERNS + 1, 11]) {
      expect(state.tickCount[pattern]).toBe(0);
      expect(state.probability[pattern]).toBeGreaterThan(0);
    }
  });

  it("decides by the plan in force also where the tick that made it passed the pattern by", () => {
    const rig = seasoned();
    const planned = (): number[] => Array.from({ length: PATTERNS }, (_, row) => rig.state.probability[row] ?? 0);
    rig.wait(1);
    expect(planned().filter((p) => p <= MIN_PROBABILITY)).toEqual([]);
    // A plan that keeps nothing: a pattern that this tick gave no p learns of it with its next line.
    rig.table.ordinary.solve(new Float64Array(1), 1);
    rig.send(Array.from({ length: PATTERNS }, (_, pattern) => ({ pattern })));
    expect(planned().filter((p) => p <= MIN_PROBABILITY).length).toBeGreaterThan(0.8 * PATTERNS);
  });
});
