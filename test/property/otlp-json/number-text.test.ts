/** Numbers as text against BigInt and Number. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Integer64, numberEnd, parseDouble } from "../../../src/core/otlp-json/number-text.ts";

const encoder = new TextEncoder();

function integerOf(text: string): bigint | undefined {
  const bytes = encoder.encode(text);
  const integer = new Integer64();
  if (!integer.parse(bytes, 0, bytes.length)) return undefined;
  const magnitude = (BigInt(integer.high) << 32n) | BigInt(integer.low);
  return integer.negative ? -magnitude : magnitude;
}

function doubleOf(text: string): number {
  const bytes = encoder.encode(text);
  return parseDouble(bytes, 0, bytes.length);
}

describe("Integer64", () => {
  it("reads every integer of up to 64 bits, and no longer one", () => {
    const limit = 2n ** 64n;
    const integers = fc.oneof(fc.bigInt({ min: -limit * 2n, max: limit * 2n }), fc.bigInt({ min: -1000n, max: 1000n }));
    fc.assert(
      fc.property(integers, (value) => {
        expect(integerOf(String(value))).toBe(value > -limit && value < limit ? value : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  it("turns negative numbers into two's complement", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const bytes = encoder.encode(String(value));
        const integer = new Integer64();
        integer.parse(bytes, 0, bytes.length);
        integer.toTwosComplement();

        expect((BigInt(integer.high) << 32n) | BigInt(integer.low)).toBe(BigInt.asUintN(64, value));
      }),
    );
  });

  it("takes digits only", () => {
    const characters = fc.constantFrom(..."0123456789/:;?-+ .eE\u00b9");
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 22 }), (parts) => {
        const text = parts.join("");
        const value = Number(text);
        const isInteger = /^-?\d+$/.test(text);
        const isIntegral = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) && Number.isInteger(value);

        if (!isInteger && !isIntegral && !/^-?\d+\.0+$/.test(text)) expect(integerOf(text)).toBeUndefined();
        else if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) expect(Number(integerOf(text))).toBe(value + 0);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("parseDouble", () => {
  it("rounds as Number does, however the number is written", () => {
    const texts = fc.tuple(
      fc.double({ noDefaultInfinity: true, noNaN: true }),
      fc.nat({ max: 20 }),
      fc.nat({ max: 3 }),
    );
    const modest = fc.tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat({ max: 18 }));
    fc.assert(
      fc.property(texts, modest, ([value, digits, style], [mantissa, decimals]) => {
        const text = [String(value), value.toExponential(digits), value.toPrecision(digits + 1), value.toFixed(digits)][
          style
        ]!;
        const sign = mantissa < 0n ? "-" : "";
        const padded = String(mantissa < 0n ? -mantissa : mantissa).padStart(decimals + 1, "0");
        const fraction = `${sign}${padded.slice(0, padded.length - decimals)}.${padded.slice(padded.length - decimals)}`;

        expect(doubleOf(text)).toBe(Number(text));
        if (decimals > 0) expect(doubleOf(fraction)).toBe(Number(fraction));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("numberEnd", () => {
  it("follows the grammar of JSON", () => {
    const characters = fc.constantFrom(..."00112-+.eE");
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 8 }), (parts) => {
        const text = parts.join("");
        const isNumber = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text);

        expect(numberEnd(encoder.encode(text), 0, text.length) === text.length).toBe(isNumber);
      }),
      { numRuns: 5000 },
    );
  });
});
