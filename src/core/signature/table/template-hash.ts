/**
 * Keyed hash of a shape: two 32-bit lanes over the words of its template, by the rounds of murmur3 with secret seeds,
 * so that a sender cannot fill one bucket on purpose. It is no MAC: a hit compares the template, a collision costs
 * time.
 */
export class TemplateHash {
  /** The two lanes of the last `compute`. */
  first = 0;
  second = 0;
  readonly #seed0: number;
  readonly #seed1: number;
  readonly #key2: number;
  readonly #key3: number;

  /** @param key 16 secret bytes */
  constructor(key: Uint8Array) {
    const word = (at: number): number => key[at] | (key[at + 1] << 8) | (key[at + 2] << 16) | (key[at + 3] << 24);
    this.#seed0 = word(0);
    this.#seed1 = word(4);
    this.#key2 = word(8);
    this.#key3 = word(12);
  }

  /** Hashes words[start, end) in a scope. Even and odd words go to one lane each: two chains that run in parallel. */
  compute(words: Int32Array, start: number, end: number, scope: number): void {
    let a = this.#seed0 ^ Math.imul(scope, 0x9e3779b1);
    let b = this.#seed1 ^ scope;
    const pairs = start + ((end - start) & ~1);
    for (let i = start; i < pairs; i += 2) {
      a = Math.imul(a ^ words[i], 0x85ebca6b);
      a = (a << 13) | (a >>> 19);
      b = Math.imul(b ^ words[i + 1], 0xc2b2ae35);
      b = (b << 17) | (b >>> 15);
    }
    if (pairs < end) a = Math.imul(a ^ words[pairs], 0x85ebca6b);
    a ^= this.#key2 ^ (end - start);
    b ^= this.#key3;
    a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ b;
    b = Math.imul(b ^ (b >>> 15) ^ a, 0xc2b2ae35);
    this.first = a ^ (a >>> 13) ^ Math.imul(b, 0x9e3779b1);
    this.second = b ^ (b >>> 16);
  }
}
