import { describe, expect, it } from "vitest";
import { CountEstimate } from "../../../../src/core/estimate/count-estimate.ts";

/** mulberry32: uniform in [0, 1). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Line {
  readonly p: number;
  /** Lines of one trace share their randomness; "" draws by itself. */
  readonly trace: string;
}

interface Judgement {
  /** Share of runs whose interval holds the truth. */
  readonly coverage: number;
  /** Mean of the estimates over the truth. */
  readonly bias: number;
  /** Mean of the estimated variances over the variance of the estimates. */
  readonly variance: number;
}

/** Draws the same lines over and over. */
function judge(lines: readonly Line[], runs: number): Judgement {
  const estimates: number[] = [];
  let covered = 0;
  let variances = 0;
  for (let run = 0; run < runs; run++) {
    const random = uniform(run * 7919 + 17);
    const traces = new Map<string, number>();
    const estimate = new CountEstimate();
    for (const { p, trace } of lines) {
      let r = traces.get(trace);
      if (r === undefined || trace === "") {
        r = random();
        traces.set(trace, r);
      }
      if (r >= 1 - p) estimate.add(p, trace);
    }
    const { low, high } = estimate.interval();
    if (low <= lines.length && lines.length <= high) covered++;
    estimates.push(estimate.estimate);
    variances += estimate.variance / runs;
  }
  const mean = estimates.reduce((sum, value) => sum + value, 0) / runs;
  const variance = estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (runs - 1);
  return { coverage: covered / runs, bias: mean / lines.length, variance: variances / variance };
}

function lines(count: number, of: (i: number) => Line): Line[] {
  return Array.from({ length: count }, (_, i) => of(i));
}

const RUNS = 2000;

describe("the interval of an estimated count", () => {
  it.each<[string, Line[]]>([
    ["equal probabilities, many kept", lines(2000, () => ({ p: 0.1, trace: "" }))],
    ["probabilities that fall with a burst", lines(4000, (i) => ({ p: Math.min(0.2, 60 / (i + 1)), trace: "" }))],
    ["probabilities that change by the second", lines(3000, (i) => ({ p: [0.05, 0.1, 0.4][i % 3] ?? 0.1, trace: "" }))],
    ["lines known exactly among those drawn", lines(2000, (i) => ({ p: i % 4 === 0 ? 1 : 0.08, trace: "" }))],
    ["lines of traces that live or die together", lines(2000, (i) => ({ p: 0.2, trace: `t${Math.floor(i / 5)}` }))],
    [
      "traces whose lines have different probabilities",
      lines(2000, (i) => ({ p: 0.1 + 0.1 * (i % 4), trace: `t${Math.floor(i / 4)}` })),
    ],
  ])("holds the truth 93 to 97 times in 100: %s", (_, all) => {
    const { coverage, bias, variance } = judge(all, RUNS);
    expect(coverage).toBeGreaterThanOrEqual(0.93);
    expect(coverage).toBeLessThanOrEqual(0.97);
    expect(Math.abs(bias - 1)).toBeLessThan(0.02);
    expect(variance).toBeGreaterThan(0.85);
    expect(variance).toBeLessThan(1.15);
  });

  it("is no narrower than it may be when few are kept", () => {
    expect(
      judge(
        lines(300, () => ({ p: 0.05, trace: "" })),
        RUNS,
      ).coverage,
    ).toBeGreaterThanOrEqual(0.93);
  });

  it("is a point when every line was kept for sure", () => {
    const estimate = new CountEstimate();
    for (let i = 0; i < 40; i++) estimate.add(1, i % 2 === 0 ? "t" : "");
    expect(estimate.interval()).toEqual({ estimate: 40, low: 40, high: 40 });
    expect(estimate.kept).toBe(40);
  });

  it("of nothing kept is nothing", () => {
    expect(new CountEstimate().interval()).toEqual({ estimate: 0, low: 0, high: 0 });
  });

  it("is wider when the lines were of one trace: they are one draw", () => {
    const alone = new CountEstimate();
    const together = new CountEstimate();
    for (let i = 0; i < 20; i++) {
      alone.add(0.25, "");
      together.add(0.25, "t");
    }
    expect(together.estimate).toBe(alone.estimate);
    expect(together.variance).toBeCloseTo(20 * alone.variance, 6);
    expect(together.interval().high - together.interval().low).toBeGreaterThan(
      3 * (alone.interval().high - alone.interval().low),
    );
  });
});
