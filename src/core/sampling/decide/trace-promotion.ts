/**
 * Trace promotion: the set of traces of which an ERROR was kept with p = 1, whose later records are kept too. An
 * open-addressing set of 64-bit keyed hashes with a time to live, of constant size: when all slots that a hash may take
 * are used, the oldest entry is overwritten. A lost promotion costs context, never a count.
 */
import type { HashKey } from "../../math/keyed-hash.ts";
import { hashSixteenBytes, secondKey } from "../../math/keyed-hash.ts";

/** 128 KiB: two hashes and a time each. */
const SLOTS = 8192;
/** SLOTS is a power of two: a mask is exact for every 32-bit hash and its neighbours, and cheaper than a remainder. */
const SLOT_MASK = SLOTS - 1;
const PROBES = 8;
const TTL_MS = 60_000;

export class TracePromotion {
  readonly #key: HashKey;
  readonly #highKey: HashKey;
  readonly #low = new Uint32Array(SLOTS);
  readonly #high = new Uint32Array(SLOTS);
  readonly #untilMs = new Float64Array(SLOTS);
  /** No trace is promoted from this time on: most slices need no lookup. */
  #anyUntilMs = -1;

  constructor(key: HashKey) {
    this.#key = key;
    this.#highKey = secondKey(key);
  }

  /** @param at position of 16 trace id bytes */
  promote(bytes: Uint8Array, at: number, monoMs: number): void {
    const low = hashSixteenBytes(this.#key, bytes, at);
    const high = hashSixteenBytes(this.#highKey, bytes, at);
    let oldest = low & SLOT_MASK;
    for (let probe = 0; probe < PROBES; probe++) {
      const slot = (low + probe) & SLOT_MASK;
      if (this.#low[slot] === low && this.#high[slot] === high) {
        oldest = slot;
        break;
      }
      if (this.#untilMs[slot] < this.#untilMs[oldest]) oldest = slot;
    }
    this.#low[oldest] = low;
    this.#high[oldest] = high;
    this.#untilMs[oldest] = monoMs + TTL_MS;
    this.#anyUntilMs = monoMs + TTL_MS;
  }

  /** Whether any trace is promoted now. */
  isAny(monoMs: number): boolean {
    return monoMs < this.#anyUntilMs;
  }

  isPromoted(bytes: Uint8Array, at: number, monoMs: number): boolean {
    return this.isHashPromoted(hashSixteenBytes(this.#key, bytes, at), bytes, at, monoMs);
  }

  /** @param low keyed hash of the trace id, as `Randomness.hashTraces` computes it */
  isHashPromoted(low: number, bytes: Uint8Array, at: number, monoMs: number): boolean {
    if (monoMs >= this.#anyUntilMs) return false;
    for (let probe = 0; probe < PROBES; probe++) {
      const slot = (low + probe) & SLOT_MASK;
      // A promotion takes the first free slot, and no slot becomes free again. One trace in 2^32 has a hash of 0 and is
      // not found.
      if (this.#low[slot] === 0) return false;
      // Few traces are promoted: the second half of the hash is computed only when the first half matches.
      if (this.#low[slot] !== low || this.#high[slot] !== hashSixteenBytes(this.#highKey, bytes, at)) continue;
      return this.#untilMs[slot] > monoMs;
    }
    return false;
  }
}
