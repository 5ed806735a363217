import { describe, expect, it } from "vitest";
import { TickHistory } from "../../../../src/core/patterns/tick-history.ts";

describe("the length of the last ticks", () => {
  it("is told for any number of them, and of more than are known it is that of those", () => {
    const history = new TickHistory();
    for (const [active, elapsed] of [
      [1, 1],
      [0, 5],
      [2, 2],
    ] as const) {
      history.push(active, elapsed);
    }
    expect([0, 1, 2, 3].map((ticks) => history.activeSeconds[ticks])).toEqual([0, 2, 2, 3]);
    expect([0, 1, 2, 3].map((ticks) => history.elapsedSeconds[ticks])).toEqual([0, 2, 7, 8]);
    expect(history.activeSeconds[history.bounded(1_000_000)]).toBe(3);
  });

  it("says what is left of a mean after them", () => {
    const history = new TickHistory();
    const kept = history.createRetained();
    for (let tick = 0; tick < 20; tick++) history.push(1, 1);
    history.fillRetained(kept, 10);
    expect(kept[0]).toBe(1);
    expect(kept[10]).toBeCloseTo(0.5, 9);
    expect(kept[20]).toBeCloseTo(0.25, 9);
    expect(kept[history.bounded(100)]).toBeCloseTo(0.25, 9);
  });
});
