import { describe, expect, it } from "vitest";
import { parseRetryAfter } from "../../../../src/exporters/sending/retry-after.ts";

const NOW = Date.UTC(1994, 10, 6, 8, 49, 37);

describe("parseRetryAfter", () => {
  it("reads seconds", () => {
    expect(parseRetryAfter("900", NOW)).toBe(900_000);
    expect(parseRetryAfter(" 0 ", NOW)).toBe(0);
  });

  it("reads the three forms of an HTTP date", () => {
    for (const date of [
      "Sun, 06 Nov 1994 08:50:07 GMT",
      "Sunday, 06-Nov-94 08:50:07 GMT",
      "Sun Nov  6 08:50:07 1994",
    ]) {
      const offsetMs = date.endsWith("GMT") ? 0 : new Date(NOW).getTimezoneOffset() * 60_000;
      expect(parseRetryAfter(date, NOW + offsetMs)).toBe(30_000);
    }
  });

  it("takes a date in the past for no wait", () => {
    expect(parseRetryAfter("Sun, 06 Nov 1994 08:00:00 GMT", NOW)).toBe(0);
  });

  it("knows no other form", () => {
    for (const text of [
      undefined,
      "",
      "soon",
      "-5",
      "1.5",
      "1e9",
      "0x10",
      "9999999999999",
      "2026-01-01T00:00:00Z",
      "Monday",
    ]) {
      expect(parseRetryAfter(text, NOW)).toBeUndefined();
    }
  });
});
