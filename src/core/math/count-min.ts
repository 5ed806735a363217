/**
 * A Count-Min sketch with conservative update (Cormode & Muthukrishnan 2005; Estan & Varghese 2002) of the rates of
 * evicted patterns, so that a pattern that returns goes on with its rate. A pattern is remembered with its whole rate,
 * including what an earlier eviction had remembered, so the update is a maximum.
 *
 * An estimate is never below the remembered rate, and with probability 1 − δ at most ε · Σ rates above it: WIDTH ≥ e /
 * ε for ε = 10⁻⁴, DEPTH ≥ ln(1 / δ) for δ = 10⁻³. Rates decay with a half-life of active time, as the rates of silent
 * patterns in the table do; all cells decay at once, because the unit of the cells does.
 * Bounds: DEPTH · WIDTH cells of 4 bytes.
 */
const WIDTH_BITS = 15;
const WIDTH = 1 << WIDTH_BITS;
const DEPTH = 7;
/** Half-lives after which the cells get a new unit. A float has 127 of them; a rate that is 40 half-lives old is 0. */
const REBASE_HALF_LIVES = 40;

export class TailCounts {
  readonly #cells = new Float32Array(DEPTH * WIDTH);
  /** Half-lives since the unit of the cells was one line a second; a cell is rate · 2^age. */
  #age = 0;
  readonly #halfLifeSeconds: number;

  /** @param halfLifeSeconds of active time: that of the rates which are remembered */
  constructor(halfLifeSeconds: number) {
    this.#halfLifeSeconds = halfLifeSeconds;
  }

  get bytes(): number {
    return this.#cells.byteLength;
  }

  /** @param seconds of active time */
  advance(seconds: number): void {
    this.#age += seconds / this.#halfLifeSeconds;
    if (this.#age < REBASE_HALF_LIVES) return;
    const scale = 2 ** -this.#age;
    for (let i = 0; i < this.#cells.length; i++) this.#cells[i] *= scale;
    this.#age = 0;
  }

  /** @param rate lines a second @param first @param second the lanes of the pattern's keyed hash */
  remember(first: number, second: number, rate: number): void {
    // Rounded up, because an estimate must not be too low.
    const value = rate * 2 ** this.#age * (1 + 2 ** -23);
    for (let row = 0; row < DEPTH; row++) {
      const cell = cellOf(row, first, second);
      if (this.#cells[cell] < value) this.#cells[cell] = value;
    }
  }

  /** Decayed rate of a pattern, lines a second; too high if faster patterns share all of its cells. */
  rateOf(first: number, second: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < DEPTH; row++) least = Math.min(least, this.#cells[cellOf(row, first, second)]);
    return least * 2 ** -this.#age;
  }
}

/** Each row of cells has its own hash: the lanes are mixed with its number (murmur3's finaliser). */
function cellOf(row: number, first: number, second: number): number {
  let hash = Math.imul(first ^ Math.imul(row + 1, 0x9e3779b1), 0x85ebca6b) ^ second;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return row * WIDTH + ((hash ^ (hash >>> 16)) >>> (32 - WIDTH_BITS));
}
