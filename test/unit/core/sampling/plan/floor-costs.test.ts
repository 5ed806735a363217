import { describe, expect, it } from "vitest";
import { BreakpointScale } from "../../../../../src/core/sampling/plan/breakpoint-scale.ts";
import { FloorCosts } from "../../../../../src/core/sampling/plan/floor-costs.ts";

/** Ten patterns whose floors cost 1, 2 … 10 bytes a second; none of it would be drawn anyway. */
function ten(): FloorCosts {
  const floors = new FloorCosts(new BreakpointScale());
  for (let cost = 1; cost <= 10; cost++) floors.add(cost, 1, false, 1);
  floors.addExtra(55);
  return floors;
}

describe("the cost of floors", () => {
  it("is paid where it can be: a line a minute, however large", () => {
    const floors = ten();
    for (let tick = 0; tick < 20; tick++) floors.fit(100);
    expect(floors.rate).toBe(55);
    expect(floors.level).toBeGreaterThan(1e5);
  });

  it("is levelled where it cannot: what is short keeps its line a minute, the rest costs the same", () => {
    const floors = ten();
    for (let tick = 0; tick < 20; tick++) floors.fit(27);
    // 1 + 2 + 8 · 3 = 27
    expect(floors.level).toBeCloseTo(3, 1);
  });

  it("gives who weighs more as much more, up to a line a minute", () => {
    const floors = new FloorCosts(new BreakpointScale());
    floors.add(10, 1, false, 1);
    floors.add(10, 4, false, 1);
    floors.add(10, 16, false, 1);
    for (let tick = 0; tick < 20; tick++) floors.fit(20);
    // 2 + 4 · 2 + 10 = 20
    expect(floors.level).toBeCloseTo(2, 1);
  });

  it("leaves floors that somebody asked for as they are", () => {
    const floors = ten();
    floors.add(20, 1, true, 1);
    for (let tick = 0; tick < 20; tick++) floors.fit(30);
    expect(floors.level).toBeCloseTo(1, 1);
    floors.add(20, 1, true, -1);
    for (let tick = 0; tick < 20; tick++) floors.fit(27);
    expect(floors.level).toBeCloseTo(3, 1);
  });

  it("moves by steps: nobody is due at once when there is more to pay with", () => {
    const floors = ten();
    for (let tick = 0; tick < 20; tick++) floors.fit(1);
    const before = floors.msPerByte;
    floors.fit(1000);
    expect(floors.msPerByte).toBe(before / 2);
    floors.fit(0);
    expect(floors.msPerByte).toBe(before / 2);
  });
});
