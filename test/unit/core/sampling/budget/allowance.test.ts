import { describe, expect, it } from "vitest";
import { Allowance } from "../../../../../src/core/sampling/budget/allowance.ts";
import type { BudgetSettings } from "../../../../../src/core/sampling/settings.ts";
import { SeededRandom } from "../../../../kit/sampling/sampling-rig.ts";

function allowance(settings: Partial<BudgetSettings>): Allowance {
  return new Allowance({
    keepRatio: undefined,
    bytesPerSecond: undefined,
    bytesPerDay: undefined,
    baselineBytesPerSecond: undefined,
    ...settings,
  });
}

/** One second of input and expected spending, then its tick. */
function second(allowance: Allowance, at: number, input: number, expected: number): void {
  allowance.addInput(input);
  allowance.expect(expected, 0);
  allowance.spend(expected);
  allowance.tick(at * 1000);
}

function granted(allowance: Allowance): number {
  return allowance.totals().granted;
}

describe("grants", () => {
  it("are the ratio of what arrives, by the second, and all of it within a minute", () => {
    const budget = allowance({ keepRatio: 0.2 });
    let at = 0;
    for (; at < 120; at++) second(budget, at, at % 30 === 0 ? 30_000 : 0, 0);
    const before = granted(budget);
    for (const end = at + 60; at < end; at++) second(budget, at, 0, 0);
    expect(granted(budget)).toBeCloseTo(0.2 * 120_000, 3);
    expect(before).toBeGreaterThan(0.7 * 0.2 * 120_000);
  });

  it("never exceed ratio x input, whatever arrives when", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const random = new SeededRandom(seed);
      const settings = seed % 2 === 0 ? { keepRatio: 0.1 } : { keepRatio: 0.1, bytesPerSecond: 5000 };
      const budget = allowance(seed % 3 === 0 ? { ...settings, baselineBytesPerSecond: 20_000 } : settings);
      let input = 0;
      let now = 0;
      for (let batch = 0; batch < 400; batch++) {
        const bytes = random.below(4) === 0 ? random.below(3_000_000) : random.below(5000);
        input += bytes;
        budget.addInput(bytes);
        now += random.below(5) === 0 ? random.below(900_000) : random.below(2000);
        budget.tick(now);
        expect(granted(budget)).toBeLessThanOrEqual(0.1 * input + 1e-6);
      }
      expect(granted(budget)).toBeGreaterThan(0);
    }
  });

  it("of a storm follow twice the ordinary input, not the storm", () => {
    const budget = allowance({ keepRatio: 0.1, baselineBytesPerSecond: 10_000 });
    let at = 0;
    for (; at < 120; at++) second(budget, at, 10_000, 1000);
    for (; at < 200; at++) second(budget, at, 1_000_000, 1000);
    expect(budget.isStorm()).toBe(true);
    const before = granted(budget);
    for (const end = at + 300; at < end; at++) second(budget, at, 1_000_000, 1000);
    expect((granted(budget) - before) / 300).toBeGreaterThan(1900);
    expect((granted(budget) - before) / 300).toBeLessThan(2100);
    expect(budget.bytesPerSecond()).toBeCloseTo(2000, -2);
  });

  it("of an absolute ceiling come with time, input or not", () => {
    const budget = allowance({ bytesPerSecond: 500 });
    for (let at = 0; at <= 100; at++) second(budget, at, 0, 0);
    expect(granted(budget)).toBe(50_000);
    expect(budget.bytesPerSecond()).toBe(500);
  });

  it("of ratio and ceiling together are the lower of the two", () => {
    const low = allowance({ keepRatio: 0.5, bytesPerSecond: 1000 });
    const high = allowance({ keepRatio: 0.5, bytesPerSecond: 1000 });
    for (let at = 0; at <= 600; at++) {
      second(low, at, 400, 0);
      second(high, at, 100_000, 0);
    }
    expect(granted(low) / 600).toBeCloseTo(200, 0);
    expect(granted(high) / 600).toBeCloseTo(1000, 0);
  });

  it("of a day's bytes, a ceiling and a ratio together are the lowest of the three at every time", () => {
    const midnight = 19_674 * 86_400_000;
    const three = { keepRatio: 0.1, bytesPerSecond: 600, bytesPerDay: 86_400 * 500 };
    for (const [input, hour, lowest] of [
      [1000, 0, 100],
      [100_000, 0, 495],
      [100_000, 12, 600],
    ] as const) {
      const budget = allowance(three);
      // Nothing comes before the hour, so that the day has as much more for what is left of it.
      for (let minute = 0; minute < 60 * hour; minute++) budget.tick(60_000 * minute, midnight + 60_000 * minute);
      for (let at = 3600 * hour; at <= 3600 * hour + 60; at++) {
        budget.addInput(input);
        budget.tick(1000 * at, midnight + 1000 * at);
      }
      expect(budget.bytesPerSecond()).toBeCloseTo(lowest, -1);
      expect(budget.spendTarget(input, 1, 0).ordinaryBytesPerSecond).toBeCloseTo(lowest, -1);
    }
  });

  it("of both are no hoard: what the ceiling did not pay of a share in a minute is forgone", () => {
    const budget = allowance({ keepRatio: 0.5, bytesPerSecond: 1000 });
    let at = 0;
    for (; at < 600; at++) second(budget, at, 100_000, 0);
    const before = granted(budget);
    for (const end = at + 600; at < end; at++) second(budget, at, 0, 0);
    expect(granted(budget) - before).toBeLessThanOrEqual(60 * 1000);
  });

  it("are taken back with an undone batch", () => {
    for (const settings of [{ keepRatio: 0.2 }, { keepRatio: 0.2, bytesPerSecond: 1e6 }]) {
      const [plain, failing] = [allowance(settings), allowance(settings)];
      for (let at = 0; at < 100; at++) {
        second(plain, at, 1000, 100);
        const grant = failing.addInput(50_000);
        failing.undo(50_000, grant);
        second(failing, at, 1000, 100);
      }
      expect(granted(failing)).toBeCloseTo(granted(plain), 6);
      expect(failing.balance()).toBeCloseTo(plain.balance(), 6);
      expect(failing.bytesPerSecond()).toBeCloseTo(plain.bytesPerSecond(), 6);
    }
  });
});

/** Of a grant, what is meant to be spent; the rest is a margin. */
const AIM = 0.985;

describe("the balance", () => {
  it("is what was granted to be spent and was not, but no more than a quarter of an hour of B", () => {
    const budget = allowance({ keepRatio: 0.1, baselineBytesPerSecond: 10_000 });
    for (let at = 0; at < 300; at++) second(budget, at, 10_000, 400);
    expect(budget.balance()).toBeCloseTo(300 * (1000 * AIM - 400), -4);
    for (let at = 300; at < 7200; at++) second(budget, at, 10_000, 0);
    expect(budget.balance()).toBeCloseTo(900 * 1000, -3);
  });

  it("falls by what is expected at the next tick, not before: no draw of a tick moves its own probabilities", () => {
    const budget = allowance({ keepRatio: 0.1 });
    for (let at = 0; at <= 100; at++) second(budget, at, 10_000, 0);
    const before = budget.balance();
    budget.expect(1500, 0);
    budget.spend(1500);
    budget.addInput(10_000);
    expect(budget.balance()).toBe(before);
    budget.tick(101_000);
    expect(budget.balance()).toBeCloseTo(before - 1500 + 1000 * AIM, 6);
  });

  it("learns of the luck of draws over minutes: half of it in five", () => {
    const budget = allowance({ keepRatio: 0.1, baselineBytesPerSecond: 1e6 });
    budget.tick(0);
    budget.addInput(1_000_000);
    budget.spend(10_000);
    budget.tick(1000);
    const start = budget.balance();
    for (let at = 2; at <= 301; at++) budget.tick(at * 1000);
    expect(start - budget.balance()).toBeCloseTo(5000, -2);
    for (let at = 302; at <= 3000; at++) budget.tick(at * 1000);
    expect(start - budget.balance()).toBeCloseTo(10_000, -2);
  });

  it("is not lowered by what is forwarded beyond the budget", () => {
    const budget = allowance({ keepRatio: 0.1 });
    for (let at = 0; at < 600; at++) {
      budget.addInput(10_000);
      budget.expect(1000 * AIM, 10_000 - 1000 * AIM);
      budget.spend(10_000);
      budget.tick(at * 1000);
    }
    expect(budget.balance()).toBeGreaterThan(-2001);
  });

  it("survives a pause of the input for a while and is forgone in a long one", () => {
    const budget = allowance({ keepRatio: 0.1 });
    let at = 0;
    for (; at < 300; at++) second(budget, at, 10_000, 500);
    const saved = budget.balance();
    for (const end = at + 300; at < end; at++) second(budget, at, 0, 0);
    expect(budget.balance()).toBeGreaterThanOrEqual(saved);
    for (const end = at + 12 * 3600; at < end; at++) second(budget, at, 0, 0);
    expect(budget.balance()).toBeLessThan(0.01 * saved);
  });
});

describe("what the next second may spend", () => {
  const steady = (spent: number, seconds = 600): Allowance => {
    const budget = allowance({ keepRatio: 0.1, baselineBytesPerSecond: 10_000 });
    for (let at = 0; at < seconds; at++) second(budget, at, 10_000, spent * AIM);
    return budget;
  };

  it("is 80 % of B without a reserve, more with one, and never above 1.6 B", () => {
    expect(Math.abs(steady(1000).spendTarget(10_000, 1, 0).targetBytesPerSecond - 800)).toBeLessThan(20);
    expect(steady(900, 240).spendTarget(10_000, 1, 0).targetBytesPerSecond).toBeGreaterThan(830);
    expect(steady(900, 480).spendTarget(10_000, 1, 0).targetBytesPerSecond).toBeGreaterThan(
      steady(900, 240).spendTarget(10_000, 1, 0).targetBytesPerSecond,
    );
    expect(steady(0).spendTarget(10_000, 1, 0).targetBytesPerSecond).toBeCloseTo(1600, 0);
  });

  it("is less in debt, so that it is repaid, and never below three tenths of B", () => {
    expect(steady(1010).spendTarget(10_000, 1, 0).targetBytesPerSecond).toBeLessThan(760);
    expect(steady(1500).spendTarget(10_000, 1, 0).targetBytesPerSecond).toBeCloseTo(300, 0);
  });

  it("takes lanes down to a quarter in debt: together they could ask for more than B", () => {
    expect(steady(900).spendTarget(10_000, 1, 0).debtFactor).toBe(1);
    expect(steady(1050).spendTarget(10_000, 1, 0).debtFactor).toBeCloseTo(0.61, 1);
    expect(steady(1500).spendTarget(10_000, 1, 0).debtFactor).toBe(0.25);
  });

  it("shrinks from half of the queue on and is nothing at four fifths", () => {
    const budget = steady(1000);
    const targets = [0, 0.5, 0.65, 0.8, 1].map(
      (backlog) => budget.spendTarget(10_000, 1, backlog).targetBytesPerSecond,
    );
    expect(targets[1]).toBe(targets[0]);
    expect(targets[2]).toBeCloseTo((targets[0] ?? 0) / 2, 6);
    expect(targets.slice(3)).toEqual([0, 0]);
  });

  it("is the ratio of whatever demand is planned for: p is the same before and after a step of the load", () => {
    const budget = steady(1000);
    expect(budget.spendTarget(5000, 1, 0).ordinaryBytesPerSecond).toBe(500);
    expect(budget.spendTarget(20_000, 1, 0).ordinaryBytesPerSecond).toBe(2000);
  });

  it("is of a storm what twice the ordinary input would be", () => {
    const budget = steady(1000);
    for (let at = 600; at < 700; at++) second(budget, at, 200_000, 1000);
    expect(budget.spendTarget(200_000, 1, 0).ordinaryBytesPerSecond).toBeCloseTo(2000, -1);
  });

  it("is the ceiling where that is lower, and without any the sky", () => {
    expect(allowance({ keepRatio: 0.5, bytesPerSecond: 300 }).spendTarget(10_000, 1, 0).ordinaryBytesPerSecond).toBe(
      300,
    );
    expect(allowance({ bytesPerSecond: 300 }).spendTarget(10, 1, 0).ordinaryBytesPerSecond).toBe(300);
    expect(allowance({ bytesPerDay: 86_400_000 }).isUnlimited()).toBe(false);
    const unlimited = allowance({});
    expect(unlimited.isUnlimited()).toBe(true);
    expect(unlimited.spendTarget(10_000, 1, 0.9)).toMatchObject({
      ordinaryBytesPerSecond: Infinity,
      targetBytesPerSecond: Infinity,
    });
  });

  it("gives lanes shares of B, also in the minutes after the input has paused", () => {
    const budget = steady(1000);
    expect(budget.spendTarget(10_000, 1, 0).rate).toBeCloseTo(1000, 0);
    for (let at = 600; at < 900; at++) second(budget, at, 0, 0);
    expect(budget.bytesPerSecond()).toBe(0);
    expect(budget.spendTarget(10_000, 1, 0).rate).toBeGreaterThan(700);
  });
});
