import { describe, expect, it } from "vitest";
import { EstimateReport } from "../../../src/replay/estimate-report.ts";
import { uniform } from "../../kit/sampling/drawn-lines.ts";

const START_MS = 1_700_000_040_000;
const PATTERNS = 30;
const MINUTES = 20;
const LINES = 60;
const P = 0.15;

/** Every line of every pattern and minute drawn with P; summaries hold the exact count of each pattern. */
function reportOf(seed: number, probabilityTold: number, hasSummaries = true) {
  const report = new EstimateReport();
  const random = uniform(seed);
  const weights = new Map<string, number>();
  for (let minute = 0; minute < MINUTES; minute++) {
    for (let i = 0; i < PATTERNS * LINES; i++) {
      const pattern = `p${i % PATTERNS}`;
      const isKept = random() < P;
      const trace = String.fromCharCode(Math.floor(random() * 65_536), Math.floor(random() * 256));
      const timeMs = START_MS + minute * 60_000 + i;
      report.add({ pattern, timeMs, probability: probabilityTold, isKept, trace }, timeMs);
      if (isKept) weights.set(pattern, (weights.get(pattern) ?? 0) + 1 / probabilityTold);
    }
  }
  for (const [pattern, weightSum] of hasSummaries ? weights : []) {
    const count = MINUTES * LINES;
    const row = { template: undefined, service: "any", bytes: 0, kept: 0, context: 0, id: pattern };
    report.summarised([{ ...row, pattern, bucketMs: START_MS, count, weightSum }]);
  }
  return report.summary();
}

describe("EstimateReport", () => {
  it("reports high coverage for unbiased weights, and smaller slice errors with summaries", () => {
    const { pattern_minutes: minutes, slices } = reportOf(3, P);
    expect(minutes.judged).toBe(PATTERNS * MINUTES);
    expect(minutes.interval_coverage).toBeGreaterThan(0.93);
    expect(slices.judged).toBe(3 * PATTERNS);
    expect(slices.interval_coverage).toBeGreaterThan(0.85);
    expect(slices.raked_interval_coverage).toBeGreaterThan(0.85);
    expect(slices.raked_count_error).toBeLessThan(0.9 * slices.count_error);
  });

  it("reports low coverage for weights that are twice too large", () => {
    const { pattern_minutes: minutes, slices } = reportOf(3, P / 2);
    expect(minutes.interval_coverage).toBeLessThan(0.8);
    expect(slices.interval_coverage).toBeLessThan(0.5);
    // Raking to the true counts repairs them.
    expect(slices.raked_count_error).toBeLessThan(0.5 * slices.count_error);
  });

  it("estimates slices by weights alone without summaries", () => {
    const { slices } = reportOf(3, P, false);
    expect(slices.raked_count_error).toBe(slices.count_error);
    expect(slices.raked_interval_coverage).toBe(slices.interval_coverage);
  });

  it("reports zeros without records", () => {
    expect(new EstimateReport().summary()).toMatchObject({ pattern_minutes: { judged: 0, interval_coverage: 0 } });
  });
});
