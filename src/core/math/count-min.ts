/**
 * Rates of patterns that were given up to make room, so that one that comes back goes on where it was instead of starting
 * from nothing: a Count-Min sketch with conservative update (Cormode and Muthukrishnan 2005; Estan and Varghese 2002).
 * What is remembered of a pattern is its whole rate, what it was given back included, so the update is a maximum.
 *
 * An estimate is never below the rate remembered, and with probability 1 − δ at most ε · Σ rates above it: width 2^15 ≥
 * e / ε for ε = 10⁻⁴, depth 7 ≥ ln(1 / δ) for δ = 10⁻³. Rates fade with a half-life of active time, as those of silent
 * patterns in the table do; all cells at once, by the unit they are counted in.
 * Bounds: 7 · 2^15 cells of 4 bytes, 896 KiB.
 */
export const TAIL_EPSILON = 1e-4;
const WIDTH_BITS = 15;
const WIDTH = 1 << WIDTH_BITS;
const DEPTH = 7;
const HALF_LIFE_SECONDS = 300;
/** Half-lives after which cells are brought to a new unit: floats hold 127, and what is older than 40 is nothing. */
const REBASE_HALF_LIVES = 40;

export class TailCounts {
  readonly #cells = new Float32Array(DEPTH * WIDTH);
  /** Half-lives since the unit of the cells was a line a second; cells hold rate · 2^age. */
  #age = 0;

  get bytes(): number {
    return this.#cells.byteLength;
  }

  /** @param seconds of active time */
  advance(seconds: number): void {
    this.#age += seconds / HALF_LIFE_SECONDS;
    if (this.#age < REBASE_HALF_LIVES) return;
    const scale = 2 ** -this.#age;
    for (let i = 0; i < this.#cells.length; i++) this.#cells[i] *= scale;
    this.#age = 0;
  }

  /** @param rate lines a second @param first @param second the lanes of the pattern's keyed hash */
  remember(first: number, second: number, rate: number): void {
    // Rounded up: an estimate may only be too high.
    const value = rate * 2 ** this.#age * (1 + 2 ** -23);
    for (let row = 0; row < DEPTH; row++) {
      const cell = cellOf(row, first, second);
      if (this.#cells[cell] < value) this.#cells[cell] = value;
    }
  }

  /** Lines a second that a pattern had, faded since; too high where all its cells are shared with faster ones. */
  rateOf(first: number, second: number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < DEPTH; row++) least = Math.min(least, this.#cells[cellOf(row, first, second)]);
    return least * 2 ** -this.#age;
  }
}

/** Rows hash independently: the lanes are mixed anew for each (murmur3's finaliser). */
function cellOf(row: number, first: number, second: number): number {
  let hash = Math.imul(first ^ Math.imul(row + 1, 0x9e3779b1), 0x85ebca6b) ^ second;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return row * WIDTH + ((hash ^ (hash >>> 16)) >>> (32 - WIDTH_BITS));
}
