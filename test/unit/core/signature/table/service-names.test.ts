import { describe, expect, it } from "vitest";
import { OTHER_SERVICE, ServiceNames } from "../../../../../src/core/signature/table/service-names.ts";

describe("ServiceNames", () => {
  it("gives names beyond its bound the number of `other`, and counts their look-ups", () => {
    const names = new ServiceNames(3);
    const own = ["a", "b", "c"].map((name) => names.number(name));
    expect(new Set(own).size).toBe(3);
    for (let i = 0; i < 1000; i++) expect(names.number(`invented-${i}`)).toBe(OTHER_SERVICE);
    expect(names.overflowTotal).toBe(1000);
    expect(names.number("b")).toBe(own[1]);
    expect(names.find("invented-1")).toBe(OTHER_SERVICE);
    expect(names.name(OTHER_SERVICE)).toBe("other");
  });
});
