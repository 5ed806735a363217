/**
 * A rotating Bloom filter: remembers evicted patterns, to recognise them when they return. A generation takes
 * PATTERNS_PER_ROW patterns for each row of the pattern table, rounded up to a power of two; when it is full, the one
 * before is forgotten. So the last one to two generations are remembered.
 * Error: a full generation takes 0.8 % of the patterns that it has not seen for seen ones, two of them 1.6 %; a pattern
 * that is remembered is always recognised.
 * Bounds: two generations of BITS bits a pattern.
 */
const PATTERNS_PER_ROW = 4;
const FEWEST_PATTERNS = 1 << 14;
/** Bits a pattern, and the number of hash functions with the least error for them: ln 2 · BITS. */
const BITS = 10;
const HASHES = 7;

export class SeenBefore {
  readonly #bits: number;
  /** Patterns that a generation takes. */
  readonly #most: number;
  #current: Uint32Array;
  #before: Uint32Array;
  #count = 0;

  /** @param rows of the pattern table */
  constructor(rows: number) {
    let patterns = FEWEST_PATTERNS;
    while (patterns < rows * PATTERNS_PER_ROW) patterns *= 2;
    this.#most = patterns;
    this.#bits = patterns * BITS;
    this.#current = new Uint32Array(this.#bits >> 5);
    this.#before = new Uint32Array(this.#bits >> 5);
  }

  /** Bytes of both generations. */
  get bytes(): number {
    return this.#current.byteLength + this.#before.byteLength;
  }

  /** @param first @param second the two lanes of the pattern's keyed hash */
  add(first: number, second: number): void {
    if (this.#holds(this.#current, first, second)) return;
    if (this.#count >= this.#most) this.#rotate();
    this.#count++;
    let at = first >>> 0;
    const step = stepOf(second);
    for (let i = 0; i < HASHES; i++) {
      const bit = at % this.#bits;
      this.#current[bit >>> 5] |= 1 << (bit & 31);
      at += step;
    }
  }

  has(first: number, second: number): boolean {
    return this.#holds(this.#current, first, second) || this.#holds(this.#before, first, second);
  }

  #holds(generation: Uint32Array, first: number, second: number): boolean {
    let at = first >>> 0;
    const step = stepOf(second);
    for (let i = 0; i < HASHES; i++) {
      const bit = at % this.#bits;
      if ((generation[bit >>> 5] & (1 << (bit & 31))) === 0) return false;
      at += step;
    }
    return true;
  }

  #rotate(): void {
    const oldest = this.#before;
    this.#before = this.#current;
    oldest.fill(0);
    this.#current = oldest;
    this.#count = 0;
  }
}

/** Step of double hashing (Kirsch & Mitzenmacher 2006). Odd; a double represents HASHES steps exactly. */
function stepOf(second: number): number {
  return (second | 1) >>> 0;
}
