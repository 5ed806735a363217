import { expect, it } from "vitest";
import { LatencyHistogram } from "../../../../tools/loadgen/latency-histogram.ts";

it("gives quantiles within 2.2 percent and the maximum exactly", () => {
  const histogram = new LatencyHistogram();
  for (let i = 1; i <= 10_000; i++) histogram.record(i / 10);

  expect(histogram.quantile(0.5) / 500).toBeCloseTo(1, 1);
  expect(Math.abs(histogram.quantile(0.99) / 990 - 1)).toBeLessThan(0.022);
  expect(histogram.maxMs).toBe(1_000);
});

it("is zero when nothing was recorded and never fails on extremes", () => {
  const histogram = new LatencyHistogram();
  expect(histogram.quantile(0.5)).toBe(0);

  histogram.record(0);
  histogram.record(1e12);

  expect(histogram.quantile(0.5)).toBeLessThan(0.002);
  expect(histogram.quantile(1)).toBeGreaterThan(6e7);
});
