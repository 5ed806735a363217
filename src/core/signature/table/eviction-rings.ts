/**
 * Which row goes when the table is full. The largest service gives one up, so that a service whose shapes explode pushes
 * out its own rows, not those of its neighbours. Inside a service rows are on probation until they are hit again: a flood
 * of shapes that come once passes through probation and takes no row of a pattern that came back (S3-FIFO, Yang et al.
 * 2023: one-hit wonders are filtered by a small queue, not by counting). Only when probation has shrunk to LEAST_PROBATION
 * of the service's rows does a row of a known pattern go: the one that the hand finds silent for as many turns as it was
 * hit in before, MOST_CREDIT at most. A pattern that had been given up and comes back needs no probation.
 *
 * Two rings with a clock hand a service. Amortised O(1): a hit is one store elsewhere, the hand moves a row on or takes a
 * credit at each step, and services are compared once in RESCAN evictions. Bounds: 10 bytes a row, 20 a service.
 */
const RESCAN = 64;
/** Rows a hand may pass in one search. */
const MAX_STEPS = 8192;
const LEAST_PROBATION = 1 / 8;
const MOST_CREDIT = 3;

/** What became of a row since a hand last came by. */
export const ROW_COLD = 0;
export const ROW_HIT = 1;
/** Used by the batch at hand: it stays. */
export const ROW_HELD = 2;

export class EvictionRings {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** By ring: the row under the hand, or -1. Ring 2s is the probation of service s, 2s + 1 holds its known patterns. */
  readonly #hand: Int32Array;
  readonly #count: Int32Array;
  readonly #isKnown: Uint8Array;
  readonly #credit: Uint8Array;
  #services = 0;
  #largest = 0;
  #sinceRescan = 0;

  constructor(rows: number, services: number) {
    this.#next = new Int32Array(rows);
    this.#previous = new Int32Array(rows);
    this.#hand = new Int32Array(services * 2).fill(-1);
    this.#count = new Int32Array(services * 2);
    this.#isKnown = new Uint8Array(rows);
    this.#credit = new Uint8Array(rows);
  }

  /** Rows of a service. */
  count(service: number): number {
    return this.#count[service * 2] + this.#count[service * 2 + 1];
  }

  /** Puts a row behind the hand: the last the hand comes to. @param isKnown it needs no probation */
  add(row: number, service: number, isKnown: boolean): void {
    this.#isKnown[row] = isKnown ? 1 : 0;
    this.#credit[row] = isKnown ? 1 : 0;
    this.#link(row, service * 2 + this.#isKnown[row]);
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
    const ring = service * 2 + this.#isKnown[row];
    const next = this.#next[row];
    const previous = this.#previous[row];
    this.#next[previous] = next;
    this.#previous[next] = previous;
    if (this.#hand[ring] === row) this.#hand[ring] = next === row ? -1 : next;
    this.#count[ring]--;
  }

  /**
   * @param look asked for each row the hand meets, ROW_*; it forgets a hit once it has told of it
   * @returns a row of the largest service, or -1 when the batch at hand holds all in reach
   */
  victim(look: (row: number) => number): number {
    if (++this.#sinceRescan >= RESCAN) this.#findLargest();
    const service = this.#largest;
    const known = this.#count[service * 2 + 1];
    const probation = this.#count[service * 2];
    if (probation > LEAST_PROBATION * (known + probation)) {
      const row = this.#newcomer(service, look);
      if (row >= 0) return row;
    }
    const row = this.#silent(service * 2 + 1, look);
    return row >= 0 ? row : this.#newcomer(service, look);
  }

  /** The oldest row on probation that was not hit; those that were leave it on the way. */
  #newcomer(service: number, look: (row: number) => number): number {
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
      this.#isKnown[row] = 1;
      this.#credit[row] = 1;
      this.#link(row, ring + 1);
    }
    return -1;
  }

  /** A known pattern that has used up its credit; after MAX_STEPS, any that the batch at hand does not hold. */
  #silent(ring: number, look: (row: number) => number): number {
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
