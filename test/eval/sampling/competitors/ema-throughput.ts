/**
 * Refinery's EMAThroughput (dynsampler-go): every 15 s the rate of each key follows from a moving average of its counts, so
 * that log10-weighted goals add up to a throughput. Integer rates; an unknown key is kept; a doubled interval adjusts at once.
 * The number of keys is left unbounded, which is kinder than the default of 500.
 */
import { SeededRandom } from "../../../../tools/loadgen/world/seeded-random.ts";
import type { Competitor, CompetitorBudget, SampledLine } from "../competitor.ts";

const INTERVAL_SECONDS = 15;
const ALPHA = 0.5;
const BURST_FACTOR = 2;
const BURST_AFTER_INTERVALS = 3;
const INITIAL_RATE = 10;

export class EmaThroughput implements Competitor {
  readonly name = "EMA throughput";
  readonly #goalPerInterval: number;
  readonly #random: SeededRandom;
  #counts = new Map<number, number>();
  readonly #averages = new Map<number, number>();
  #rates = new Map<number, number>();
  #total = 0;
  #burstFrom = Number.POSITIVE_INFINITY;
  #intervals = 0;
  #lastSecond = -1;

  constructor({ bytesPerSecond, inputBytesPerSecond, linesPerSecond, seed }: CompetitorBudget) {
    const goalLines = (bytesPerSecond / inputBytesPerSecond) * linesPerSecond;
    this.#goalPerInterval = goalLines * INTERVAL_SECONDS;
    this.#random = new SeededRandom(seed, "ema");
  }

  decide({ pattern }: SampledLine): number | undefined {
    this.#counts.set(pattern, (this.#counts.get(pattern) ?? 0) + 1);
    this.#total++;
    if (this.#total >= this.#burstFrom && this.#intervals >= BURST_AFTER_INTERVALS) this.#update();
    const rate = this.#intervals === 0 ? INITIAL_RATE : (this.#rates.get(pattern) ?? 1);
    return rate <= 1 || this.#random.below(rate) === 0 ? rate : undefined;
  }

  tick(second: number): number {
    if (this.#lastSecond < 0) this.#lastSecond = second;
    if (second - this.#lastSecond >= INTERVAL_SECONDS) {
      this.#lastSecond = second;
      this.#update();
    }
    return 0;
  }

  #update(): void {
    if (this.#counts.size === 0) return;
    this.#average();
    let sum = 0;
    let logs = 0;
    for (const average of this.#averages.values()) {
      sum += Math.max(1, average);
      logs += Math.log10(Math.max(1, average));
    }
    this.#burstFrom = BURST_FACTOR * sum;
    const ratio = this.#goalPerInterval / Math.max(logs, 1e-9);
    this.#rates = this.#share(ratio);
    this.#intervals++;
    this.#counts = new Map();
    this.#total = 0;
  }

  #average(): void {
    for (const [key, average] of this.#averages) {
      const next = ALPHA * (this.#counts.get(key) ?? 0) + (1 - ALPHA) * average;
      if (next < ALPHA) this.#averages.delete(key);
      else this.#averages.set(key, next);
    }
    for (const [key, count] of this.#counts) if (!this.#averages.has(key)) this.#averages.set(key, ALPHA * count);
  }

  /** Goals by log10 of the average; what a key does not need goes on to those after it. */
  #share(ratio: number): Map<number, number> {
    const rates = new Map<number, number>();
    let extra = 0;
    let remaining = this.#averages.size;
    for (const key of [...this.#averages.keys()].sort((a, b) => a - b)) {
      const average = Math.max(1, this.#averages.get(key) ?? 1);
      const more = extra / remaining--;
      const goal = Math.max(1, Math.log10(average) * ratio) + more;
      extra -= more;
      if (average <= goal) {
        rates.set(key, 1);
        extra += goal - average;
        continue;
      }
      const rate = Math.ceil(average / goal);
      rates.set(key, rate);
      extra += goal - average / rate;
    }
    return rates;
  }
}
