import { describe, expect, it } from "vitest";
import { DAY_MS, DayShape } from "../../../../../src/core/sampling/budget/day-shape.ts";

const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;
const MONDAY_MS = 19_674 * DAY_MS;

/** Input of whole days, minute by minute. @param bytesAt of a minute, by the hour of the day and the number of the day */
function live(shape: DayShape, days: readonly number[], bytesAt: (hour: number, day: number) => number): void {
  for (const day of days) {
    for (let at = 0; at < DAY_MS; at += STEP_MS) {
      const ms = MONDAY_MS + day * DAY_MS + at;
      shape.observe(ms, ms + STEP_MS, bytesAt(at / HOUR_MS, day));
    }
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

function densities(shape: DayShape): number[] {
  return range(0, 48).map((slot) => shape.densityAt((slot + 0.5) * (HOUR_MS / 2)));
}

const byDay = (hour: number): number => 1000 - 900 * Math.cos((2 * Math.PI * hour) / 24);
const even = (): number => 1000;
const at = (shape: DayShape, hour: number): number => shape.densityAt(hour * HOUR_MS);

describe("the shape of a day", () => {
  it("is flat at first", () => {
    const shape = new DayShape();
    expect(new Set(densities(shape))).toEqual(new Set([1]));
    expect(shape.isLearned()).toBe(false);
    expect([0, 6, 12, 24].map((hour) => shape.secondsLeft(hour * HOUR_MS))).toEqual([86_400, 64_800, 43_200, 0]);
  });

  it("is known after a day, but for what goes evenly to all of it", () => {
    const shape = new DayShape();
    live(shape, [0], byDay);
    for (const hour of [0.25, 5.25, 12.25, 20.25]) {
      expect(at(shape, hour)).toBeCloseTo(0.05 + 0.95 * (byDay(hour) / 1000), 1);
    }
    expect(shape.secondsLeft(0)).toBeCloseTo(86_400, -1);
    expect(shape.secondsLeft(12 * HOUR_MS)).toBeCloseTo(43_200, -3);
  });

  it("has no steps, and what is left of it is the sum of it", () => {
    const shape = new DayShape();
    live(shape, [0], (hour) => (hour >= 8 && hour < 18 ? 1000 : 10));
    let sum = 0;
    for (let second = 0; second < 86_400; second++) {
      const here = shape.densityAt(1000 * second);
      expect(Math.abs(shape.densityAt(1000 * (second + 1)) - here)).toBeLessThan(0.002);
      sum += here;
    }
    expect(shape.secondsLeft(0)).toBeCloseTo(sum, -1);
    expect(shape.densityAt(DAY_MS)).toBeCloseTo(shape.densityAt(0), 12);
  });

  it("is of a day of half the load what it is of an ordinary one, also while it is learned", () => {
    const [ordinary, halved] = [new DayShape(), new DayShape()];
    live(ordinary, range(0, 4), byDay);
    live(halved, range(0, 4), (hour, day) => byDay(hour) * 2 ** -day);
    for (const [slot, density] of densities(halved).entries())
      expect(density).toBeCloseTo(densities(ordinary)[slot]!, 6);
  });

  it("is bent by a storm of a hundred times for an hour no further than by a third, and a week later by half of that", () => {
    const shape = new DayShape();
    live(shape, range(0, 21), byDay);
    const before = densities(shape);
    live(shape, [21], (hour) => (hour >= 14 && hour < 15 ? 100 : 1) * byDay(hour));
    const bent = densities(shape).map((density, slot) => density / before[slot]! - 1);
    expect(Math.max(...bent)).toBeLessThan(0.33);
    expect(Math.min(...bent)).toBeGreaterThan(-0.05);
    live(shape, range(22, 29), byDay);
    const later = densities(shape).map((density, slot) => density / before[slot]! - 1);
    expect(Math.max(...later)).toBeLessThan(0.55 * Math.max(...bent));
    expect(Math.max(...bent)).toBeGreaterThan(0.05);
  });

  it("of another kind from one day on is followed by half within a week", () => {
    const shape = new DayShape();
    live(shape, range(0, 40), (hour) => (hour < 12 ? 1500 : 500));
    expect(at(shape, 6)).toBeCloseTo(0.05 + 0.95 * 1.5, 2);
    live(shape, range(40, 47), (hour) => (hour < 12 ? 500 : 1500));
    expect(at(shape, 6)).toBeCloseTo(1, 1);
  });

  it("lets an hour that was silent come up to the mean", () => {
    const shape = new DayShape();
    live(shape, range(0, 3), (hour) => (hour < 4 ? 0 : 1000));
    expect(at(shape, 2)).toBeCloseTo(0.05, 2);
    live(shape, range(3, 60), even);
    expect(at(shape, 2)).toBeGreaterThan(0.9);
  });

  it("is not learned of half-hours that were hardly watched, nor of a day that was forgotten or silent", () => {
    const shape = new DayShape();
    const ms = MONDAY_MS + 9 * HOUR_MS;
    shape.observe(ms, ms + 10 * STEP_MS, 1e9);
    shape.observe(MONDAY_MS + DAY_MS, MONDAY_MS + DAY_MS + STEP_MS, 0);
    shape.forgetToday();
    live(shape, [2], () => 0);
    shape.observe(MONDAY_MS + 3 * DAY_MS, MONDAY_MS + 3 * DAY_MS, 0);
    expect(shape.isLearned()).toBe(false);

    for (let minute = 0; minute < 600; minute++) {
      shape.observe(MONDAY_MS + 3 * DAY_MS + minute * STEP_MS, MONDAY_MS + 3 * DAY_MS + (minute + 1) * STEP_MS, minute);
    }
    shape.forgetToday();
    shape.observe(MONDAY_MS + 4 * DAY_MS, MONDAY_MS + 4 * DAY_MS, 0);
    expect(shape.isLearned()).toBe(false);
  });

  it("counts a long step as silence after what came, and undone input not at all", () => {
    const [fine, coarse] = [new DayShape(), new DayShape()];
    live(fine, range(0, 3), (hour) => (hour >= 8 && hour < 20 ? 1000 : 0));
    for (let day = 0; day < 3; day++) {
      const midnight = MONDAY_MS + day * DAY_MS;
      for (let ms = midnight + 8 * HOUR_MS; ms < midnight + 20 * HOUR_MS; ms += STEP_MS) {
        coarse.observe(ms, ms + STEP_MS, 5000);
        coarse.observe(ms + STEP_MS, ms + STEP_MS, 0);
        coarse.observe(ms, ms, -4000);
      }
      coarse.observe(midnight + 20 * HOUR_MS, midnight + DAY_MS + 8 * HOUR_MS, 0);
    }
    // Its first morning was not watched.
    expect(coarse.densityAt(14 * HOUR_MS)).toBeCloseTo(fine.densityAt(14 * HOUR_MS), 0);
    expect(coarse.densityAt(22 * HOUR_MS)).toBeCloseTo(0.05, 2);
    expect(coarse.densityAt(14 * HOUR_MS)).toBeGreaterThan(10 * coarse.densityAt(4 * HOUR_MS));
  });

  it("survives a silence of weeks in one step", () => {
    const shape = new DayShape();
    live(shape, range(0, 3), byDay);
    const before = densities(shape);
    shape.observe(MONDAY_MS + 3 * DAY_MS, MONDAY_MS + 40 * DAY_MS, 0);
    expect(densities(shape)).toEqual(before);
  });
});
