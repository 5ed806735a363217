import { describe, expect, it } from "vitest";
import { InputMeter } from "../../../../../src/core/sampling/budget/input-meter.ts";

const DAY = 86_400;

/** A meter that has seen `perSecond` bytes in every second of [from, from + seconds). */
function feed(meter: InputMeter, from: number, seconds: number, perSecond: number): number {
  for (let second = from; second < from + seconds; second++) {
    meter.add(perSecond);
    meter.advance(second * 1000);
  }
  return from + seconds;
}

describe("I(t)", () => {
  it("is the mean of the last 60 seconds", () => {
    const meter = new InputMeter(undefined);
    const end = feed(meter, 1000, 60, 500);
    expect(meter.bytesPerSecond()).toBe(500);
    feed(meter, end, 30, 1500);
    expect(meter.bytesPerSecond()).toBe(1000);
  });

  it("is the mean since the first byte while that is less than a minute ago, however long the process has waited", () => {
    const meter = new InputMeter(undefined);
    for (let second = 0; second < 600; second++) meter.advance(second * 1000);
    expect(meter.bytesPerSecond()).toBe(0);
    feed(meter, 600, 5, 300);
    expect(meter.bytesPerSecond()).toBe(300);
  });

  it("is nothing after a minute without input, in whatever steps time went", () => {
    for (const steps of [[59_000, 61_000], [120_000], [3_600_000]]) {
      const meter = new InputMeter(undefined);
      const end = feed(meter, 100, 60, 800);
      meter.advance((end - 1) * 1000);
      for (const step of steps) meter.advance((end - 1) * 1000 + step);
      expect(meter.bytesPerSecond()).toBe(0);
    }
  });

  it("stands still while a clock goes backwards, and goes on from there", () => {
    const meter = new InputMeter(undefined);
    feed(meter, 100, 60, 100);
    meter.advance(90_000);
    expect(meter.bytesPerSecond()).toBe(100);
    meter.add(6000);
    meter.advance(120_000);
    expect(meter.bytesPerSecond()).toBe(200);
  });

  it("forgets an undone batch, also one of a second that is past", () => {
    const meter = new InputMeter(undefined);
    const end = feed(meter, 100, 60, 100);
    meter.add(60_000);
    meter.advance(end * 1000);
    expect(meter.bytesPerSecond()).toBeGreaterThan(1000);
    meter.subtract(60_000);
    meter.advance((end + 1) * 1000);
    expect(meter.bytesPerSecond()).toBeCloseTo(100 * (58 / 60), 6);
  });

  it("is never negative", () => {
    const meter = new InputMeter(undefined);
    feed(meter, 100, 2, 100);
    meter.subtract(5000);
    meter.advance(102_000);
    expect(meter.bytesPerSecond()).toBe(0);
  });
});

describe("the baseline I0", () => {
  it("is the mean of the first ten active minutes, and limits nothing before they are over", () => {
    const meter = new InputMeter(undefined);
    const end = feed(meter, 0, 300, 1000);
    expect(meter.isSeeded()).toBe(false);
    feed(meter, end, 320, 3000);
    expect(meter.isSeeded()).toBe(true);
    expect(meter.baseline()).toBeGreaterThan(1700);
    expect(meter.baseline()).toBeLessThan(2100);
  });

  it("is there at once when it was saved", () => {
    const meter = new InputMeter(5000);
    expect(meter.isSeeded()).toBe(true);
    expect(meter.baseline()).toBe(5000);
    expect(new InputMeter(0).isSeeded()).toBe(false);
  });

  it("does not count idle time: twenty minutes of work a day have the baseline of those twenty minutes", () => {
    const meter = new InputMeter(undefined);
    for (let day = 0; day < 3; day++) {
      const end = feed(meter, day * DAY, 1200, 4000);
      for (let second = end; second < end + 100; second++) meter.advance(second * 1000);
    }
    expect(meter.baseline()).toBeGreaterThan(3600);
    expect(meter.baseline()).toBeLessThan(4100);
  });

  it("is moved by a storm of any size no more than by one of three times itself", () => {
    const baselineAfter = (storm: number): number => {
      const meter = new InputMeter(1000);
      const end = feed(meter, 0, 600, 1000);
      feed(meter, end, 3600, storm);
      return meter.baseline();
    };
    expect(baselineAfter(1e6)).toBeCloseTo(baselineAfter(3500), -2);
    expect(baselineAfter(1e6)).toBeLessThan(1100);
  });

  it("follows lasting growth: ten times the input is ordinary (at most twice the baseline) after a day and a half", () => {
    const meter = new InputMeter(1000);
    const hourOf = (hour: number): void => {
      for (let minute = hour * 60; minute < hour * 60 + 60; minute++) {
        // A minute's bytes at once: the window holds a minute, so the rate is the same.
        meter.add(600_000);
        meter.advance(minute * 60_000);
      }
    };
    for (let hour = 0; hour < 6; hour++) hourOf(hour);
    expect(2 * meter.baseline()).toBeLessThan(5000);
    for (let hour = 6; hour < 36; hour++) hourOf(hour);
    expect(2 * meter.baseline()).toBeGreaterThanOrEqual(10_000);
  });
});
