import { describe, expect, it } from "vitest";
import { BurstDetector } from "../../../../src/core/anomaly/burst.ts";
import { PatternRates } from "../../../../src/core/patterns/pattern-rates.ts";
import { PatternState, TOTAL_RECORDS } from "../../../../src/core/patterns/pattern-state.ts";

interface Rig {
  readonly state: PatternState;
  /** Ticks with the lines that each brings of row 0. */
  run(lines: readonly number[]): void;
  score(overloadRatio?: number): number;
}

function rig(): Rig {
  const state = new PatternState(2);
  const rates = new PatternRates(state);
  const detector = new BurstDetector(state, rates);
  let monoMs = 1_000_000;
  state.observe({ onJoin: (row) => rates.join(row), onLeave: () => undefined });
  state.firstSeenMs[0] = monoMs;
  state.lastSeenMs[0] = monoMs;
  state.activate(0);
  return {
    state,
    score: (overloadRatio = 1) => detector.scoreOf(0, overloadRatio),
    run(lines) {
      for (const count of lines) {
        if (count > 0) state.lastSeenMs[0] = monoMs;
        state.tickCount[0] = count;
        state.tickBytes[0] = 100 * count;
        state.totals[TOTAL_RECORDS] = (state.totals[TOTAL_RECORDS] ?? 0) + count;
        // Other patterns arrive in every second: time does not stand still.
        state.arrivals = 1;
        monoMs += 1000;
        rates.beginTick(monoMs, 1);
        rates.advance(0, true);
      }
    },
  };
}

const series = (ticks: number, lines: (tick: number) => number): number[] =>
  Array.from({ length: ticks }, (_, tick) => lines(tick));

describe("the burst detector", () => {
  const steady = series(1800, (tick) => (tick % 5 === 0 ? 1 : 0));
  /** As many lines, in bursts of ten seconds. */
  const bursty = series(1800, (tick) => (tick % 100 < 10 ? 2 : 0));
  /** Forty seconds at four times the rate. */
  const surge = series(40, (tick) => (tick % 5 < 4 ? 1 : 0));

  it("reports a surge of a regular pattern, by more than three of its deviations", () => {
    const { run, score } = rig();
    run(steady);
    expect(score()).toBe(0);
    run(surge);
    expect(score()).toBeGreaterThan(3);
  });

  it("judges a pattern by its own dispersion: what one never does, another always does", () => {
    const { run, score } = rig();
    let alarms = 0;
    run(bursty);
    for (let tick = 0; tick < 400; tick++) {
      run([tick % 100 < 10 ? 2 : 0]);
      if (score() > 0) alarms++;
    }
    expect(alarms).toBe(0);
    run(surge);
    expect(score()).toBe(0);
    run(series(60, () => 3));
    expect(score()).toBeGreaterThan(0);
  });

  it("never reports less than usual", () => {
    const { run, score } = rig();
    run(steady);
    run(series(300, () => 0));
    expect(score()).toBe(0);
  });

  it("reports the second record of a pattern that did not exist before, not the first", () => {
    const { run, score, state } = rig();
    // The row is idle for a while: its usual rate is that of a silent pattern.
    run(series(600, () => 0));
    state.firstSeenMs[0] = 1_600_000;
    run([1]);
    expect(score()).toBe(0);
    run([1]);
    expect(score()).toBeGreaterThan(0);
    expect(state.totals[TOTAL_RECORDS]).toBe(2);
  });

  it("does not report a pattern that follows the overload of its service", () => {
    const { run, score } = rig();
    run(steady);
    run(surge);
    expect(score(1)).toBeGreaterThan(0);
    expect(score(4)).toBe(0);
  });
});
