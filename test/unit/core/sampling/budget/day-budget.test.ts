import { describe, expect, it } from "vitest";
import { DayBudget } from "../../../../../src/core/sampling/budget/day-budget.ts";
import { DAY_MS } from "../../../../../src/core/sampling/budget/day-shape.ts";

const HOUR_MS = 3_600_000;
const STEP_SECONDS = 10;
const STEP_MS = 1000 * STEP_SECONDS;
const MONDAY_MS = 19_674 * DAY_MS;
const BYTES_PER_DAY = 86_400_000;
/** Bytes a second. */
const MEAN = BYTES_PER_DAY / 86_400;

/** A process that spends all that it is granted, as far as there is input; nothing is saved up. */
class Spender {
  readonly budget = new DayBudget(BYTES_PER_DAY);
  /** Spent by UTC day of the wall clock. */
  readonly spent = new Map<number, number>();
  readonly rates: number[] = [];
  wallMs: number;
  #paid = 0;
  #isFirst = true;

  constructor(wallMs: number) {
    this.wallMs = wallMs;
  }

  /** @param inputAt bytes a second that arrive, by the hour of the day */
  run(untilMs: number, inputAt: (hour: number) => number): this {
    for (; this.wallMs < untilMs; this.wallMs += STEP_MS) {
      this.budget.tick(this.wallMs, this.#isFirst ? 0 : STEP_SECONDS, this.#paid, 0);
      this.#isFirst = false;
      const input = inputAt((this.wallMs % DAY_MS) / HOUR_MS);
      this.budget.addInput(input * STEP_SECONDS);
      const rate = this.budget.bytesPerSecond();
      this.rates.push(rate);
      this.#paid = STEP_SECONDS * Math.min(rate, input);
      const day = Math.floor(this.wallMs / DAY_MS);
      this.spent.set(day, (this.spent.get(day) ?? 0) + this.#paid);
    }
    return this;
  }

  /** The wall clock is set; the process notices at its next tick. */
  setClock(wallMs: number): this {
    this.wallMs = wallMs;
    return this;
  }

  /** Shares of the day's bytes, in order of the days. */
  get shares(): number[] {
    return [...this.spent].sort(([a], [b]) => a - b).map(([, bytes]) => bytes / BYTES_PER_DAY);
  }
}

const plenty = (): number => 100 * MEAN;
const byDay = (hour: number): number => MEAN * (5 - 4.8 * Math.cos((2 * Math.PI * hour) / 24));
const office = (hour: number): number => MEAN * (hour >= 8 && hour < 18 ? 10 : 0.1);
const day = (number: number, hour = 0): number => MONDAY_MS + number * DAY_MS + hour * HOUR_MS;

describe("a day's bytes", () => {
  it("are used, and not exceeded, by flat input", () => {
    for (const share of new Spender(day(0)).run(day(4), plenty).shares) {
      expect(share).toBeLessThanOrEqual(0.99 + 1e-9);
      expect(share).toBeGreaterThan(0.985);
    }
  });

  it("follow the shape of days once it is known: p is then the same at noon and at night", () => {
    for (const input of [byDay, office]) {
      const spender = new Spender(day(0)).run(day(3), input);
      for (const share of spender.shares.slice(1)) {
        expect(share).toBeLessThan(1);
        expect(share).toBeGreaterThan(0.97);
      }
    }
    const spender = new Spender(day(0)).run(day(3, 2), byDay);
    const atNight = spender.budget.bytesPerSecond() / byDay(2);
    spender.run(day(3, 12), byDay);
    const atNoon = spender.budget.bytesPerSecond() / byDay(12);
    expect(atNight / atNoon).toBeGreaterThan(0.9);
    expect(atNight / atNoon).toBeLessThan(1.6);
  });

  it("that a quiet morning leaves flow into the afternoon", () => {
    const spender = new Spender(day(0)).run(day(0, 12), () => 0);
    expect(spender.budget.bytesPerSecond()).toBeCloseTo(2 * 0.99 * MEAN, 0);
    expect(spender.run(day(1), plenty).shares[0]).toBeGreaterThan(0.985);
  });

  it("are paced without steps inside a day", () => {
    const spender = new Spender(day(0)).run(day(2), office);
    const yesterday = spender.rates.length;
    const { rates } = spender.run(day(3, -0.1), office);
    for (let i = yesterday + 2; i < rates.length; i++) {
      expect(Math.abs(rates[i]! - rates[i - 1]!)).toBeLessThan(0.03 * MEAN);
    }
  });

  it("are not burnt in minutes: three times the mean, however much is left late in the evening", () => {
    const spender = new Spender(day(0)).run(day(0, 23), () => 0);
    expect(spender.budget.bytesPerSecond()).toBe(3 * MEAN);
    expect(spender.run(day(1), plenty).shares[0]).toBeLessThan(3 / 24 + 1e-9);
  });

  it("of a service that works two hours a day go to those two, twelve times the mean at most", () => {
    const spender = new Spender(day(0)).run(day(4), (hour) => (hour >= 2 && hour < 4 ? 50 * MEAN : 0));
    expect(spender.shares[3]).toBeGreaterThan(0.85);
    expect(Math.max(...spender.rates)).toBeLessThanOrEqual(12 * MEAN);
  });

  it("last until midnight through a storm that begins late", () => {
    const spender = new Spender(day(0)).run(day(3, 20), byDay);
    const before = spender.budget.bytesPerSecond();
    spender.run(day(4, -0.25), () => 1000 * MEAN);
    expect(spender.budget.bytesPerSecond()).toBeGreaterThan(0.05 * before);
    expect(spender.run(day(5), byDay).shares.at(-2)).toBeLessThanOrEqual(0.99 + 1e-6);
    expect(spender.shares.at(-1)).toBeGreaterThan(0.97);
  });

  it("that are used up leave a trickle, which the day holds too", () => {
    const budget = new DayBudget(BYTES_PER_DAY);
    budget.tick(day(0), 0, 0, 0);
    budget.tick(day(0) + STEP_MS, STEP_SECONDS, 0.99 * BYTES_PER_DAY, 0);
    let total = 0.99 * BYTES_PER_DAY;
    for (let ms = day(0) + 2 * STEP_MS; ms < day(1); ms += STEP_MS) {
      const paid = STEP_SECONDS * budget.bytesPerSecond();
      total += paid;
      budget.tick(ms, STEP_SECONDS, paid, 0);
    }
    expect(budget.bytesPerSecond()).toBeCloseTo(0.005 * MEAN, 9);
    expect(total).toBeLessThanOrEqual(BYTES_PER_DAY);
  });

  it("are less by what was granted and not spent: it will be", () => {
    const [empty, saved, owing] = [0, 0.1, -0.1].map((share) => {
      const budget = new DayBudget(BYTES_PER_DAY);
      budget.tick(day(0), 0, 0, share * BYTES_PER_DAY);
      return budget.bytesPerSecond() / MEAN;
    });
    expect(empty).toBeCloseTo(0.99, 9);
    expect(saved).toBeCloseTo(0.89, 9);
    expect(owing).toBeCloseTo(1.09, 9);
  });

  it("begin anew at midnight by UTC", () => {
    const spender = new Spender(day(0)).run(day(1), () => 0);
    spender.run(day(1) + STEP_MS, () => 0);
    expect(spender.budget.bytesPerSecond()).toBeCloseTo(0.99 * MEAN, 0);
    expect(spender.run(day(2), plenty).shares[1]).toBeGreaterThan(0.985);
  });
});

describe("weekends", () => {
  it("are at first taken for working days, then have a shape of their own", () => {
    const spender = new Spender(day(0)).run(day(5), office);
    const even = (): number => 0.5 * MEAN;
    spender.run(day(5, 2), even);
    expect(spender.budget.bytesPerSecond()).toBeLessThan(0.2 * MEAN);
    spender.run(day(6, 2), even);
    expect(spender.budget.bytesPerSecond()).toBeGreaterThan(0.9 * MEAN);
    // All of it fits, and is sent.
    expect(spender.run(day(7), even).shares[6]).toBeCloseTo(0.5, 2);
    for (const share of spender.run(day(12), office).shares.slice(7)) expect(share).toBeGreaterThan(0.97);
  });
});

describe("a restart", () => {
  it("at noon finds half of the day spent, whatever was", () => {
    const before = new Spender(day(0)).run(day(0, 12), plenty);
    const after = new Spender(day(0, 12)).run(day(1), plenty);
    expect(before.shares[0]! + after.shares[0]!).toBeLessThanOrEqual(0.99 + 1e-9);
    expect(after.shares[0]).toBeGreaterThan(0.48);
  });
});

describe("a day's bytes that a fleet holds together", () => {
  /** Two instances in turns of six hours, of which one has a tenth of the bytes and the other nine. */
  it.each([
    ["both can use theirs", () => [plenty(), plenty()]],
    ["who has little cannot even use that", (hour: number) => (hour % 12 < 6 ? [0, plenty()] : [plenty(), 0])],
  ])("cost one day, however shares move: %s", (_, inputsAt) => {
    const budgets = [new DayBudget(BYTES_PER_DAY), new DayBudget(BYTES_PER_DAY)];
    const paid = [0, 0];
    const days = [0, 0];
    for (let ms = day(0); ms < day(2); ms += STEP_MS) {
      const hour = (ms % DAY_MS) / HOUR_MS;
      const first = hour % 12 < 6 ? 0.1 : 0.9;
      for (const [i, budget] of budgets.entries()) {
        budget.tick(ms, ms === day(0) ? 0 : STEP_SECONDS, paid[i]!, 0, i === 0 ? first : 1 - first);
        paid[i] = STEP_SECONDS * Math.min(budget.bytesPerSecond(), inputsAt(hour)[i]!);
        days[Math.floor((ms - day(0)) / DAY_MS)]! += paid[i]! / BYTES_PER_DAY;
      }
    }
    for (const share of days) {
      expect(share).toBeLessThanOrEqual(1);
      expect(share).toBeGreaterThan(0.85);
    }
  });

  it("are an instance's own share of them from the start", () => {
    const budget = new DayBudget(BYTES_PER_DAY);
    budget.tick(day(0, 12), 0, 0, 0, 0.25);
    expect(budget.bytesPerSecond()).toBeCloseTo(0.99 * 0.25 * MEAN, 6);
  });
});

describe("a clock that is set", () => {
  it("back over midnight and forward again spends no day twice", () => {
    const spender = new Spender(day(0)).run(day(1, 6), plenty);
    spender.setClock(day(0, 20)).run(day(2), plenty);
    // On the first day no more than the trickle was left.
    for (const share of spender.shares) expect(share).toBeLessThanOrEqual(0.995);
    expect(spender.shares[1]).toBeGreaterThan(0.97);
  });

  it("back by hours goes on with what is left of the day", () => {
    const spender = new Spender(day(0)).run(day(0, 18), plenty).setClock(day(0, 6)).run(day(1), plenty);
    expect(spender.shares[0]).toBeLessThanOrEqual(0.99 + 1e-9);
    expect(spender.shares[0]).toBeGreaterThan(0.97);
  });

  it("forward finds the hours between spent", () => {
    const spender = new Spender(day(0))
      .run(day(0, 2), () => 0)
      .setClock(day(0, 14))
      .run(day(1), plenty);
    expect(spender.shares[0]).toBeCloseTo((0.99 * 10) / 24, 2);
    spender.setClock(day(2, 12)).run(day(3), plenty);
    expect(spender.shares[1]).toBeCloseTo(0.99 / 2, 2);
  });

  it("teaches no shape", () => {
    const morning = new Spender(day(0)).run(day(0, 12), office);
    const jumped = morning.setClock(day(0, 23.9)).run(day(1, 4), office);
    const fresh = new Spender(day(1)).run(day(1, 4), office);
    expect(jumped.budget.bytesPerSecond()).toBeCloseTo(fresh.budget.bytesPerSecond(), 6);
  });

  it("by less than a minute drifts: nothing is assumed", () => {
    const spender = new Spender(day(0)).run(day(0, 12), () => 0);
    const before = spender.budget.bytesPerSecond();
    spender.setClock(spender.wallMs + 50_000).run(spender.wallMs + 60_000, () => 0);
    expect(spender.budget.bytesPerSecond()).toBeGreaterThan(before);
  });
});
