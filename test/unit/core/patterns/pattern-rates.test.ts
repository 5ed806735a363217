import { describe, expect, it } from "vitest";
import { PatternRates, planRateOf } from "../../../../src/core/patterns/pattern-rates.ts";
import { FLAG_ERROR, PatternState } from "../../../../src/core/patterns/pattern-state.ts";

const START_MS = 1_000_000;

interface Rig {
  readonly state: PatternState;
  /** Ticks with the lines that each brings of the row; visited in every `every`-th one. @returns lines a second at the end */
  run(lines: readonly number[], every: number): number;
}

function rigOf(ageMs: number, special = 0): Rig {
  const state = new PatternState(2);
  const rates = new PatternRates(state);
  state.observe({ onJoin: (row) => rates.join(row), onLeave: () => undefined });
  state.firstSeenMs[0] = START_MS - ageMs;
  state.lastSeenMs[0] = START_MS;
  state.flags[0] = special;
  state.activate(0);
  let monoMs = START_MS;
  return {
    state,
    run(lines, every) {
      for (const [tick, count] of lines.entries()) {
        if (count > 0) state.lastSeenMs[0] = monoMs;
        state.tickCount[0] = (state.tickCount[0] ?? 0) + count;
        state.tickBytes[0] = (state.tickBytes[0] ?? 0) + 100 * count;
        // Others speak in every second: time does not stand still.
        state.arrivals = 1;
        monoMs += 1000;
        rates.beginTick(monoMs, 1);
        if ((tick + 1) % every === 0) rates.advance(0, true);
      }
      return planRateOf(state, 0);
    },
  };
}

const HOUR_MS = 3_600_000;

describe("rates of a row that ticks pass by", () => {
  it("are those of one visited in every tick: while it is silent, exactly", () => {
    const lines = [...Array.from({ length: 32 }, () => 5), ...Array.from({ length: 320 }, () => 0)];
    for (const ageMs of [0, HOUR_MS]) {
      const often = rigOf(ageMs);
      const seldom = rigOf(ageMs);
      for (const rig of [often, seldom]) rig.run(lines.slice(0, 32), 1);
      expect(seldom.run(lines.slice(32), 16) / often.run(lines.slice(32), 1)).toBeCloseTo(1, 2);
      expect((seldom.state.rateUsual[0] ?? 0) / (often.state.rateUsual[0] ?? 1)).toBeCloseTo(1, 4);
    }
  });

  it("and while it says a line now and then, nearly", () => {
    const lines = Array.from({ length: 1600 }, (_, tick) => (tick % 23 === 0 ? 1 : 0));
    for (const ageMs of [0, HOUR_MS]) {
      const often = rigOf(ageMs).run(lines, 1);
      const seldom = rigOf(ageMs).run(lines, 16);
      expect(seldom / often).toBeGreaterThan(0.85);
      expect(seldom / often).toBeLessThan(1.15);
      expect(seldom).toBeCloseTo(1 / 23, 2);
    }
  });

  it("of an ERROR that is over fall as fast", () => {
    const flood = Array.from({ length: 32 }, () => 5);
    const silence = Array.from({ length: 48 }, () => 0);
    const often = rigOf(HOUR_MS, FLAG_ERROR);
    const seldom = rigOf(HOUR_MS, FLAG_ERROR);
    for (const rig of [often, seldom]) rig.run(flood, 1);
    const wanted = often.run(silence, 1);
    expect(wanted).toBeLessThan(1);
    const ratio = seldom.run(silence, 16) / wanted;
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it("bytes of a line are the mean of all that came", () => {
    const { state, run } = rigOf(HOUR_MS);
    run([3, 0, 1, 0], 4);
    expect(state.meanBytes[0]).toBe(100);
    expect(state.tickCount[0]).toBe(0);
  });
});
