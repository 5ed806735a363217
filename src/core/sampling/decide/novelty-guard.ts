import { FIRST_LINES } from "../../patterns/first-lines.ts";
import type { ServiceTable } from "../shares/service-table.ts";

/**
 * Keeps one service that explodes in new signatures from taking the first lines of all others. By Good and Turing, the
 * share of lines to come that are new is N1 / N: signatures seen once so far, over lines. A service is in collapse when
 * the new signatures of its last seconds exceed what that lets expect by DEVIATIONS of a Poisson count and by MIN_NEW;
 * its past is not learned from meanwhile, and it is out again after CALM_SECONDS below half of that bound.
 *
 * All services in collapse share what is in the novelty bucket above RESERVED_FILL of it, and what the reserve has above as
 * much as the bucket holds; beyond that their first lines are the weighted sample that a full allowance makes of
 * everybody's (`novelty_overflow`). So the others always find most of the bucket, follow-ups included, and a reserve;
 * and nothing is saved up that a flood could spend at once when it is no longer told from ordinary traffic.
 *
 * The signature stage's shape breaker works before this, on one scope whose lines are nearly all new: it folds them into a
 * few coarse patterns, which are no flood to the sampler any more. This guard holds what the breaker does not see: its
 * first lines, floods mixed with ordinary lines, and such as are spread over scopes.
 *
 * By arrivals and expected bytes alone, at the tick; a first line costs some typed-array reads, other lines nothing.
 * Bounds: 65 bytes a service.
 */
const WINDOW_HALF_LIFE_SECONDS = 10;
const PAST_HALF_LIFE_SECONDS = 600;
/** Lines of a service before it is judged: at first everything is new. */
const YOUNG_LINES = 2048;
/** Whatever the past was: a service that says something new with every fifth line is in collapse. */
const MAX_EXPECTED_SHARE = 0.2;
const DEVIATIONS = 6;
/** New signatures within the window that are never too many. */
const MIN_NEW = 32;
const CALM_SECONDS = 30;
/** Times the bound; it is back at half of the bound after three half-lives of the window. */
const MAX_EXCESS = 4;
/** Above FOLLOW_UP_MIN_FILL, so that second and third lines of the other services are kept too. */
const RESERVED_FILL = 0.75;

export class NoveltyGuard {
  /** Services in collapse now. */
  explodingCount = 0;
  readonly #services: ServiceTable;
  readonly #isExploding: Uint8Array;
  /** Bytes of first lines that a service may still take from the bucket and from the reserve in this tick; Infinity while it is not in collapse. */
  readonly #bucketBytes: Float64Array;
  readonly #reserveBytes: Float64Array;
  /** Since the last tick: signatures seen for the first time, and for the second. */
  readonly #seenOnce: Uint32Array;
  readonly #seenTwice: Uint32Array;
  /** Of the last seconds. */
  readonly #recentNew: Float32Array;
  readonly #recentLines: Float32Array;
  /** N1 and N. */
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

  /** Counts a first line. @param left first lines that the pattern was owed before it */
  count(service: number, left: number): void {
    if (left === FIRST_LINES) this.#seenOnce[service]++;
    else if (left === FIRST_LINES - 1) this.#seenTwice[service]++;
  }

  /** Whether the service may take so many bytes of first lines more from the novelty bucket. */
  hasBucketBytes(service: number, bytes: number): boolean {
    return this.#bucketBytes[service] >= bytes;
  }

  hasReserveBytes(service: number, bytes: number): boolean {
    return this.#reserveBytes[service] >= bytes;
  }

  spend(service: number, bytes: number): void {
    this.#bucketBytes[service] -= bytes;
  }

  spendReserve(service: number, bytes: number): void {
    this.#reserveBytes[service] -= bytes;
  }

  /** A commit failed: a first line is owed again. @param left first lines owed now */
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
    const sharers = Math.max(1, this.explodingCount);
    const room = Math.max(0, level - RESERVED_FILL * capacity) / sharers;
    const reserveRoom = Math.max(0, reserve - capacity) / sharers;
    for (let service = 0; service < this.#services.count; service++) {
      const isExploding = this.#isExploding[service] === 1;
      this.#bucketBytes[service] = isExploding ? room : Number.POSITIVE_INFINITY;
      this.#reserveBytes[service] = isExploding ? reserveRoom : Number.POSITIVE_INFINITY;
    }
  }

  #update(service: number, seconds: number): void {
    const received = this.#services.received[service];
    const lines = Math.max(0, received - this.#receivedBefore[service]);
    const fresh = this.#seenOnce[service];
    const singles = fresh - this.#seenTwice[service];
    this.#receivedBefore[service] = received;
    this.#seenOnce[service] = 0;
    this.#seenTwice[service] = 0;
    const kept = 2 ** (-seconds / WINDOW_HALF_LIFE_SECONDS);
    const isYoung = this.#lines[service] < YOUNG_LINES;
    this.#recentLines[service] = isYoung ? 0 : kept * this.#recentLines[service] + lines;
    const most = this.#maxExpectedNew(service);
    // What a flood was beyond measure is no reason to be slow when it is over.
    const recent = Math.min(MAX_EXCESS * most, kept * this.#recentNew[service] + fresh);
    this.#recentNew[service] = isYoung ? 0 : recent;
    if (this.#isExploding[service] === 1) this.#recover(service, seconds, most / 2);
    else if (this.#recentNew[service] > most) {
      this.#isExploding[service] = 1;
      this.#calmSeconds[service] = 0;
    }
    if (this.#isExploding[service] === 1 || lines === 0) return;
    const memory = 2 ** (-seconds / PAST_HALF_LIFE_SECONDS);
    this.#lines[service] = memory * this.#lines[service] + lines;
    this.#singles[service] = Math.max(0, memory * this.#singles[service] + singles);
  }

  /** New signatures of the last seconds that are no surprise. */
  #maxExpectedNew(service: number): number {
    const share = Math.min(MAX_EXPECTED_SHARE, this.#singles[service] / Math.max(1, this.#lines[service]));
    const expected = share * this.#recentLines[service];
    return expected + DEVIATIONS * Math.sqrt(expected) + MIN_NEW;
  }

  #recover(service: number, seconds: number, bound: number): void {
    this.#calmSeconds[service] = this.#recentNew[service] > bound ? 0 : this.#calmSeconds[service] + seconds;
    if (this.#calmSeconds[service] >= CALM_SECONDS) this.#isExploding[service] = 0;
  }
}
