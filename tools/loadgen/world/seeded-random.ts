/**
 * The generator's only source of chance: sfc32, seeded from text, so that the same seed makes the same traffic on every
 * machine. Not for secrets.
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param parts anything that should make a sequence of its own; order matters */
  constructor(...parts: readonly (string | number)[]) {
    const hash = hashOf(parts.join("\u0000"));
    this.#a = hash;
    this.#b = Math.imul(hash, 0x9e3779b1) ^ 0x85ebca6b;
    this.#c = Math.imul(hash ^ 0xc2b2ae35, 0x27d4eb2f);
    // The first outputs of similar seeds are still alike.
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** Uniform 0 .. 2^32-1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  unit(): number {
    return this.uint32() / 2 ** 32;
  }

  /** Integer in [0, limit). */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  /** Integer in [low, high]. */
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** @param items not empty */
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("Pick from a list: 0 items, wanted at least 1");
    return item;
  }

  /** Lower-case hex text. */
  hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.uint32().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  }

  /** How many of many rare things happen when `mean` are expected. */
  poisson(mean: number): number {
    if (mean <= 0) return 0;
    // The normal limit is within a percent from here on, and takes constant time.
    if (mean > 60) return Math.max(0, Math.round(mean + Math.sqrt(mean) * this.#normal()));
    const limit = Math.exp(-mean);
    let product = this.unit();
    let count = 0;
    while (product > limit) {
      product *= this.unit();
      count++;
    }
    return count;
  }

  /** Positive with a long tail: `median` half of the time exceeded. */
  longTailed(median: number, spread: number): number {
    return median * Math.exp(spread * this.#normal());
  }

  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
  }
}

/** Draws indexes with given weights in logarithmic time. */
export class WeightedPicker {
  readonly #cumulative: readonly number[];
  readonly #total: number;

  /** @param weights at least one positive number */
  constructor(weights: readonly number[]) {
    let total = 0;
    this.#cumulative = weights.map((weight) => {
      total += weight;
      return total;
    });
    this.#total = total;
  }

  pick(random: SeededRandom): number {
    const target = random.unit() * this.#total;
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#cumulative[middle] ?? 0) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Weights of a Zipf distribution over `count` ranks. */
export function zipfWeights(count: number, exponent: number): number[] {
  return Array.from({ length: count }, (_, rank) => 1 / (rank + 1) ** exponent);
}

/** FNV-1a with a final mix. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return hash ^ (hash >>> 12);
}
