/**
 * Bins of breakpoints, 32 to an octave: read off the upper bits of a single-precision float, its exponent and first five
 * binary places, because a logarithm a pattern would be the dearest part of a tick. A bin's upper edge is at most 33/32 of
 * its lower one.
 */
const DROPPED_BITS = 18;
const LEAST = 2 ** -24;
const MOST = 2 ** 36;
/** Contributions are multiples of 2^-22 (bytes a second), so that sums below 2^31 of them are exact. */
const EXACT = 2 ** 22;

export class BreakpointScale {
  readonly #value = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#value.buffer);

  /** @param breakpoint > 0; those beyond sixty octaves share the last bin on their side */
  binOf(breakpoint: number): number {
    this.#value[0] = breakpoint < LEAST ? LEAST : breakpoint > MOST ? MOST : breakpoint;
    return this.#bits[0] >>> DROPPED_BITS;
  }

  lowerEdgeOf(bin: number): number {
    this.#bits[0] = bin << DROPPED_BITS;
    return this.#value[0];
  }
}

/** The multiple of 2^-22 at or below `value` that stands for it in sums: what is added to one and taken away later leaves nothing behind. */
export function quantize(value: number): number {
  return Math.floor(value * EXACT) / EXACT;
}
