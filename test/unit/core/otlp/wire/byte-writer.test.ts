import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter, varintSize } from "../../../../../src/core/otlp/wire/byte-writer.ts";
import { VarintReader } from "../../../../../src/core/otlp/wire/varint-reader.ts";
import { varint } from "../../../../kit/otlp/wire-builder.ts";

const EDGES = [
  0,
  1,
  127,
  128,
  16_383,
  16_384,
  2 ** 21 - 1,
  2 ** 21,
  2 ** 28 - 1,
  2 ** 28,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32,
].concat([2 ** 35 - 1, 2 ** 35, 2 ** 42 - 1, 2 ** 42, 2 ** 49, 2 ** 53 - 1]);

describe("byte writer", () => {
  it("writes the shortest varint and knows its size", () => {
    for (const value of EDGES) {
      const out = new ByteWriter();
      out.varint(value);
      expect([...out.copy()]).toEqual(varint(value));
      expect(varintSize(value)).toBe(out.length);
    }
  });

  it("writes integers of both signs as int64", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const out = new ByteWriter();
        out.int64(value);
        expect([...out.copy()]).toEqual(varint(BigInt(value)));
      }),
    );
  });

  it("writes milliseconds as exact nanoseconds", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 18_446_744_073_709 }), (ms) => {
        const out = new ByteWriter();
        out.unixNanos(ms);
        expect(new DataView(out.bytes.buffer).getBigUint64(0, true)).toBe(BigInt(ms) * 1_000_000n);
      }),
    );
  });

  it("writes doubles and fixed halves little-endian", () => {
    const out = new ByteWriter();
    out.double(-1.5);
    out.fixed64(1, 0x8000_0000);
    expect([...out.copy()]).toEqual([0, 0, 0, 0, 0, 0, 0xf8, 0xbf, 1, 0, 0, 0, 0, 0, 0, 0x80]);
  });

  it("closes a message with the shortest length whatever was reserved for it", () => {
    for (const size of [0, 1, 127, 128, 300, 16_384]) {
      for (const reserve of [1, 2, 3, 5]) {
        const out = new ByteWriter(1);
        out.byte(0x0a);
        const start = out.open(reserve);
        out.raw(new Uint8Array(size).fill(7), 0, size);
        out.close(start, reserve);
        out.byte(0x55);
        expect([...out.copy()]).toEqual([0x0a, ...varint(size), ...new Array<number>(size).fill(7), 0x55]);
      }
    }
  });

  it("grows without losing what was written, and starts anew after a reset", () => {
    const out = new ByteWriter(1);
    for (let value = 0; value < 5000; value++) out.byte(value & 0xff);
    out.raw(new Uint8Array(9000).fill(3), 10, 8990);
    expect([...out.copy()]).toEqual([
      ...Array.from({ length: 5000 }, (_, value) => value & 0xff),
      ...new Array<number>(8980).fill(3),
    ]);
    out.reset();
    out.stringField(0x0a, "ü");
    expect([...out.copy()]).toEqual([0x0a, 2, 0xc3, 0xbc]);
  });
});

describe("varint reader", () => {
  const reader = new VarintReader();

  it("reads 64 bits in halves, overlong encodings up to ten bytes included", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.integer({ min: 1, max: 10 }), (value, pad) => {
        const bytes = Uint8Array.from([0xff, ...varint(value, pad), 0xff]);
        const low = reader.read(bytes, 1, bytes.length);
        expect(reader.damage).toBe(0);
        expect((BigInt(reader.high) << 32n) | BigInt(low)).toBe(value);
        expect(reader.next).toBe(bytes.length - 1);
      }),
    );
  });

  it("refuses what has no end, more than ten bytes, or more than 64 bits", () => {
    const refused = [[], [0x80], new Array<number>(9).fill(0xff), [...new Array<number>(10).fill(0x80), 0x00]];
    refused.push([...new Array<number>(9).fill(0xff), 0x02]);
    for (const bytes of refused) {
      reader.read(Uint8Array.from(bytes), 0, bytes.length);
      expect(reader.damage).not.toBe(0);
    }
  });

  it("refuses a length that runs past the end, even one of more than 32 bits", () => {
    for (const length of [4, 2 ** 32, 2 ** 32 + 1]) {
      const bytes = Uint8Array.from([...varint(length), 1, 2, 3]);
      reader.readLength(bytes, 0, bytes.length);
      expect(reader.damage).not.toBe(0);
    }
    const bytes = Uint8Array.from([3, 1, 2, 3]);
    expect([reader.readLength(bytes, 0, 4), reader.damage]).toEqual([3, 0]);
  });
});
