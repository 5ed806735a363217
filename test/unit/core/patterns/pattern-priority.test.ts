import { describe, expect, it } from "vitest";
import { LineValue, worthOf } from "../../../../src/core/patterns/pattern-priority.ts";
import { SEVERITY_CLASSES } from "../../../../src/model/severity.ts";

const classOf = (name: string): number => (SEVERITY_CLASSES as readonly string[]).indexOf(name);

describe("the worth of a line", () => {
  it("goes by severity", () => {
    const worths = ["debug", "info", "warn", "error"].map((name) => worthOf(classOf(name), "served <num>"));
    expect(worths).toEqual([0.5, 1, 2, 4]);
    expect(worthOf(classOf("unspecified"), "served <num>")).toBe(1);
  });

  it("is raised by a text of trouble, to that of an ERROR at most", () => {
    expect(worthOf(classOf("info"), "request failed")).toBe(4);
    expect(worthOf(classOf("info"), "user not found")).toBe(2);
    expect(worthOf(classOf("debug"), "request failed")).toBe(2);
    expect(worthOf(classOf("warn"), "request failed")).toBe(4);
    expect(worthOf(classOf("error"), "request failed")).toBe(4);
    expect(worthOf(99, "request failed")).toBe(4);
  });
});

describe("the value of a pattern", () => {
  it("is thirty times its worth at first, half of that after ten minutes, and its worth when it is old", () => {
    const value = new LineValue();
    expect(value.of(1, 0, 1)).toBe(30);
    expect(value.of(1, 600_000, 1)).toBeCloseTo(15.5, 6);
    expect(value.of(2, Number.POSITIVE_INFINITY, 1)).toBe(2);
    expect(value.of(2, Number.POSITIVE_INFINITY, 3)).toBe(6);
  });
});
