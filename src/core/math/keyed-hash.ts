/**
 * Keyed 32-bit hash for the randomness of sampling: body and finaliser of murmur3 (Austin Appleby, public domain) over
 * words that are masked with secret key words first. It is no MAC: it keeps senders from choosing which of their
 * records survive, at a few nanoseconds a record. The key never leaves the process.
 */
export interface HashKey {
  readonly k0: number;
  readonly k1: number;
  readonly k2: number;
  readonly k3: number;
  /** Where the hash starts: another seed gives another, independent hash. */
  readonly seed: number;
}

/** @param bytes at least 16 secret bytes; only the first 16 count */
export function createHashKey(bytes: Uint8Array): HashKey {
  const word = (at: number): number => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  return { k0: word(0), k1: word(4), k2: word(8), k3: word(12), seed: word(12) };
}

/** The key of a second hash of the same inputs, independent of the first. */
export function secondKey(key: HashKey): HashKey {
  return { ...key, seed: (key.k2 ^ 0x5bd1e995) | 0 };
}

function finalise(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  let h = hash ^ Math.imul(k, 0x1b873593);
  h = (h << 13) | (h >>> 19);
  return (Math.imul(h, 5) + 0xe6546b64) | 0;
}

/** Hash of four 32-bit words, 0..2^32-1. */
export function hashWords(key: HashKey, a: number, b: number, c: number, d: number): number {
  let h = mix(key.seed, a ^ key.k0);
  h = mix(h, b ^ key.k1);
  h = mix(h, c ^ key.k2);
  h = mix(h, d ^ key.k3);
  return finalise(h ^ 16);
}

/** Hash of 16 bytes at `at` (a trace id), read as little-endian words. */
export function hashSixteenBytes(key: HashKey, bytes: Uint8Array, at: number): number {
  return hashWords(
    key,
    bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24),
    bytes[at + 4] | (bytes[at + 5] << 8) | (bytes[at + 6] << 16) | (bytes[at + 7] << 24),
    bytes[at + 8] | (bytes[at + 9] << 8) | (bytes[at + 10] << 16) | (bytes[at + 11] << 24),
    bytes[at + 12] | (bytes[at + 13] << 8) | (bytes[at + 14] << 16) | (bytes[at + 15] << 24),
  );
}
