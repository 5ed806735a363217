/**
 * The shape of a day: how much of a UTC day's input comes in which half-hour, relative to the mean of the day.
 *
 * A day is learned when it is over, half-hour by half-hour, each only if it was watched. It is first brought to the level of
 * what is known, so that a day of half the load teaches the same shape; what sticks out is cut at WINSOR times the
 * known, so that a storm does not bend the shape for long; then it is forgotten with a half-life of seven such days.
 */
import { ewmaWeight } from "../../math/decay.ts";

export const DAY_MS = 86_400_000;
const SLOTS = 48;
const SLOT_MS: number = DAY_MS / SLOTS;
/** A half-hour watched for less says too little: half of it. */
const MIN_OBSERVED_SECONDS: number = SLOT_MS / 2000;
const HALF_LIFE_DAYS = 7;
const WINSOR = 3;
/** A half-hour may always come up to the mean of the day: WINSOR times nothing is nothing. */
const MIN_WINSOR_LIMIT = 1;
/** Rounds of "level, cut, level again": two take a storm of a hundred times out of the level. */
const LEVEL_ROUNDS = 3;
/** Of the day's bytes as much goes evenly to all of it, whatever was learned: first lines and errors come at night too. */
const EVEN_SHARE = 0.05;

export class DayShape {
  /** Input of every half-hour over the mean of the day, and the days that each was learned from. */
  readonly #relative = new Float64Array(SLOTS).fill(1);
  readonly #days = new Float64Array(SLOTS);
  /** What is expected in the middle of every half-hour; between two of them in a straight line, so that no rate has steps. */
  readonly #knots = new Float64Array(SLOTS).fill(1);
  /** The day being watched: bytes and seconds of its half-hours. */
  readonly #bytes = new Float64Array(SLOTS);
  readonly #seconds = new Float64Array(SLOTS);
  #day = -1;

  /**
   * Input between two instants of the wall clock. In long steps what came is counted where they begin, and the rest of them as silence.
   * @param bytes less than nothing when a batch of an earlier step was undone
   */
  observe(fromMs: number, toMs: number, bytes: number): void {
    this.#enter(fromMs);
    this.#bytes[slotOf(fromMs)] += bytes;
    for (let at = Math.max(fromMs, toMs - DAY_MS); at < toMs; ) {
      this.#enter(at);
      const end = Math.min(toMs, (Math.floor(at / SLOT_MS) + 1) * SLOT_MS);
      this.#seconds[slotOf(at)] += (end - at) / 1000;
      at = end;
    }
    this.#enter(toMs);
  }

  /** True once a half-hour was learned; before that days are flat. */
  isLearned(): boolean {
    return this.#days.some((days) => days > 0);
  }

  /** Drops what was watched of the day: the clock jumped, and nobody knows which half-hours those were. */
  forgetToday(): void {
    this.#bytes.fill(0);
    this.#seconds.fill(0);
  }

  /** Input expected at a time of the day over the mean of the day. @param dayMs since midnight, 0..DAY_MS */
  densityAt(dayMs: number): number {
    const position = dayMs / SLOT_MS - 0.5;
    const slot = Math.floor(position);
    const before = this.#knots[(slot + SLOTS) % SLOTS];
    const after = this.#knots[(slot + 1) % SLOTS];
    return before + (position - slot) * (after - before);
  }

  /** Input expected from a time of the day until midnight, in seconds of the mean. */
  secondsLeft(dayMs: number): number {
    let sum = 0;
    let at = dayMs;
    while (at < DAY_MS) {
      const end = Math.min(DAY_MS, (Math.floor(at / SLOT_MS + 0.5) + 0.5) * SLOT_MS);
      sum += (((this.densityAt(at) + this.densityAt(end)) / 2) * (end - at)) / 1000;
      at = end;
    }
    return sum;
  }

  #enter(ms: number): void {
    const day = Math.floor(ms / DAY_MS);
    if (day === this.#day) return;
    if (this.#day >= 0 && day > this.#day) this.#learn();
    this.forgetToday();
    this.#day = day;
  }

  #learn(): void {
    const level = this.#levelOfToday();
    if (!(level > 0)) return;
    const slow = ewmaWeight(1, HALF_LIFE_DAYS);
    for (let slot = 0; slot < SLOTS; slot++) {
      if (!this.#isObserved(slot)) continue;
      const sample = Math.min(this.#rateOf(slot) / level, this.#winsorLimitOf(slot));
      this.#days[slot]++;
      this.#relative[slot] += Math.max(slow, 1 / this.#days[slot]) * (sample - this.#relative[slot]);
    }
    this.#normalize();
  }

  /** Bytes a second that stand for 1 in the known shape. */
  #levelOfToday(): number {
    let level = Number.POSITIVE_INFINITY;
    for (let round = 0; round < LEVEL_ROUNDS; round++) {
      let sum = 0;
      let known = 0;
      for (let slot = 0; slot < SLOTS; slot++) {
        if (!this.#isObserved(slot)) continue;
        sum += Math.min(this.#rateOf(slot), level * this.#winsorLimitOf(slot));
        known += this.#knots[slot];
      }
      level = known > 0 ? sum / known : 0;
    }
    return level;
  }

  #isObserved(slot: number): boolean {
    return this.#seconds[slot] >= MIN_OBSERVED_SECONDS;
  }

  #rateOf(slot: number): number {
    return Math.max(0, this.#bytes[slot]) / this.#seconds[slot];
  }

  #winsorLimitOf(slot: number): number {
    return Math.max(MIN_WINSOR_LIMIT, WINSOR * this.#relative[slot]);
  }

  /** Brings the mean back to 1, and mixes in what is even. */
  #normalize(): void {
    let sum = 0;
    for (let slot = 0; slot < SLOTS; slot++) sum += this.#relative[slot];
    for (let slot = 0; slot < SLOTS; slot++) {
      this.#relative[slot] = sum > 0 ? (this.#relative[slot] * SLOTS) / sum : 1;
      this.#knots[slot] = EVEN_SHARE + (1 - EVEN_SHARE) * this.#relative[slot];
    }
  }
}

function slotOf(ms: number): number {
  return Math.floor(ms / SLOT_MS) % SLOTS;
}
