import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonText } from "../../../../../tools/standin/decode/json-text.ts";

describe("jsonText of a double", () => {
  it.each([
    [0, "0.0"],
    [-0, "-0.0"],
    [3, "3.0"],
    [-1.5, "-1.5"],
    [0.1, "0.1"],
    [1e-5, "0.00001"],
    [1e-6, "1e-6"],
    [1.5e-7, "1.5e-7"],
    [1e15, "1000000000000000.0"],
    [123456789012345.6, "123456789012345.6"],
    [1e16, "1e16"],
    [1.25e300, "1.25e300"],
    [Number.MIN_VALUE, "5e-324"],
    [Number.NaN, "null"],
    [Number.NEGATIVE_INFINITY, "null"],
  ])("%d is %s", (value, text) => {
    expect(jsonText({ kind: "double", value })).toBe(text);
  });

  it("reads back as the same number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(JSON.parse(jsonText({ kind: "double", value }))).toBe(value);
      }),
    );
  });
});

describe("jsonText of a map", () => {
  it("sorts keys by their bytes, escapes them and keeps the last of equals", () => {
    const pair = (key: string, value: bigint) => ({ key, value: { kind: "int", value } as const });

    expect(
      jsonText({
        kind: "kvlist",
        values: [pair("z", 1n), pair("\ud83e\udd80", 2n), pair("\uffff", 3n), pair("z", 4n)],
      }),
    ).toBe('{"z":4,"\uffff":3,"\ud83e\udd80":2}');
  });
});
