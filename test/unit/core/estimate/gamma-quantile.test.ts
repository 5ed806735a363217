import { describe, expect, it } from "vitest";
import {
  gammaQuantile,
  LOWER_TAIL,
  logGamma,
  regularisedGamma,
  UPPER_TAIL,
} from "../../../../src/core/estimate/gamma-quantile.ts";

describe("quantiles of the Gamma distribution", () => {
  // Halves of χ² quantiles of 1, 2, 10, 20 and 60 degrees of freedom, from printed tables.
  it.each([
    [0.5, 0.000982069 / 2, 5.02389 / 2],
    [1, 0.0506356 / 2, 7.37776 / 2],
    [5, 3.24697 / 2, 20.4832 / 2],
    [10, 9.59078 / 2, 34.1696 / 2],
    [30, 40.4817 / 2, 83.2977 / 2],
  ])("are those of the tables at a shape of %s", (shape, low, high) => {
    expect(gammaQuantile(shape, LOWER_TAIL) / low).toBeCloseTo(1, 5);
    expect(gammaQuantile(shape, UPPER_TAIL) / high).toBeCloseTo(1, 5);
  });

  it.each([0.05, 0.3, 1, 3.7, 42, 999, 1001, 4000])("undo the distribution function at a shape of %s", (shape) => {
    const digits = shape < 1000 ? 10 : 5;
    for (const tail of [LOWER_TAIL, UPPER_TAIL]) {
      expect(regularisedGamma(shape, gammaQuantile(shape, tail))).toBeCloseTo(tail.probability, digits);
    }
  });

  it("are 0 without a shape, and the functions they rest on are the known ones", () => {
    expect(gammaQuantile(0, UPPER_TAIL)).toBe(0);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 12);
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 11);
    expect(regularisedGamma(1, 2)).toBeCloseTo(1 - Math.exp(-2), 13);
    expect(regularisedGamma(1, 0)).toBe(0);
  });
});
