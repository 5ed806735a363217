/**
 * Counts the shapes that have a candidate template in common, and remembers the rows of the last ones. A
 * set-associative cache of fixed size: the least recently used candidate of a set makes room, which only delays
 * learning. Candidates are told apart by 48 bits of their hash; the learner compares the templates of shapes before it
 * merges them. Bounds: `capacity` candidates, REMEMBERED rows each.
 */
/** Shapes of a candidate that are remembered by row; of more than these only the number is known. */
export const REMEMBERED = 5;
const WAYS = 4;
const MOST_COUNT = 0xffff;

export class CandidateCounts {
  /** Hashes: one lane in full, 16 bits of the other. */
  readonly #first: Int32Array;
  readonly #second: Uint16Array;
  readonly #count: Uint16Array;
  readonly #members: Uint16Array | Uint32Array;
  readonly #weight: Float32Array;
  /** Number of entries of the same set that were used later, 0..WAYS - 1. */
  readonly #rank: Uint8Array;
  readonly #setMask: number;

  /** @param capacity candidates, rounded up to a power of two @param rows every row number is below it */
  constructor(capacity: number, rows: number) {
    let sets = 16;
    while (sets * WAYS < capacity) sets *= 2;
    const entries = sets * WAYS;
    this.#setMask = sets - 1;
    this.#first = new Int32Array(entries);
    this.#second = new Uint16Array(entries);
    this.#count = new Uint16Array(entries);
    this.#members = rows <= 0x10000 ? new Uint16Array(entries * REMEMBERED) : new Uint32Array(entries * REMEMBERED);
    this.#weight = new Float32Array(entries);
    this.#rank = new Uint8Array(entries);
    for (let entry = 0; entry < entries; entry++) this.#rank[entry] = entry % WAYS;
  }

  /**
   * Adds a shape to the candidate with this hash.
   * @param weight of its word as evidence, a share of 1
   * @returns the candidate's entry
   */
  add(first: number, second: number, row: number, weight: number): number {
    const entry = this.#entry(first, second);
    const count = this.#count[entry];
    this.#members[entry * REMEMBERED + (count % REMEMBERED)] = row;
    if (count < MOST_COUNT) this.#count[entry] = count + 1;
    this.#weight[entry] += weight;
    this.#use(entry);
    return entry;
  }

  /** @returns the entry of the candidate with this hash, or -1 */
  find(first: number, second: number): number {
    const set = (first & this.#setMask) * WAYS;
    const tag = second & 0xffff;
    for (let entry = set; entry < set + WAYS; entry++) {
      if (this.#first[entry] === first && this.#second[entry] === tag) return entry;
    }
    return -1;
  }

  /** Shapes added since the entry was cleared; capped at MOST_COUNT. */
  count(entry: number): number {
    return this.#count[entry];
  }

  /** Sum of their weights. */
  weight(entry: number): number {
    return this.#weight[entry];
  }

  /** Row of a shape. @param index below min(count, REMEMBERED) */
  member(entry: number, index: number): number {
    return this.#members[entry * REMEMBERED + index];
  }

  /** Forgets the shapes of the entry. */
  clear(entry: number): void {
    this.#count[entry] = 0;
    this.#weight[entry] = 0;
  }

  #use(entry: number): void {
    const rank = this.#rank[entry];
    const set = entry - (entry % WAYS);
    for (let other = set; other < set + WAYS; other++) if (this.#rank[other] < rank) this.#rank[other]++;
    this.#rank[entry] = 0;
  }

  #entry(first: number, second: number): number {
    const found = this.find(first, second);
    if (found >= 0) return found;
    let entry = (first & this.#setMask) * WAYS;
    while (this.#rank[entry] !== WAYS - 1) entry++;
    this.#first[entry] = first;
    this.#second[entry] = second & 0xffff;
    this.clear(entry);
    return entry;
  }
}
