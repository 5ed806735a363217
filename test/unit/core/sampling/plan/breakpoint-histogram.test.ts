import { describe, expect, it } from "vitest";
import { BreakpointHistogram, KEEP_ALL } from "../../../../../src/core/sampling/plan/breakpoint-histogram.ts";
import { BreakpointScale, quantize } from "../../../../../src/core/sampling/plan/breakpoint-scale.ts";

function histogramOf(...terms: readonly (readonly [number, number])[]): BreakpointHistogram {
  const histogram = new BreakpointHistogram(new BreakpointScale());
  for (const [cost, gradient] of terms) histogram.add(cost, gradient);
  return histogram;
}

describe("a bin of breakpoints", () => {
  it("is at most a thirty-second wide, whatever the size", () => {
    const scale = new BreakpointScale();
    for (const value of [1e-6, 0.37, 1, 1.999, 2, 7, 12_345, 6e9]) {
      const bin = scale.binOf(value);
      expect(scale.lowerEdgeOf(bin)).toBeLessThanOrEqual(value);
      expect(scale.lowerEdgeOf(bin + 1)).toBeGreaterThan(value);
      expect(scale.lowerEdgeOf(bin + 1) / scale.lowerEdgeOf(bin)).toBeLessThanOrEqual(33 / 32);
    }
  });

  it("holds everything beyond sixty octaves, on either side", () => {
    const scale = new BreakpointScale();
    expect(scale.binOf(0)).toBe(scale.binOf(2 ** -24));
    expect(scale.binOf(Number.POSITIVE_INFINITY)).toBe(scale.binOf(2 ** 36));
  });
});

describe("τ", () => {
  it("spends the budget: what is kept whole costs its cost, the others τ times their gradient", () => {
    // Breakpoints 1, 10 and 100.
    const histogram = histogramOf([100, 100], [100, 10], [100, 1]);
    expect(histogram.solve(50)).toBeCloseTo(50 / 111, 9);
    expect(histogram.solve(155)).toBeCloseTo(5, 9);
    expect(histogram.solve(250)).toBeCloseTo(50, 9);
    expect(histogram.solve(155)).toBeCloseTo(5, 9);
    expect(histogram.solve(0)).toBe(0);
  });

  it("is without bound where the budget pays for everything", () => {
    const histogram = histogramOf([100, 100], [100, 1]);
    expect(histogram.solve(200)).toBe(KEEP_ALL);
    expect(histogram.solve(199)).toBeLessThan(100);
    expect(histogramOf().solve(0)).toBe(KEEP_ALL);
  });

  it("costs what it says", () => {
    const histogram = histogramOf([100, 100], [100, 10], [100, 1]);
    for (const tau of [50, 0.5, 5, 1e9, 0]) {
      const wanted = [100, 10, 1].reduce((sum, gradient) => sum + Math.min(100, tau * gradient), 0);
      expect(histogram.costAt(tau)).toBeCloseTo(wanted, 9);
    }
    expect(histogramOf().costAt(5)).toBe(0);
  });

  it("follows patterns that come and go on either side of it", () => {
    const histogram = histogramOf([100, 100], [100, 1]);
    histogram.solve(150);
    histogram.add(40, 400);
    histogram.add(40, 0.004);
    expect(histogram.solve(190)).toBeCloseTo(50 / 1.004, 6);
    histogram.add(-100, -100);
    expect(histogram.solve(90)).toBeCloseTo(50 / 1.004, 6);
  });
});

describe("contributions", () => {
  it("leave nothing behind when they are taken away, in whatever order", () => {
    const terms = Array.from({ length: 500 }, (_, i) => [quantize(1e-3 * 1.05 ** i), quantize(0.3 + i / 7)] as const);
    const histogram = histogramOf(...terms);
    histogram.solve(histogram.fullCost / 3);
    for (const [cost, gradient] of terms) histogram.add(-cost, -gradient);
    expect(histogram.fullCost).toBe(0);
    expect(histogram.costAt(1e6)).toBe(0);
    expect(histogram.costAt(1e-6)).toBe(0);
  });
});
