import { describe, expect, it } from "vitest";
import { PatternState } from "../../../../../src/core/patterns/pattern-state.ts";
import { RefreshRound } from "../../../../../src/core/sampling/plan/refresh-round.ts";

const LEAST_SLICE = 10;

function stateOf(live: number): PatternState {
  const state = new PatternState(1000);
  for (let row = 0; row < live; row++) state.activate(row);
  return state;
}

function visitsOf(round: RefreshRound, visit: (row: number) => void = () => undefined): number[] {
  const rows: number[] = [];
  round.run((row) => {
    rows.push(row);
    visit(row);
  });
  return rows;
}

describe("a tick", () => {
  it("visits every row while there are few", () => {
    const round = new RefreshRound(stateOf(LEAST_SLICE), LEAST_SLICE);
    for (let tick = 0; tick < 3; tick++) expect(new Set(visitsOf(round)).size).toBe(LEAST_SLICE);
  });

  it("visits a slice of many, and each of them within sixteen ticks", () => {
    for (const live of [11, 160, 161, 999]) {
      const round = new RefreshRound(stateOf(live), LEAST_SLICE);
      for (let lap = 0; lap < 3; lap++) {
        const seen = new Set<number>();
        for (let tick = 0; tick < 16; tick++) {
          const rows = visitsOf(round);
          expect(rows.length).toBeLessThanOrEqual(Math.max(LEAST_SLICE, Math.ceil(live / 16)));
          for (const row of rows) seen.add(row);
        }
        expect(seen.size).toBe(live);
      }
    }
  });

  it("visits who is attended, and once who has spoken", () => {
    const state = stateOf(500);
    const round = new RefreshRound(state, LEAST_SLICE);
    state.markDirty(7);
    state.markDirty(7);
    const first = visitsOf(round, (row) => {
      if (row === 7) round.requestRefresh(row);
    });
    expect(first.filter((row) => row === 7)).toEqual([7]);
    expect(visitsOf(round)[0]).toBe(7);
    expect(visitsOf(round)).not.toContain(7);
  });

  it("passes nobody by for longer than thirty-two ticks, while rows leave and others come", () => {
    const state = stateOf(800);
    const round = new RefreshRound(state, LEAST_SLICE);
    const lastVisit = new Int32Array(1000);
    for (let tick = 1; tick <= 400; tick++) {
      for (let i = 0; i < 5; i++) {
        state.deactivate((tick * 37 + i * 211) % 800);
        const row = (tick * 53 + i * 101) % 800;
        if (state.livePosition[row] === -1) lastVisit[row] = tick;
        state.activate(row);
      }
      for (const row of visitsOf(round)) lastVisit[row] = tick;
      const oldest = Math.min(...Array.from(state.live.slice(0, state.liveCount), (row) => lastVisit[row] ?? 0));
      expect(tick - oldest).toBeLessThanOrEqual(32);
    }
  });
});
