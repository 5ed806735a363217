import { describe, expect, it } from "vitest";
import { AnomalyRegistry } from "../../../../src/core/anomaly/registry.ts";
import { PatternRates } from "../../../../src/core/patterns/pattern-rates.ts";
import { PatternState, TOTAL_RECORDS } from "../../../../src/core/patterns/pattern-state.ts";

describe("the registry of detectors", () => {
  const state = new PatternState(1);
  const rates = new PatternRates(state);
  const registry = new AnomalyRegistry(state, rates);

  it("names each kind once", () => {
    const kinds = registry.detectors.map(({ kind }) => kind);
    expect(kinds).toContain("burst");
    expect(new Set(kinds).size).toBe(kinds.length);
  });

  it("answers 0 for an ordinary pattern, and the highest score of an anomalous one", () => {
    expect(registry.scoreOf(0, 1)).toBe(0);
    state.rateFast[0] = 10;
    state.totals[TOTAL_RECORDS] = 10;
    const scores = registry.detectors.map((detector) => detector.scoreOf(0, 1));
    expect(registry.scoreOf(0, 1)).toBeGreaterThan(0);
    expect(registry.scoreOf(0, 1)).toBe(Math.max(...scores));
  });
});
