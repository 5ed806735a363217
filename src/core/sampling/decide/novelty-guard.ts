/**
 * Keeps a service with a pattern explosion from taking the first lines of all others. By Good and Turing, the share of
 * coming lines whose pattern is new is N1 / N: patterns seen once so far, over lines. A service explodes when the new
 * patterns of its window exceed the count that this predicts by DEVIATIONS of a Poisson count and by MIN_NEW. Its past
 * is not updated meanwhile, and the explosion ends after CALM_SECONDS below half of that bound.
 *
 * All exploding services share what the novelty bucket holds above RESERVED_FILL, and what the reserve holds above the
 * capacity of the bucket; beyond that their first lines are sampled with weights, as those of any service beyond the
 * allowance (`noveltyOverflow`). So the other services always find most of the bucket, second and third lines included,
 * and a reserve; and no allowance accumulates that a flood could spend at once when its explosion ends.
 *
 * The signature stage's shape breaker works before this, on one scope whose lines are nearly all new: it folds them
 * into a few coarse patterns, which the sampler does not see as a flood. This guard covers what the breaker does not:
 * the first lines before it acts, floods mixed with ordinary lines, and floods spread over scopes.
 *
 * Updated at the tick by arrivals and expected bytes alone; a first line costs some typed-array reads, other lines
 * nothing. Bound: 65 bytes a service.
 */
import { FIRST_LINES } from "../../patterns/first-lines.ts";
import type { ServiceTable } from "../shares/service-table.ts";

const WINDOW_HALF_LIFE_SECONDS = 10;
const PAST_HALF_LIFE_SECONDS = 600;
/** Lines of a service before the guard tests it: at first every pattern is new. */
const YOUNG_LINES = 2048;
/** Highest share of new patterns that a past can predict: a service above it explodes in any case. */
const MAX_EXPECTED_SHARE = 0.2;
const DEVIATIONS = 6;
/** Patterns seen for the first time within the window that are never too many. */
const MIN_NEW = 32;
const CALM_SECONDS = 30;
/** Limit of the window's count, in bounds: it falls to half of the bound within three half-lives after any flood. */
const MAX_EXCESS = 4;
/** Above FOLLOW_UP_MIN_FILL of first-lines.ts, so that second and third lines of the other services are kept too. */
const RESERVED_FILL = 0.75;

export class NoveltyGuard {
  /** Services with a pattern explosion now. */
  explodingCount = 0;
  readonly #services: ServiceTable;
  readonly #isExploding: Uint8Array;
  /**
   * Bytes of first lines that a service may still take from the bucket and from the reserve in this tick; Infinity
   * without an explosion.
   */
  readonly #bucketBytes: Float64Array;
  readonly #reserveBytes: Float64Array;
  /** Patterns seen for the first time, and for the second time, since the last tick. */
  readonly #seenOnce: Uint32Array;
  readonly #seenTwice: Uint32Array;
  /** New patterns and lines of the window. */
  readonly #recentNew: Float32Array;
  readonly #recentLines: Float32Array;
  /** N1 and N of the past. */
  readonly #singles: Float32Array;
  readonly #lines: Float32Array;
  readonly #receivedBefore: Float64Array;
  readonly #calmSeconds: Float32Array;

  constructor(services: ServiceTable) {
    const rows = services.capacity;
    this.#services = services;
    this.#isExploding = new Uint8Array(rows);
    this.#bucketBytes = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
    this.#reserveBytes = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
    this.#seenOnce = new Uint32Array(rows);
    this.#seenTwice = new Uint32Array(rows);
    this.#recentNew = new Float32Array(rows);
    this.#recentLines = new Float32Array(rows);
    this.#singles = new Float32Array(rows);
    this.#lines = new Float32Array(rows);
    this.#receivedBefore = new Float64Array(rows);
    this.#calmSeconds = new Float32Array(rows);
  }

  /** Counts a first line. @param left first lines that its pattern was owed before it */
  count(service: number, left: number): void {
    if (left === FIRST_LINES) this.#seenOnce[service]++;
    else if (left === FIRST_LINES - 1) this.#seenTwice[service]++;
  }

  /** Whether the service may take so many more bytes of first lines from the novelty bucket. */
  hasBucketBytes(service: number, bytes: number): boolean {
    return this.#bucketBytes[service] >= bytes;
  }

  /** Whether the service may take so many more bytes of first lines from the reserve. */
  hasReserveBytes(service: number, bytes: number): boolean {
    return this.#reserveBytes[service] >= bytes;
  }

  spend(service: number, bytes: number): void {
    this.#bucketBytes[service] -= bytes;
  }

  spendReserve(service: number, bytes: number): void {
    this.#reserveBytes[service] -= bytes;
  }

  /** Takes the count of a first line back: it is owed again. @param left first lines that its pattern is owed now */
  undoFirstLine(service: number, left: number): void {
    if (left === FIRST_LINES) this.#seenOnce[service] -= Math.min(1, this.#seenOnce[service]);
    else if (left === FIRST_LINES - 1) this.#seenTwice[service] -= Math.min(1, this.#seenTwice[service]);
  }

  /** @param level bytes in the novelty bucket @param capacity bytes that it holds @param reserve settled balance */
  tick(seconds: number, level: number, capacity: number, reserve: number): void {
    if (seconds <= 0) return;
    this.explodingCount = 0;
    for (let service = 0; service < this.#services.count; service++) {
      this.#update(service, seconds);
      this.explodingCount += this.#isExploding[service];
    }
    const divisor = Math.max(1, this.explodingCount);
    const bucketBytes = Math.max(0, level - RESERVED_FILL * capacity) / divisor;
    const reserveBytes = Math.max(0, reserve - capacity) / divisor;
    for (let service = 0; service < this.#services.count; service++) {
      const isExploding = this.#isExploding[service] === 1;
      this.#bucketBytes[service] = isExploding ? bucketBytes : Number.POSITIVE_INFINITY;
      this.#reserveBytes[service] = isExploding ? reserveBytes : Number.POSITIVE_INFINITY;
    }
  }

  #update(service: number, seconds: number): void {
    const received = this.#services.received[service];
    const lines = Math.max(0, received - this.#receivedBefore[service]);
    const newPatterns = this.#seenOnce[service];
    const singles = newPatterns - this.#seenTwice[service];
    this.#receivedBefore[service] = received;
    this.#seenOnce[service] = 0;
    this.#seenTwice[service] = 0;
    const retained = 2 ** (-seconds / WINDOW_HALF_LIFE_SECONDS);
    const isYoung = this.#lines[service] < YOUNG_LINES;
    this.#recentLines[service] = isYoung ? 0 : retained * this.#recentLines[service] + lines;
    const bound = this.#maxExpectedNew(service);
    // Limited, so that the time of recovery does not depend on the size of the flood.
    const recent = Math.min(MAX_EXCESS * bound, retained * this.#recentNew[service] + newPatterns);
    this.#recentNew[service] = isYoung ? 0 : recent;
    if (this.#isExploding[service] === 1) this.#recover(service, seconds, bound / 2);
    else if (this.#recentNew[service] > bound) {
      this.#isExploding[service] = 1;
      this.#calmSeconds[service] = 0;
    }
    if (this.#isExploding[service] === 1 || lines === 0) return;
    const pastRetained = 2 ** (-seconds / PAST_HALF_LIFE_SECONDS);
    this.#lines[service] = pastRetained * this.#lines[service] + lines;
    this.#singles[service] = Math.max(0, pastRetained * this.#singles[service] + singles);
  }

  /** Highest number of new patterns in the window that the past of the service predicts. */
  #maxExpectedNew(service: number): number {
    const share = Math.min(MAX_EXPECTED_SHARE, this.#singles[service] / Math.max(1, this.#lines[service]));
    const expected = share * this.#recentLines[service];
    return expected + DEVIATIONS * Math.sqrt(expected) + MIN_NEW;
  }

  #recover(service: number, seconds: number, calmBound: number): void {
    this.#calmSeconds[service] = this.#recentNew[service] > calmBound ? 0 : this.#calmSeconds[service] + seconds;
    if (this.#calmSeconds[service] >= CALM_SECONDS) this.#isExploding[service] = 0;
  }
}
