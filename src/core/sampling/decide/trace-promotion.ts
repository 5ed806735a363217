import type { HashKey } from "../../math/keyed-hash.ts";
import { hashSixteenBytes } from "../../math/keyed-hash.ts";

/**
 * Traces that have a kept trigger: later records of the same trace get the trigger's threshold. A fixed open-addressing
 * set of 64-bit keyed hashes with a time to live; a full neighbourhood overwrites its oldest entry, so memory is constant
 * and a lost promotion costs context, never a count.
 */
const SLOTS = 8192;
/** SLOTS is a power of two: a mask is exact for every 32-bit hash and its neighbours, and cheaper than a remainder. */
const SLOT_MASK = SLOTS - 1;
const PROBES = 8;
const TTL_MS = 60_000;

export class TracePromotion {
  readonly #key: HashKey;
  readonly #low = new Uint32Array(SLOTS);
  readonly #high = new Uint32Array(SLOTS);
  readonly #untilMs = new Float64Array(SLOTS);
  /** Nothing is promoted after this time: the fast answer for most batches. */
  #anyUntilMs = -1;

  constructor(key: HashKey) {
    this.#key = key;
  }

  /** @param at position of 16 trace id bytes */
  promote(bytes: Uint8Array, at: number, monoMs: number): void {
    const low = hashSixteenBytes(this.#key, 0, bytes, at);
    const high = hashSixteenBytes(this.#key, 1, bytes, at);
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
    return this.isHashPromoted(hashSixteenBytes(this.#key, 0, bytes, at), bytes, at, monoMs);
  }

  /** @param low keyed hash of the id, as `Randomness.hashTraces` makes it */
  isHashPromoted(low: number, bytes: Uint8Array, at: number, monoMs: number): boolean {
    if (monoMs >= this.#anyUntilMs) return false;
    for (let probe = 0; probe < PROBES; probe++) {
      const slot = (low + probe) & SLOT_MASK;
      // A promotion takes the first free slot, and no slot becomes free again. (One trace in 2^32 has this hash, and is not found.)
      if (this.#low[slot] === 0) return false;
      // Nearly every trace is promoted by nobody: the second half of the hash is made for those that may be.
      if (this.#low[slot] !== low || this.#high[slot] !== hashSixteenBytes(this.#key, 1, bytes, at)) continue;
      return this.#untilMs[slot] > monoMs;
    }
    return false;
  }
}
