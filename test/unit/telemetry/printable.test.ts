import { describe, expect, it } from "vitest";
import { escapeUnprintable, replaceUnprintable } from "../../../src/telemetry/printable.ts";

const UNPRINTABLE = ["\u0000", "\u001b", "\n", "\u007f", "\u009b", "\u2028", "\u202e", "\u2066", "\ufeff", "\ud800"];

describe("replaceUnprintable", () => {
  it.each(UNPRINTABLE)("replaces %j", (character) => {
    expect(replaceUnprintable(`a${character}b`)).toBe("a_b");
  });

  it("leaves letters of any script, symbols and whole surrogate pairs", () => {
    expect(replaceUnprintable("déjà-vu 日本 🎉 {}")).toBe("déjà-vu 日本 🎉 {}");
  });
});

describe("escapeUnprintable", () => {
  it.each(UNPRINTABLE)("keeps the meaning of JSON that holds %j", (character) => {
    const escaped = escapeUnprintable(JSON.stringify({ text: `a${character}b` }));

    expect(escaped).toMatch(/^[\u0020-\u007e]+$/);
    expect(JSON.parse(escaped)).toEqual({ text: `a${character}b` });
  });
});
