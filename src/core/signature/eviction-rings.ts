/**
 * Which row goes when the table is full: rows of a service form a ring with a clock hand; the largest service gives
 * one up. A service whose shapes explode therefore pushes out its own rows, not those of its neighbours.
 * Rows hit since the hand last passed get a second chance. Amortised O(1): a hit is one store elsewhere, the hand
 * clears a chance at each step, and services are compared once in RESCAN evictions.
 */
const RESCAN = 64;
/** Rows a hand may pass in one search; every row in the way was used by the batch at hand. */
const MAX_STEPS = 8192;

export class EvictionRings {
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** By service: the row under the hand, or -1. */
  readonly #hand: Int32Array;
  readonly #count: Int32Array;
  #services = 0;
  #largest = 0;
  #sinceRescan = 0;

  constructor(rows: number, services: number) {
    this.#next = new Int32Array(rows);
    this.#previous = new Int32Array(rows);
    this.#hand = new Int32Array(services).fill(-1);
    this.#count = new Int32Array(services);
  }

  /** Rows of a service. */
  count(service: number): number {
    return this.#count[service];
  }

  /** Puts a row behind the hand: the last the hand comes to. */
  add(row: number, service: number): void {
    const hand = this.#hand[service];
    if (hand < 0) {
      this.#next[row] = row;
      this.#previous[row] = row;
      this.#hand[service] = row;
    } else {
      const last = this.#previous[hand];
      this.#next[last] = row;
      this.#previous[row] = last;
      this.#next[row] = hand;
      this.#previous[hand] = row;
    }
    const count = ++this.#count[service];
    if (service >= this.#services) this.#services = service + 1;
    if (count > this.#count[this.#largest]) this.#largest = service;
  }

  remove(row: number, service: number): void {
    const next = this.#next[row];
    const previous = this.#previous[row];
    this.#next[previous] = next;
    this.#previous[next] = previous;
    if (this.#hand[service] === row) this.#hand[service] = next === row ? -1 : next;
    this.#count[service]--;
  }

  /**
   * @param isSpared asked for each row the hand meets; it withdraws the row's chance when it answers yes
   * @returns a row of the largest service, or -1 when all in reach are spared
   */
  victim(isSpared: (row: number) => boolean): number {
    if (++this.#sinceRescan >= RESCAN) this.#findLargest();
    const service = this.#largest;
    let row = this.#hand[service];
    if (row < 0) return -1;
    for (let step = 0; step < MAX_STEPS; step++) {
      if (!isSpared(row)) {
        this.#hand[service] = row;
        return row;
      }
      row = this.#next[row];
    }
    this.#hand[service] = row;
    return -1;
  }

  #findLargest(): void {
    this.#sinceRescan = 0;
    for (let service = 0; service < this.#services; service++) {
      if (this.#count[service] > this.#count[this.#largest]) this.#largest = service;
    }
  }
}
