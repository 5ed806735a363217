import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ByteWriter } from "../../../../../src/core/otlp/wire/byte-writer.ts";
import { decodeUtf8, encodeUtf8, findNonAscii, isUtf8, utf8Length } from "../../../../../src/core/otlp/wire/utf8.ts";
import { writeRepaired } from "../../../../../src/core/otlp/wire/utf8-repair.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });

/** Bytes at the edges of every rule: leads, continuations, surrogates, overlong forms, beyond U+10FFFF. */
const edgeByte = fc.constantFrom(
  0x00,
  0x41,
  0x7f,
  0x80,
  0x8f,
  0x90,
  0x9f,
  0xa0,
  0xbf,
  0xc0,
  0xc1,
  0xc2,
  0xdf,
  0xe0,
  0xe1,
  0xec,
  0xed,
  0xee,
  0xef,
  0xf0,
  0xf1,
  0xf3,
  0xf4,
  0xf5,
  0xff,
);
const bytes = fc.array(edgeByte, { maxLength: 24 }).map((list) => Uint8Array.from(list));

function repaired(input: Uint8Array): Uint8Array {
  const out = new ByteWriter(1);
  writeRepaired(input, 0, input.length, out);
  return out.copy();
}

function isStrictlyValid(input: Uint8Array): boolean {
  try {
    strict.decode(input);
    return true;
  } catch {
    return false;
  }
}

describe("UTF-8", () => {
  it("is valid where a strict TextDecoder says so", () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(isUtf8(input, 0, input.length)).toBe(isStrictlyValid(input));
      }),
      { numRuns: 5000 },
    );
  });

  it("is repaired and decoded as TextDecoder replaces", () => {
    fc.assert(
      fc.property(bytes, (input) => {
        expect(decoder.decode(repaired(input))).toBe(decoder.decode(input));
        expect(isStrictlyValid(repaired(input))).toBe(true);
        expect(decodeUtf8(input, 0, input.length)).toBe(decoder.decode(input));
      }),
      { numRuns: 5000 },
    );
  });

  it("is repaired one U+FFFD per maximal subpart, as the Unicode Standard's examples show", () => {
    const cases: readonly (readonly [number[], string])[] = [
      [[0x61, 0xf1, 0x80, 0x80, 0xe1, 0x80, 0xc2, 0x62, 0x80, 0x63, 0x80, 0xbf, 0x64], "a���b�c��d"],
      [[0xc0, 0xaf, 0xe0, 0x80, 0xbf, 0xf0, 0x81, 0x82, 0x41], "��������A"],
      [[0xed, 0xa0, 0x80], "���"],
      [[0xf4, 0x91, 0x92, 0x93, 0xff, 0x41, 0x80, 0xbf, 0x42], "�����A��B"],
    ];
    for (const [input, text] of cases) expect(decoder.decode(repaired(Uint8Array.from(input)))).toBe(text);
  });

  it("is encoded as TextEncoder does, lone surrogates included", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((u) => String.fromCharCode(u)) }),
        (text) => {
          const expected = new TextEncoder().encode(text);
          expect(encodeUtf8(text)).toEqual(expected);
          expect(utf8Length(text)).toBe(expected.length);
        },
      ),
    );
  });

  it("is decoded whole beyond one chunk, without cutting a surrogate pair", () => {
    const text = `x${"😀".repeat(5000)}`;
    const input = new TextEncoder().encode(text);
    expect(decodeUtf8(input, 0, input.length)).toBe(text);
  });

  it("finds the first byte that is not ASCII at any offset", () => {
    for (let size = 0; size < 40; size++) {
      for (let at = 0; at <= size; at++) {
        const input = new Uint8Array(size + 4).fill(0x41);
        if (at < size) input[at + 2] = 0x80;
        input[size + 2] = 0xff;
        expect(findNonAscii(input, 2, size + 2)).toBe(at + 2);
      }
    }
  });

  it("looks at nothing outside the range", () => {
    const input = Uint8Array.from([0xe2, 0x82, 0xac]);
    expect(isUtf8(input, 0, 2)).toBe(false);
    expect(decodeUtf8(input, 0, 2)).toBe("�");
    expect(isUtf8(input, 1, 1)).toBe(true);
  });
});
