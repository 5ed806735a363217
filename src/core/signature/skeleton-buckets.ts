/**
 * Counts how many shapes share a skeleton (a template with one word taken out), to tell variable words from constant
 * ones. Set-associative and fixed in size: the oldest skeleton of a set makes room, which only postpones learning.
 * Bounds: `capacity` skeletons of 40 bytes.
 */
const ENTRY_BITS = 3;
const ENTRY = 1 << ENTRY_BITS;
const KEY_1 = 0;
const KEY_2 = 1;
const COUNT = 2;
const FIRST_MEMBER = 3;
/** Members that are remembered by row; of more, only their number is. */
export const REMEMBERED = 5;
const WAYS = 4;

export class SkeletonBuckets {
  readonly #entries: Int32Array;
  readonly #age: Int32Array;
  readonly #weight: Float32Array;
  readonly #setMask: number;
  #clock = 0;

  /** @param capacity skeletons; rounded up to a power of two */
  constructor(capacity: number) {
    let sets = 16;
    while (sets * WAYS < capacity) sets *= 2;
    this.#setMask = sets - 1;
    this.#entries = new Int32Array(sets * WAYS * ENTRY);
    this.#age = new Int32Array(sets * WAYS);
    this.#weight = new Float32Array(sets * WAYS);
  }

  /**
   * Adds a shape to the skeleton with this hash.
   * @param weight what its word counts for as evidence
   * @returns the entry, for `count` and `member`
   */
  add(first: number, second: number, row: number, weight: number): number {
    const entry = this.#entry(first, second);
    const base = entry << ENTRY_BITS;
    const count = this.#entries[base + COUNT]++;
    this.#entries[base + FIRST_MEMBER + (count % REMEMBERED)] = row;
    this.#weight[entry] += weight;
    this.#age[entry] = ++this.#clock;
    return entry;
  }

  /** @returns the entry of the skeleton with this hash, or -1 */
  find(first: number, second: number): number {
    const set = (first & this.#setMask) * WAYS;
    for (let entry = set; entry < set + WAYS; entry++) {
      const base = entry << ENTRY_BITS;
      if (this.#entries[base + KEY_1] === first && this.#entries[base + KEY_2] === second) return entry;
    }
    return -1;
  }

  /** Shapes added to the entry. */
  count(entry: number): number {
    return this.#entries[(entry << ENTRY_BITS) + COUNT];
  }

  /** Evidence of the shapes added. */
  weight(entry: number): number {
    return this.#weight[entry];
  }

  /** @param index below min(count, REMEMBERED) */
  member(entry: number, index: number): number {
    return this.#entries[(entry << ENTRY_BITS) + FIRST_MEMBER + index];
  }

  /** Starts the entry's count again. */
  clear(entry: number): void {
    this.#entries[(entry << ENTRY_BITS) + COUNT] = 0;
    this.#weight[entry] = 0;
  }

  #entry(first: number, second: number): number {
    const found = this.find(first, second);
    if (found >= 0) return found;
    const entries = this.#entries;
    const set = (first & this.#setMask) * WAYS;
    let oldest = set;
    for (let entry = set; entry < set + WAYS; entry++) if (this.#age[entry] < this.#age[oldest]) oldest = entry;
    const base = oldest << ENTRY_BITS;
    entries[base + KEY_1] = first;
    entries[base + KEY_2] = second;
    entries[base + COUNT] = 0;
    this.#weight[oldest] = 0;
    return oldest;
  }
}
