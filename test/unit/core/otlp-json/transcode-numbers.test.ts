import { describe, expect, it } from "vitest";
import { recordsOf, requestText, transcode } from "../../../kit/otlp/transcode-json.ts";

/** The value of `field` in a record, or "rejected". */
function read(field: string, json: string): unknown {
  const readBack = transcode(requestText(`{"${field}":${json}}`));
  return readBack.rejected === 1 ? "rejected" : recordsOf(readBack)[0]![field];
}

function readValue(kind: string, json: string): unknown {
  const value = read("body", `{"${kind}":${json}}`);
  return value === "rejected" ? value : (value as Record<string, unknown>)[kind];
}

describe("64-bit integers", () => {
  it.each(["0", "1", "9007199254740993", "1581452773000000789", "18446744073709551615"])(
    "keep all digits of the time %s, as text and as number",
    (digits) => {
      expect(read("timeUnixNano", `"${digits}"`)).toBe(digits);
      expect(read("timeUnixNano", digits)).toBe(digits);
    },
  );

  it.each(["0", "-1", "127", "128", "-9007199254740993", "9223372036854775807", "-9223372036854775808"])(
    "keep all digits of the int %s, as text and as number",
    (digits) => {
      expect(readValue("intValue", `"${digits}"`)).toBe(digits);
      expect(readValue("intValue", digits)).toBe(digits);
    },
  );

  it.each([
    ["1e3", "1000"],
    ["1.0", "1"],
    ["-2.50e1", "-25"],
    ['"1E2"', "100"],
    ["9007199254740993.0", "9007199254740993"],
    ["1.7e18", "1700000000000000000"],
    ["9007199254740993e0", "9007199254740993"],
    ["9.223372036854775807e18", "9223372036854775807"],
    ["-922337203685477580.8e1", "-9223372036854775808"],
    ["0e99999", "0"],
    ["-0", "0"],
    ['"007"', "7"],
    ['"\\u0031\\u0032"', "12"],
  ])("take %s, which is integral", (json, expected) => {
    expect(readValue("intValue", json)).toBe(expected);
  });

  it.each([
    "1.5",
    '"3.f14"',
    '""',
    '" 1"',
    '"1 "',
    '"+1"',
    '"0x10"',
    '"-"',
    "true",
    "{}",
    "[1]",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "1e30",
    "1e-400",
    "9007199254740992.5",
    "9223372036854775807.1",
    "9.223372036854775808e18",
    "1e99999",
    '"99999999999999999999999999"',
    `"${"0".repeat(2000)}.5"`,
  ])("are not %s", (json) => {
    expect(readValue("intValue", json)).toBe("rejected");
  });

  it("that must not be negative are not", () => {
    expect(read("timeUnixNano", '"-1"')).toBe("rejected");
    expect(read("timeUnixNano", "-0")).toBe("0");
    expect(read("timeUnixNano", "18446744073709551616")).toBe("rejected");
  });
});

describe("32-bit integers", () => {
  it("take numbers and text", () => {
    expect(read("flags", "4294967295")).toBe(4_294_967_295);
    expect(read("flags", '"257"')).toBe(257);
    expect(read("droppedAttributesCount", '"4294967295"')).toBe(4_294_967_295);
    expect(read("severityNumber", "2147483647")).toBe(2_147_483_647);
    expect(read("severityNumber", "-2147483648")).toBe(-2_147_483_648);
  });

  it.each(["-1", '"-1"', "4294967296", "1.5", "true", '"x"'])("without a sign are not %s", (json) => {
    expect(read("flags", json)).toBe("rejected");
    expect(read("droppedAttributesCount", json)).toBe("rejected");
  });

  it.each(["2147483648", "-2147483649", "1.5", '"INFO5"', '"info"', '""', "true", "{}"])(
    "of a severity are not %s",
    (json) => {
      expect(read("severityNumber", json)).toBe("rejected");
    },
  );
});

describe("doubles", () => {
  it.each([
    "0",
    "-0",
    "1",
    "0.1",
    "-1.5e-3",
    "123456789012345678",
    "5e-324",
    "1.7976931348623157e308",
    "0.30000000000000004",
    "123456.789",
    "9007199254740993",
    "2.2250738585072011e-308",
    "1e400",
    "-1e400",
    "1e-400",
    "-1e-324",
    "1e308",
    "-1e308",
    "1.0",
    "1e2",
    "-0.0",
    "-0e0",
  ])("are rounded as the language rounds %s, as number and as text", (text) => {
    expect(readValue("doubleValue", text)).toBe(Number(text));
    expect(readValue("doubleValue", `"${text}"`)).toBe(Number(text));
  });

  it("have names for what JSON has no number for", () => {
    expect(readValue("doubleValue", '"NaN"')).toBeNaN();
    expect(readValue("doubleValue", '"Infinity"')).toBe(Number.POSITIVE_INFINITY);
    expect(readValue("doubleValue", '"-Infinity"')).toBe(Number.NEGATIVE_INFINITY);
  });

  it.each(['"nan"', '""', '"1,5"', '"0x10"', '" 1"', "true", "[]", '"1e"', `"${"1".repeat(2000)}"`])(
    "are not %s",
    (json) => {
      expect(readValue("doubleValue", json)).toBe("rejected");
    },
  );
});
