/** A day's bytes hold on every UTC day, whatever the shape of the input, and ordinary days use them. */
import { describe, expect, test } from "vitest";
import { Allowance } from "../../../src/core/sampling/budget/allowance.ts";
import { runSeedOr } from "../../kit/run-seed.ts";
import type { RigRecord } from "../../kit/sampling/sampling-rig.ts";
import { keptBytes, SamplingRig, SeededRandom } from "../../kit/sampling/sampling-rig.ts";

const DAY_SECONDS = 86_400;
const HOURS = 24;
const TICK_SECONDS = 10;
/** A Monday, so that days of one kind follow each other. */
const MONDAY_MS = 19_674 * 1000 * DAY_SECONDS;
const DAYS = 5;
const FIRST_SEED = runSeedOr(1);

/** Mean 1; no hour has more than three times it, some have nothing. */
function randomShape(random: SeededRandom): number[] {
  const contrast = 1 + random.below(3);
  const raw = Array.from({ length: HOURS }, () => (random.below(6) === 0 ? 0 : random.next() ** contrast));
  const mean = raw.reduce((sum, share) => sum + share, 0) / HOURS;
  return raw.map((share) => Math.min(3, share / mean));
}

interface World {
  readonly shape: readonly number[];
  /** Input bytes a second of the mean hour. */
  readonly mean: number;
  readonly bytesPerDay: number;
  readonly startSecond: number;
  /** Seconds since the Monday between which a hundred times as much comes. */
  readonly storm: readonly [number, number];
  /** Requests cost this much more than was expected of them. */
  readonly overhead: number;
}

function randomWorld(seed: number): World {
  const random = new SeededRandom(seed);
  const stormAt = 2 * DAY_SECONDS + random.below(DAY_SECONDS);
  return {
    shape: randomShape(random),
    mean: 10_000,
    bytesPerDay: (0.01 + 0.24 * random.next()) * 10_000 * DAY_SECONDS,
    startSecond: random.below(4 * 3600),
    storm: [stormAt, stormAt + random.below(7200)],
    overhead: 0.9 + 0.2 * random.next(),
  };
}

/** Shares of the day's bytes that each day cost, by an allowance alone: what is meant to be kept is, give or take the draw. */
function live(world: World, seed: number): number[] {
  const budget = new Allowance({
    keepRatio: undefined,
    bytesPerSecond: undefined,
    bytesPerDay: world.bytesPerDay,
    baselineBytesPerSecond: undefined,
  });
  const random = new SeededRandom(seed + 1000);
  const days = new Array<number>(DAYS).fill(0);
  for (let second = world.startSecond; second < DAYS * DAY_SECONDS; second += TICK_SECONDS) {
    budget.tick(1000 * second, MONDAY_MS + 1000 * second);
    const isStorm = second >= world.storm[0] && second < world.storm[1];
    const hour = Math.floor((second % DAY_SECONDS) / 3600);
    const input = world.mean * (world.shape[hour] ?? 0) * (isStorm ? 100 : 1) * (0.5 + random.next());
    const { targetBytesPerSecond } = budget.spendTarget(input, TICK_SECONDS, 0);
    budget.addInput(input * TICK_SECONDS);
    const expected = TICK_SECONDS * Math.min(input, targetBytesPerSecond);
    const built = expected * world.overhead * (0.5 + random.next());
    budget.expect(expected, 0);
    budget.spend(built);
    days[Math.floor(second / DAY_SECONDS)]! += built / world.bytesPerDay;
  }
  return days;
}

describe("a day's bytes", () => {
  test("hold on every day and are used from the second on: random shapes, a storm on the third day, any luck", () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + 15; seed++) {
      const world = randomWorld(seed);
      const days = live(world, seed);
      const told = `seed ${seed}: ${days.map((share) => share.toFixed(4)).join(" ")}`;
      for (const share of days) expect(share, told).toBeLessThanOrEqual(1);
      for (const share of days.slice(1)) expect(share, told).toBeGreaterThan(0.97);
    }
  });

  test("hold when a storm of ERRORs begins in the last minute: lanes have saved up, and midnight is no way out", () => {
    const bytesPerDay = 30e6;
    const rig = new SamplingRig({ bytesPerDay, severityOf: (pattern) => (pattern >= 1000 ? 17 : 9) });
    const startSecond = 22 * 3600;
    rig.nowMs = MONDAY_MS + 1000 * startSecond;
    const random = new SeededRandom(8);
    const sent = [0, 0];
    for (let second = startSecond; second < DAY_SECONDS + 1800; second++) {
      const storm = second >= DAY_SECONDS - 60 ? 500 : 0;
      const records: RigRecord[] = Array.from({ length: 7 + storm }, (_, i) => ({
        pattern: i < 7 ? Math.floor(60 * random.next() ** 3) : 1000 + random.below(20),
      }));
      sent[second < DAY_SECONDS ? 0 : 1]! += keptBytes(rig.send(records)) / bytesPerDay;
      rig.nowMs += 1000;
    }
    // Of the day before the start its share counts as spent.
    expect(sent[0]).toBeLessThanOrEqual(1 - (0.99 * 22) / 24);
    expect(sent[1]).toBeLessThan(1.1 * (1800 / DAY_SECONDS));
  });

  test("hold for the whole sampler: lanes, first lines, floors and a night of errors", () => {
    const bytesPerDay = 12e6;
    const rig = new SamplingRig({ bytesPerDay, severityOf: (pattern) => (pattern >= 1000 ? 17 : 9) });
    rig.nowMs = MONDAY_MS;
    const random = new SeededRandom(8);
    const days = [0, 0, 0];
    let fresh = 100;
    for (let second = 0; second < 3 * DAY_SECONDS; second += TICK_SECONDS) {
      rig.nowMs += 1000 * TICK_SECONDS;
      const day = Math.floor(second / DAY_SECONDS);
      const hour = (second % DAY_SECONDS) / 3600;
      const lines = Math.floor(20 - 18 * Math.cos((2 * Math.PI * hour) / 24) + random.next());
      const records: RigRecord[] = Array.from({ length: lines }, () => ({
        pattern: Math.floor(60 * random.next() ** 3),
      }));
      if (random.below(60) === 0) records.push({ pattern: fresh++ % 900 });
      if (day === 1 && hour >= 20) for (let i = 0; i < 100; i++) records.push({ pattern: 1000 + random.below(5) });
      days[day]! += keptBytes(rig.send(records)) / bytesPerDay;
    }
    const told = days.map((share) => share.toFixed(4)).join(" ");
    for (const share of days) expect(share, told).toBeLessThanOrEqual(1);
    for (const share of days.slice(1)) expect(share, told).toBeGreaterThan(0.97);
  });
});
