/**
 * A byte bucket: refilled by the tick, charged with expected bytes (p·bytes), so that its level is a function of
 * arrivals and never of a draw. Fractional; never below zero.
 */
import { decayOf } from "../../math/decay.ts";

/** A bucket holds this much however small its rate: a stack trace of a service that hardly says a word must fit whole. */
const LEAST_CAPACITY = 64 * 1024;
/** What a bucket starts with is forgotten by and by once there is a rate: kept, it would be minutes of a small budget. */
const START_HALF_LIFE_SECONDS = 60;

export class TokenBucket {
  #level: number;
  #capacity: number;
  #minCapacity: number;
  readonly #leastCapacity: number;
  #isPrimed = false;

  /** @param startBytes what it starts with, for the first minutes of a process, which have no rate to take shares of */
  constructor(startBytes: number) {
    this.#minCapacity = startBytes;
    this.#leastCapacity = Math.min(startBytes, LEAST_CAPACITY);
    this.#capacity = startBytes;
    this.#level = startBytes;
  }

  /**
   * @param bytes that come in @param rate bytes a second that usually do
   * @param depthSeconds the capacity is rate × depth, at least the minimum
   */
  refill(bytes: number, rate: number, seconds: number, depthSeconds: number): void {
    this.#capacity = this.#capacityOf(rate, seconds, depthSeconds);
    this.#level = Math.min(this.#capacity, this.#level + bytes);
  }

  /**
   * Resizes to rate × depth seconds and refills. The level keeps its share of the capacity: a plan that grows a hundredfold
   * in the first second would otherwise start from an empty bucket.
   */
  resize(rate: number, seconds: number, depthSeconds: number): void {
    const capacity = this.#capacityOf(rate, seconds, depthSeconds);
    this.#level = (this.#level / this.#capacity) * capacity;
    this.#capacity = capacity;
    this.#level = Math.min(capacity, this.#level + rate * seconds);
  }

  #capacityOf(rate: number, seconds: number, depthSeconds: number): number {
    if (rate > 0)
      this.#minCapacity = Math.max(this.#leastCapacity, this.#minCapacity * decayOf(seconds, START_HALF_LIFE_SECONDS));
    return Math.max(this.#minCapacity, rate * depthSeconds);
  }

  /** To the brim, once: when a bucket gets its first real capacity. */
  prime(): void {
    if (!this.#isPrimed) this.#level = this.#capacity;
    this.#isPrimed = true;
  }

  get level(): number {
    return this.#level;
  }

  /** 0..1 */
  get fill(): number {
    return this.#capacity > 0 ? this.#level / this.#capacity : 0;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /**
   * What of `wanted` bytes may be spent, so that the level never reaches zero: all of it while the bucket is more than
   * half full, then ever less (dL = -(2L/C) dW, solved for the whole batch). A hard stop at zero would give single
   * records probabilities of nearly nothing, and their weights the variance to go with it.
   * @param charged bytes already promised out of this bucket and not yet charged
   */
  affordable(wanted: number, charged: number): number {
    const level = Math.max(0.02 * this.#capacity, this.#level - charged);
    const half = this.#capacity / 2;
    const free = Math.max(0, level - half);
    if (wanted <= free) return wanted;
    const start = Math.min(level, half);
    return free + start * (1 - Math.exp(-(wanted - free) / half));
  }

  charge(bytes: number): void {
    this.#level = Math.max(0, this.#level - bytes);
  }

  /** Gives back what an undone batch was charged. */
  credit(bytes: number): void {
    this.#level = Math.min(this.#capacity, this.#level + bytes);
  }
}
