/**
 * Bytes a second of several senders of something, one row each: the last half minute's rate, and a slow baseline that a
 * burst hardly moves. Typed arrays of a fixed length.
 */
import { baselineStep, YOUNG_SECONDS } from "../../math/baseline.ts";
import { ewmaStep, ewmaWeight } from "../../math/decay.ts";

const BASELINE_HALF_LIFE_SECONDS = 3600;
/** Senders batch: a rate is what came over tens of seconds, not what one second brought. */
const RATE_HALF_LIFE_SECONDS = 20;
/** Who sent nothing for this long is silent, and silence is no news of a size. */
const ACTIVE_SECONDS = 60;

export class LoadTrack {
  readonly baseline: Float64Array;
  readonly rate: Float64Array;
  readonly #activeSeconds: Float64Array;
  readonly #silentSeconds: Float64Array;
  #seconds = 0;
  #fast = 0;
  #slow = 0;

  constructor(rows: number) {
    this.baseline = new Float64Array(rows);
    this.rate = new Float64Array(rows);
    this.#activeSeconds = new Float64Array(rows);
    this.#silentSeconds = new Float64Array(rows);
  }

  /** @param seconds since the last tick, above 0 */
  begin(seconds: number): void {
    this.#seconds = seconds;
    this.#fast = ewmaWeight(seconds, RATE_HALF_LIFE_SECONDS);
    this.#slow = ewmaWeight(seconds, BASELINE_HALF_LIFE_SECONDS);
  }

  /** @param bytes since the last tick */
  learn(row: number, bytes: number): void {
    this.#silentSeconds[row] = bytes > 0 ? 0 : this.#silentSeconds[row] + this.#seconds;
    if (this.#silentSeconds[row] <= ACTIVE_SECONDS) this.#follow(row, bytes);
  }

  /** Learns also from silence, of who has sent before: others speak meanwhile. */
  learnWithSilence(row: number, bytes: number): void {
    this.#silentSeconds[row] = bytes > 0 ? 0 : this.#silentSeconds[row] + this.#seconds;
    if (bytes > 0 || this.#activeSeconds[row] > 0) this.#follow(row, bytes);
  }

  #follow(row: number, bytes: number): void {
    const now = bytes / this.#seconds;
    this.#activeSeconds[row] += this.#seconds;
    const young = this.#seconds / this.#activeSeconds[row];
    this.rate[row] = ewmaStep(this.rate[row], now, Math.max(this.#fast, young));
    const isYoung = this.#activeSeconds[row] < YOUNG_SECONDS;
    const baseline = this.baseline[row];
    this.baseline[row] = isYoung ? ewmaStep(baseline, now, young) : baselineStep(baseline, this.rate[row], this.#slow);
  }

  /** True when something came in the second before the last tick. */
  sentLastSecond(row: number): boolean {
    return this.#silentSeconds[row] === 0;
  }

  isActive(row: number): boolean {
    return this.#silentSeconds[row] <= ACTIVE_SECONDS;
  }

  /** Adds what another track knows of `from` to what this one knows of `row`. */
  addFrom(row: number, other: LoadTrack, from: number): void {
    this.baseline[row] += other.baseline[from];
    this.rate[row] += other.rate[from];
    this.#activeSeconds[row] = Math.max(this.#activeSeconds[row], other.#activeSeconds[from]);
    this.#silentSeconds[row] = other.#silentSeconds[from];
  }

  forget(): void {
    for (const column of [this.baseline, this.rate, this.#activeSeconds, this.#silentSeconds]) column.fill(0);
  }
}
