/**
 * Chooses the row to evict when the table is full. The service with most rows loses one, so that a service with a flood
 * of shapes evicts its own rows and none of its neighbours'. Inside a service a new row is on probation until it is hit
 * again: a flood of shapes that come once passes through probation and evicts no pattern that came back (S3-FIFO, Yang
 * et al. 2023: a small queue filters one-hit wonders). Only when probation has shrunk to LEAST_PROBATION of the
 * service's rows is a confirmed row evicted: the first one that the clock hand has found unused as many times as its
 * credit allows. A hit between two visits of the hand adds one credit, up to MOST_CREDIT. A pattern that returns after
 * an eviction skips probation.
 *
 * Each service has two rings with a clock hand. Amortised O(1): a hit is one store in another column, each step of the
 * hand confirms a row or takes a credit, and services are compared once in RESCAN evictions.
 */
const RESCAN = 64;
/** Rows that a hand passes in one search at most. */
const MAX_STEPS = 8192;
const LEAST_PROBATION = 1 / 8;
const MOST_CREDIT = 3;

/** Use of a row since the hand last came by: none, some, or by the current batch, which keeps it. */
export const ROW_COLD = 0;
export const ROW_HIT = 1;
export const ROW_HELD = 2;

export class EvictionRings {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** By ring: the row under the hand, or -1. Ring 2s is the probation of service s, ring 2s + 1 its confirmed rows. */
  readonly #hand: Int32Array;
  readonly #count: Int32Array;
  readonly #isConfirmed: Uint8Array;
  readonly #credit: Uint8Array;
  #services = 0;
  #largest = 0;
  #sinceRescan = 0;

  constructor(rows: number, services: number) {
    this.#next = new Int32Array(rows);
    this.#previous = new Int32Array(rows);
    this.#hand = new Int32Array(services * 2).fill(-1);
    this.#count = new Int32Array(services * 2);
    this.#isConfirmed = new Uint8Array(rows);
    this.#credit = new Uint8Array(rows);
  }

  /** Rows of a service. */
  count(service: number): number {
    return this.#count[service * 2] + this.#count[service * 2 + 1];
  }

  /** Puts a row right behind the hand, which reaches it last. @param isConfirmed it skips probation */
  add(row: number, service: number, isConfirmed: boolean): void {
    this.#isConfirmed[row] = isConfirmed ? 1 : 0;
    this.#credit[row] = isConfirmed ? 1 : 0;
    this.#link(row, service * 2 + this.#isConfirmed[row]);
    if (service >= this.#services) this.#services = service + 1;
    if (this.count(service) > this.count(this.#largest)) this.#largest = service;
  }

  #link(row: number, ring: number): void {
    const hand = this.#hand[ring];
    if (hand < 0) {
      this.#next[row] = row;
      this.#previous[row] = row;
      this.#hand[ring] = row;
    } else {
      const last = this.#previous[hand];
      this.#next[last] = row;
      this.#previous[row] = last;
      this.#next[row] = hand;
      this.#previous[hand] = row;
    }
    this.#count[ring]++;
  }

  remove(row: number, service: number): void {
    const ring = service * 2 + this.#isConfirmed[row];
    const next = this.#next[row];
    const previous = this.#previous[row];
    this.#next[previous] = next;
    this.#previous[next] = previous;
    if (this.#hand[ring] === row) this.#hand[ring] = next === row ? -1 : next;
    this.#count[ring]--;
  }

  /**
   * @param look gives the ROW_* code of each row that the hand meets; a hit is given once
   * @returns a row of the service with most rows, or -1 when the current batch uses all rows in reach
   */
  victim(look: (row: number) => number): number {
    if (++this.#sinceRescan >= RESCAN) this.#findLargest();
    const service = this.#largest;
    const probation = this.#count[service * 2];
    if (probation > LEAST_PROBATION * this.count(service)) {
      const row = this.#onProbation(service, look);
      if (row >= 0) return row;
    }
    const row = this.#confirmed(service * 2 + 1, look);
    return row >= 0 ? row : this.#onProbation(service, look);
  }

  /** The oldest row on probation that was not hit; rows that were hit are confirmed on the way. */
  #onProbation(service: number, look: (row: number) => number): number {
    const ring = service * 2;
    for (let step = 0; step < MAX_STEPS; step++) {
      const row = this.#hand[ring];
      if (row < 0) return -1;
      const found = look(row);
      if (found === ROW_COLD) return row;
      if (found === ROW_HELD) {
        this.#hand[ring] = this.#next[row];
        continue;
      }
      this.remove(row, service);
      this.#isConfirmed[row] = 1;
      this.#credit[row] = 1;
      this.#link(row, ring + 1);
    }
    return -1;
  }

  /** A confirmed row without credit; after MAX_STEPS, any that the current batch does not use. */
  #confirmed(ring: number, look: (row: number) => number): number {
    let row = this.#hand[ring];
    let spare = -1;
    for (let step = 0; step < MAX_STEPS && row >= 0; step++) {
      const found = look(row);
      if (found === ROW_HIT) this.#credit[row] = Math.min(MOST_CREDIT, this.#credit[row] + 1);
      else if (found === ROW_COLD && this.#credit[row]-- === 0) {
        this.#hand[ring] = row;
        return row;
      }
      if (found !== ROW_HELD) spare = row;
      row = this.#next[row];
    }
    this.#hand[ring] = spare >= 0 ? spare : row;
    return spare;
  }

  #findLargest(): void {
    this.#sinceRescan = 0;
    for (let service = 0; service < this.#services; service++) {
      if (this.count(service) > this.count(this.#largest)) this.#largest = service;
    }
  }
}
