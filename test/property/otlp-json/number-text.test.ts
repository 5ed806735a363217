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

/** The integer of at most 64 bits that a text means; leading zeros are taken where no exponent follows. */
function exactInteger(text: string): bigint | undefined {
  const strict = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text);
  if (!strict && !/^-?\d+(?:\.0+)?$/.test(text)) return undefined;
  const [mantissa = "", exponent = "0"] = text.split(/[eE]/);
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = BigInt(whole + fraction);
  const shift = Number(exponent) - fraction.length;
  if (digits === 0n) return 0n;
  // No text here has so many digits: the value has more than 64 bits, or is no integer.
  if (Math.abs(shift) > 100) return undefined;
  const scale = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && digits % scale !== 0n) return undefined;
  const value = shift < 0 ? digits / scale : digits * scale;
  return value > -(2n ** 64n) && value < 2n ** 64n ? value : undefined;
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

  it("takes digits only, and what is an integer however it is written", () => {
    const characters = fc.constantFrom(..."0123456789/:;?-+ .eE\u00b9");
    const soup = fc.array(characters, { maxLength: 22 }).map((parts) => parts.join(""));
    const scientific = fc
      .tuple(fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }), fc.nat({ max: 20 }), fc.integer({ min: -21, max: 21 }))
      .map(([value, zeros, exponent]) => `${value}.${"0".repeat(zeros)}e${exponent}`);
    const fractions = fc
      .tuple(fc.bigInt({ min: 0n, max: 2n ** 64n }), fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.nat({ max: 30 }))
      .map(([whole, fraction, exponent]) => `${whole}.${fraction}E+${exponent}`);
    fc.assert(
      fc.property(fc.oneof(soup, scientific, fractions), (text) => {
        expect(integerOf(text)).toBe(exactInteger(text));
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
