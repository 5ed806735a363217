import { describe, expect, it } from "vitest";
import { TokenBucket } from "../../../../../src/core/sampling/budget/token-bucket.ts";

const KIB = 1024;

/** A bucket whose start is long forgotten: 60 seconds of `rate`. */
function settled(rate: number): TokenBucket {
  const bucket = new TokenBucket(256 * KIB);
  for (let second = 0; second < 3600; second++) bucket.refill(rate, rate, 1, 60);
  return bucket;
}

describe("a bucket", () => {
  it("starts with what it is given, and fills by what comes in, to rate x depth", () => {
    const bucket = new TokenBucket(1000);
    expect(bucket.level).toBe(1000);
    bucket.charge(600);
    bucket.refill(25, 50, 0.5, 100);
    expect(bucket.level).toBe(425);
    bucket.refill(50_000, 50, 1000, 100);
    expect(bucket.level).toBe(5000);
  });

  it("forgets its start once there is a rate: it would be minutes of a small budget", () => {
    const bucket = new TokenBucket(256 * KIB);
    for (let second = 0; second < 600; second++) bucket.refill(0, 0, 1, 60);
    expect(bucket.level).toBe(256 * KIB);
    for (let second = 0; second < 600; second++) bucket.refill(2000, 2000, 1, 60);
    expect(bucket.capacity).toBe(120_000);
  });

  it("holds a large stack trace however small its rate, and no more than it started with", () => {
    expect(settled(1).capacity).toBe(64 * KIB);
    const small = new TokenBucket(16 * KIB);
    small.refill(3600, 1, 3600, 60);
    expect(small.capacity).toBe(16 * KIB);
  });

  it("is never below zero, and takes back what an undone batch was charged", () => {
    const bucket = settled(10_000);
    bucket.charge(1e9);
    expect(bucket.level).toBe(0);
    bucket.credit(500);
    expect(bucket.level).toBe(500);
    bucket.credit(1e9);
    expect(bucket.level).toBe(bucket.capacity);
  });

  it("keeps its share of the capacity when it is resized", () => {
    const bucket = settled(10_000);
    bucket.charge(450_000);
    expect(bucket.fill).toBeCloseTo(0.25, 6);
    bucket.resize(100_000, 0, 60);
    expect(bucket.fill).toBeCloseTo(0.25, 6);
    expect(bucket.level).toBeCloseTo(1_500_000, 3);
  });
});

describe("what may be spent of a wish", () => {
  it("is all of it while the bucket stays more than half full", () => {
    const bucket = settled(10_000);
    expect(bucket.affordable(300_000, 0)).toBe(300_000);
    expect(bucket.affordable(200_000, 100_000)).toBe(200_000);
  });

  it("is ever less below half, and never what the bucket holds: a hard stop would give single records huge weights", () => {
    const bucket = settled(10_000);
    let before = 0;
    for (const wish of [4e5, 8e5, 16e5, 64e5, 1e9]) {
      const granted = bucket.affordable(wish, 0);
      expect(granted).toBeGreaterThan(before);
      expect(granted).toBeLessThanOrEqual(bucket.level);
      before = granted;
    }
  });

  it("is the same for one batch as for its parts, one after the other", () => {
    const whole = settled(10_000);
    const parts = settled(10_000);
    const wanted = 900_000;
    const granted = whole.affordable(wanted, 0);
    let sum = 0;
    for (let part = 0; part < 90; part++) {
      const share = parts.affordable(wanted / 90, 0);
      parts.charge(share);
      sum += share;
    }
    expect(sum).toBeCloseTo(granted, 3);
  });

  it("is a little even of an empty bucket", () => {
    const bucket = settled(10_000);
    bucket.charge(1e9);
    expect(bucket.affordable(1000, 0)).toBeGreaterThan(10);
    expect(bucket.affordable(1000, 0)).toBeLessThan(100);
  });
});
