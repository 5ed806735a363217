import { describe, expect, it } from "vitest";
import { editDistance, nearest } from "../../../src/config/suggest.ts";

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["abc", "abc", 0],
    ["abc", "", 3],
    ["recievers", "receivers", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ])("of %j and %j is %d", (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });
});

describe("nearest", () => {
  const keys = ["receivers", "sampling", "policy", "exporters", "max_patterns"];

  it.each([
    ["recievers", "receivers"],
    ["export", "exporters"],
    ["maxPatterns", "max_patterns"],
    ["max-patterns", "max_patterns"],
    ["Policy", "policy"],
  ])("finds for %s", (word, found) => {
    expect(nearest(word, keys)).toBe(found);
  });

  it.each(["", "zzz", "pipelines", "x".repeat(200)])("finds nothing for %j", (word) => {
    expect(nearest(word, keys)).toBeUndefined();
  });
});
