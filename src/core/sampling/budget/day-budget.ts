/**
 * A day's bytes, paced: what is left of them is shared out over the rest of the day by the shape that days have had, anew
 * every second. What a quiet morning does not use flows into the afternoon; a day that spends too fast gets slower at
 * once, not at an end. Days are those of UTC, because that is how PostHog bills. Saturdays and Sundays have a shape of their
 * own once one was seen: by that of working days a small even weekend, which fits as a whole, would wait all morning for a noon
 * that never comes.
 *
 * rate = left · expected now / expected until midnight, left = the day's bytes − what was paid − what was granted and not
 * spent yet. Of a day's bytes that a fleet holds together an instance has its share of them; one that it gains counts as spent
 * as far as the day is over, one that it loses takes with it what should be left: shares that add up to one cost one day.
 * Integrated over the rest of the day that is `left`, so the day's total holds by itself; the bounds below keep a
 * surplus from being burnt in minutes, and a trickle for first lines and ERRORs when nothing is left.
 */
import { DAY_MS, DayShape } from "./day-shape.ts";

/** Aimed at: the luck of draws, the last seconds before midnight and the trickle have the rest. */
const TARGET_SHARE = 0.99;
/** Of the mean rate; over a whole day half of what the aim leaves. */
const TRICKLE_SHARE = 0.005;
/** No second is granted more than this multiple of the mean rate, or of the expected where that is higher. */
const LEAD_FACTOR = 3;
/** And none more than this of the mean, however short the working day: five minutes cost at most a fifteenth of the day. */
const MOST_FACTOR = 12;
/** Before midnight what is left is shared out over at least this long. */
const LAST_SECONDS = 60;
/** Wall and monotonic clock differ by more than this over a tick: the clock was set, it did not drift. */
const JUMP_MS = 60_000;

export class DayBudget {
  readonly #bytesPerDay: number;
  readonly #working = new DayShape();
  readonly #weekend = new DayShape();
  #lastMs = -1;
  /** Days since 1970, and what was paid in this one. */
  #day = -1;
  #spent = 0;
  /** The day before, or after when the clock was set back: it may come again. */
  #otherDay = -1;
  #otherSpent = 0;
  #arrived = 0;
  #share = 1;
  #rate = 0;

  constructor(bytesPerDay: number) {
    this.#bytesPerDay = bytesPerDay;
  }

  /** Input, billed bytes; negative when a batch is undone. */
  addInput(bytes: number): void {
    this.#arrived += bytes;
  }

  /** Bytes that lowered the balance after the tick that they belong to. */
  charge(bytes: number): void {
    this.#spent += bytes;
  }

  /**
   * @param wallMs unix milliseconds; may jump @param seconds of the monotonic clock since the last tick
   * @param paid bytes that the balance paid since then @param balance what was granted and not spent, after that
   * @param share of the day's bytes that is this instance's, (0, 1]
   */
  tick(wallMs: number, seconds: number, paid: number, balance: number, share: number = 1): void {
    this.#spent += paid;
    if (this.#lastMs < 0) this.#start(wallMs, share);
    else if (Math.abs(wallMs - this.#lastMs - 1000 * seconds) > JUMP_MS) {
      // What the other hours cost is not known of this clock: the day is as far spent as it should be, or further.
      this.#working.forgetToday();
      this.#weekend.forgetToday();
      this.#enter(wallMs, this.#share * this.#expectedSpentBy(wallMs));
    } else {
      this.#kindOf(this.#lastMs).observe(this.#lastMs, wallMs, this.#arrived);
      this.#enter(wallMs, 0);
    }
    const gained = share - this.#share;
    this.#share = share;
    this.#spent += gained * this.#expectedSpentBy(wallMs);
    this.#arrived = 0;
    this.#lastMs = wallMs;
    this.#rate = this.#rateAt(wallMs, balance);
  }

  /** What the day grants this instance now, billed bytes a second. */
  bytesPerSecond(): number {
    return this.#rate;
  }

  /** What was spent before this process is not known: its share of the day is assumed. */
  #start(wallMs: number, share: number): void {
    this.#share = share;
    this.#day = Math.floor(wallMs / DAY_MS);
    this.#spent += share * this.#expectedSpentBy(wallMs);
  }

  #enter(wallMs: number, least: number): void {
    const day = Math.floor(wallMs / DAY_MS);
    if (day !== this.#day) {
      const known = day === this.#otherDay ? this.#otherSpent : 0;
      this.#otherDay = this.#day;
      this.#otherSpent = this.#spent;
      this.#day = day;
      this.#spent = known;
    }
    this.#spent = Math.max(this.#spent, least);
  }

  /** What is expected of a day: a first weekend is taken for working days. */
  #shapeAt(wallMs: number): DayShape {
    const shape = this.#kindOf(wallMs);
    return shape.isLearned() ? shape : this.#working;
  }

  #kindOf(wallMs: number): DayShape {
    // The first of 1970 was a Thursday.
    const weekday = (Math.floor(wallMs / DAY_MS) + 4) % 7;
    return weekday === 0 || weekday === 6 ? this.#weekend : this.#working;
  }

  /** Bytes that all together should have spent between midnight and now. */
  #expectedSpentBy(wallMs: number): number {
    const shape = this.#shapeAt(wallMs);
    return TARGET_SHARE * this.#bytesPerDay * (1 - shape.secondsLeft(dayMsOf(wallMs)) / shape.secondsLeft(0));
  }

  #rateAt(wallMs: number, balance: number): number {
    const dayMs = dayMsOf(wallMs);
    const bytes = this.#share * this.#bytesPerDay;
    const mean = (1000 * bytes) / DAY_MS;
    const shape = this.#shapeAt(wallMs);
    const density = shape.densityAt(dayMs);
    const left = TARGET_SHARE * bytes - this.#spent - balance;
    const paced = (left * density) / Math.max(shape.secondsLeft(dayMs), LAST_SECONDS * density);
    const most = Math.min(MOST_FACTOR, LEAD_FACTOR * Math.max(1, density)) * mean;
    return Math.max(TRICKLE_SHARE * mean, Math.min(most, paced));
  }
}

function dayMsOf(wallMs: number): number {
  return wallMs - Math.floor(wallMs / DAY_MS) * DAY_MS;
}
