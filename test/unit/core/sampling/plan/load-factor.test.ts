import { describe, expect, it } from "vitest";
import { ServiceLoadFactors } from "../../../../../src/core/sampling/plan/load-factor.ts";

const SETTINGS = { lines: 60, silentSeconds: 60, silentHalfLife: 300 };
const BYTES = 100;

/** A second a call: so many lines of service 0. */
function live(tempo: ServiceLoadFactors, seconds: number, linesOf: (second: number) => number): void {
  for (let second = 0; second < seconds; second++) {
    const lines = linesOf(second);
    if (lines > 0) tempo.addArrivals(0, lines * BYTES, lines);
    tempo.settle(1, 1);
  }
}

describe("the tempo of a service", () => {
  it("is 1 before anything arrived, and while the rates are right", () => {
    const tempo = new ServiceLoadFactors(1, SETTINGS);
    expect(tempo.factorOf(0, 0)).toBe(1);
    live(tempo, 60, () => 200);
    expect(tempo.factorOf(0, 200 * BYTES)).toBeCloseTo(1, 6);
  });

  it("follows a step of the load up and down within three seconds", () => {
    const tempo = new ServiceLoadFactors(1, SETTINGS);
    live(tempo, 60, () => 200);
    live(tempo, 3, () => 2000);
    expect(tempo.factorOf(0, 200 * BYTES)).toBeGreaterThan(9);
    live(tempo, 60, () => 2000);
    live(tempo, 3, () => 200);
    expect(tempo.factorOf(0, 2000 * BYTES)).toBeLessThan(0.12);
  });

  it("takes a sender that sends every five seconds for as fast as it is", () => {
    const tempo = new ServiceLoadFactors(1, SETTINGS);
    live(tempo, 300, (second) => (second % 5 === 0 ? 1000 : 0));
    expect(tempo.factorOf(0, 200 * BYTES)).toBeGreaterThan(0.9);
    expect(tempo.factorOf(0, 200 * BYTES)).toBeLessThan(1.1);
  });

  it("stands still in a pause and fades after it", () => {
    const tempo = new ServiceLoadFactors(1, SETTINGS);
    live(tempo, 60, () => 200);
    live(tempo, 50, () => 0);
    expect(tempo.factorOf(0, 200 * BYTES)).toBeCloseTo(1, 6);
    live(tempo, 310, () => 0);
    expect(tempo.factorOf(0, 200 * BYTES)).toBeLessThan(0.55);
  });

  it("does not believe single lines of a quiet service", () => {
    const tempo = new ServiceLoadFactors(1, SETTINGS);
    live(tempo, 300, (second) => (second % 2 === 0 ? 2 : 1));
    live(tempo, 1, () => 5);
    expect(tempo.factorOf(0, 1.5 * BYTES)).toBeLessThan(1.2);
  });
});
