import { describe, expect, it } from "vitest";
import { importanceOf, PatternPriority } from "../../../../src/core/patterns/pattern-priority.ts";
import { SEVERITY_CLASSES } from "../../../../src/model/severity.ts";

const classOf = (name: string): number => (SEVERITY_CLASSES as readonly string[]).indexOf(name);

describe("the worth of a line", () => {
  it("goes by severity", () => {
    const worths = ["debug", "info", "warn", "error"].map((name) => importanceOf(classOf(name), "served <num>"));
    expect(worths).toEqual([0.5, 1, 2, 4]);
    expect(importanceOf(classOf("unspecified"), "served <num>")).toBe(1);
  });

  it("is raised by a text of trouble, to that of an ERROR at most", () => {
    expect(importanceOf(classOf("info"), "request failed")).toBe(4);
    expect(importanceOf(classOf("info"), "user not found")).toBe(2);
    expect(importanceOf(classOf("debug"), "request failed")).toBe(2);
    expect(importanceOf(classOf("warn"), "request failed")).toBe(4);
    expect(importanceOf(classOf("error"), "request failed")).toBe(4);
    expect(importanceOf(99, "request failed")).toBe(4);
  });
});

describe("the value of a pattern", () => {
  it("is thirty times its worth at first, half of that after ten minutes, and its worth when it is old", () => {
    const value = new PatternPriority();
    expect(value.of(1, 0, 1)).toBe(30);
    expect(value.of(1, 600_000, 1)).toBeCloseTo(15.5, 6);
    expect(value.of(2, Number.POSITIVE_INFINITY, 1)).toBe(2);
    expect(value.of(2, Number.POSITIVE_INFINITY, 3)).toBe(6);
  });
});
