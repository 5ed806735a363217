import { describe, expect, it } from "vitest";
import { LineTemplate } from "../../../../../tools/loadgen/world/line-template.ts";
import { SeededRandom } from "../../../../../tools/loadgen/world/seeded-random.ts";

describe("LineTemplate", () => {
  it("fills every hole with a fresh value and keeps the rest", () => {
    const template = new LineTemplate("order {order} took {ms} ms and {ms} ms");
    const random = new SeededRandom("lines");

    const lines = Array.from({ length: 50 }, () => template.render(random));

    for (const line of lines) expect(line).toMatch(/^order ord_[0-9a-f]{10} took \d+ ms and \d+ ms$/);
    expect(new Set(lines).size).toBe(50);
  });

  it("leaves braces of JSON alone", () => {
    const line = new LineTemplate('{"level":"info","id":"{uuid}"}').render(new SeededRandom("json"));

    expect(JSON.parse(line)).toEqual({
      level: "info",
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
    });
  });

  it("refuses a hole that is no kind of value", () => {
    expect(() => new LineTemplate("order {oder}")).toThrow("no value kind {oder}, wanted one of order,");
  });
});
