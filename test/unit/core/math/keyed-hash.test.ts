import { describe, expect, it } from "vitest";
import { createHashKey, hashSixteenBytes, hashWords, secondKey } from "../../../../src/core/math/keyed-hash.ts";

const key = createHashKey(Uint8Array.from({ length: 16 }, (_, i) => 7 * i + 3));
const otherKey = createHashKey(Uint8Array.from({ length: 16 }, (_, i) => 7 * i + (i === 15 ? 4 : 3)));

/** Trace ids that differ in one counter, as bad generators make them. */
function traceId(number: number): Uint8Array {
  const bytes = new Uint8Array(16);
  new DataView(bytes.buffer).setUint32(12, number);
  return bytes;
}

describe("the keyed hash", () => {
  it("is a number of 32 bits, the same for the same key and words", () => {
    for (let i = 0; i < 1000; i++) {
      const hash = hashWords(key, i, -i, i << 20, 5);
      expect(hash).toBe(hashWords(key, i, -i, i << 20, 5));
      expect(Number.isInteger(hash) && hash >= 0 && hash < 2 ** 32).toBe(true);
    }
  });

  it("reads sixteen bytes as little-endian words, at any position", () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => i * 37);
    const view = new DataView(bytes.buffer);
    const words = [0, 4, 8, 12].map((at) => view.getInt32(11 + at, true));
    const [a = 0, b = 0, c = 0, d = 0] = words;
    const second = secondKey(key);
    expect(hashSixteenBytes(second, bytes, 11)).toBe(hashWords(second, a, b, c, d));
  });

  it("spreads counters evenly over its top bits, in both lanes", () => {
    for (const lane of [key, secondKey(key)]) {
      const buckets = new Array<number>(64).fill(0);
      for (let i = 0; i < 64_000; i++) {
        const bucket = hashSixteenBytes(lane, traceId(i), 0) >>> 26;
        buckets[bucket] = (buckets[bucket] ?? 0) + 1;
      }
      const chiSquare = buckets.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
      // 63 degrees of freedom: 1 in 10,000 is above 113.
      expect(chiSquare).toBeLessThan(113);
    }
  });

  it("tells nothing of another key's or lane's value: half of their bits differ", () => {
    let keyBits = 0;
    let laneBits = 0;
    for (let i = 0; i < 4000; i++) {
      const hash = hashSixteenBytes(key, traceId(i), 0);
      keyBits += bitsOf(hash ^ hashSixteenBytes(otherKey, traceId(i), 0));
      laneBits += bitsOf(hash ^ hashSixteenBytes(secondKey(key), traceId(i), 0));
    }
    expect(keyBits / 4000).toBeGreaterThan(15.5);
    expect(keyBits / 4000).toBeLessThan(16.5);
    expect(laneBits / 4000).toBeGreaterThan(15.5);
    expect(laneBits / 4000).toBeLessThan(16.5);
  });

  it("changes with every single bit of its input", () => {
    const base = traceId(12_345);
    const plain = hashSixteenBytes(key, base, 0);
    for (let bit = 0; bit < 128; bit++) {
      const flipped = base.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(hashSixteenBytes(key, flipped, 0)).not.toBe(plain);
    }
  });
});

function bitsOf(word: number): number {
  let bits = 0;
  for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) bits++;
  return bits;
}
