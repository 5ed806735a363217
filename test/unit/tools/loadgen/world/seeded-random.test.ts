import { describe, expect, it } from "vitest";
import { SeededRandom, WeightedPicker, zipfWeights } from "../../../../../tools/loadgen/world/seeded-random.ts";

describe("SeededRandom", () => {
  it("repeats for equal seeds and differs for similar ones", () => {
    const draw = (...parts: (string | number)[]) => {
      const random = new SeededRandom(...parts);
      return Array.from({ length: 5 }, () => random.uint32());
    };

    expect(draw("a", 1)).toEqual(draw("a", 1));
    expect(draw("a", 1)).not.toEqual(draw("a", 2));
    expect(draw("a", 11)).not.toEqual(draw("a1", 1));
  });

  it("spreads evenly, from the first draw of every seed on", () => {
    const buckets = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 10_000; seed++) buckets[new SeededRandom("slice", seed).below(10)]! += 1;

    for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  it.each([0.3, 7, 200])("has a Poisson count of mean and variance %d", (mean) => {
    const random = new SeededRandom("poisson", mean);
    const draws = Array.from({ length: 20_000 }, () => random.poisson(mean));
    const average = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - average) ** 2, 0) / draws.length;

    expect(average / mean).toBeCloseTo(1, 1);
    expect(variance / mean).toBeCloseTo(1, 1);
    expect(random.poisson(0)).toBe(0);
  });

  it("writes hex of exactly the digits asked for", () => {
    const random = new SeededRandom("hex");

    for (const digits of [1, 8, 9, 32]) expect(random.hex(digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`));
  });
});

describe("WeightedPicker", () => {
  it("draws in proportion to the weights and never what weighs nothing", () => {
    const random = new SeededRandom("weights");
    const picker = new WeightedPicker([1, 0, 3]);
    const counts = [0, 0, 0];
    for (let i = 0; i < 8_000; i++) counts[picker.pick(random)]! += 1;

    expect(counts[1]).toBe(0);
    expect(counts[2]! / counts[0]!).toBeCloseTo(3, 0);
  });

  it("takes Zipf weights, which fall with the rank", () => {
    expect(zipfWeights(4, 1)).toEqual([1, 1 / 2, 1 / 3, 1 / 4]);
  });
});
