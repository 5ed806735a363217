/**
 * Patterns that were given up to make room, remembered for when they come back: a rotating Bloom filter. A generation
 * takes PATTERNS_PER_ROW signatures for each row of the pattern table at ten bits and seven hash functions each, then the
 * older one is forgotten; so between one and two generations are remembered.
 * Error: 0.8 % of new signatures are taken for seen ones by a full generation, 1.6 % by two; none the other way round
 * while it is remembered. It lowers the value of novelty and never takes a first line away.
 * Bounds: two generations; 50,000 rows make 2^18 signatures and 320 KiB each, 640 KiB together.
 */
const PATTERNS_PER_ROW = 4;
const LEAST_SIGNATURES = 1 << 14;
const BITS = 10;
/** ln 2 · bits. */
const HASHES = 7;

export class SeenBefore {
  readonly #bits: number;
  readonly #most: number;
  #current: Uint32Array;
  #before: Uint32Array;
  #count = 0;

  /** @param rows of the pattern table */
  constructor(rows: number) {
    let signatures = LEAST_SIGNATURES;
    while (signatures < rows * PATTERNS_PER_ROW) signatures *= 2;
    this.#most = signatures;
    this.#bits = signatures * BITS;
    this.#current = new Uint32Array(this.#bits >> 5);
    this.#before = new Uint32Array(this.#bits >> 5);
  }

  /** Bytes of both generations. */
  get bytes(): number {
    return this.#current.byteLength + this.#before.byteLength;
  }

  /** @param first @param second the lanes of the pattern's keyed hash */
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

/** Double hashing (Kirsch and Mitzenmacher 2006); odd, and doubles hold seven steps exactly. */
function stepOf(second: number): number {
  return (second | 1) >>> 0;
}
