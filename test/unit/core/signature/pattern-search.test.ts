import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PatternSearch } from "../../../../src/core/signature/pattern-search.ts";
import type { SignatureStage } from "../../../../src/core/signature/signature-stage.ts";
import { newStage, signLine } from "../../../kit/signing.ts";

const LINES = [
  "order 17 accepted from 10.0.0.1",
  "Zahlung über 12 € abgelehnt",
  String.raw`a literal \<ip> and a <num> of the sender`,
  "user alice logged in after 3.5 ms",
  "GET /orders/17/items?page=2 answered 200",
  "\u001b[31mred\u001b[0m text",
];

function stageOf(lines: readonly string[]): SignatureStage {
  const stage = newStage({ maxPatterns: 64, maxBytes: 4096, maxServices: 4, hashKey: new Uint8Array(16).fill(1) });
  for (const line of lines) signLine(stage, line, "shop");
  return stage;
}

describe("a search among patterns", () => {
  it("passes by no pattern that shows the text, whatever part of template or id is searched", () => {
    const stage = stageOf(LINES);
    const rows = [...stage.patterns.rows()];
    expect(rows.length).toBeGreaterThanOrEqual(LINES.length);
    for (const row of rows) {
      for (const shown of [stage.patterns.template(row), stage.patterns.id(row)]) {
        fc.assert(
          fc.property(fc.nat(shown.length - 1), fc.integer({ min: 1, max: 12 }), (from, length) => {
            const search = new PatternSearch(stage.patterns, shown.slice(from, from + length));
            expect(search.shows(row)).toBe(true);
            expect(search.mayShow(row)).toBe(true);
          }),
          { numRuns: 100 },
        );
      }
    }
  });

  it("tells most patterns apart without building their text", () => {
    const stage = stageOf(LINES);
    const search = new PatternSearch(stage.patterns, "accepted");
    const found = [...stage.patterns.rows()].filter((row) => search.mayShow(row));
    expect(found.map((row) => stage.patterns.template(row))).toEqual(["order <num> accepted from <ip>"]);
  });

  it("does not take a word that is hidden from people for one that is shown", () => {
    const stage = stageOf(["session of 4711 opened by Kowalczyk"]);
    const search = new PatternSearch(stage.patterns, "Kowalczyk");
    for (const row of stage.patterns.rows())
      expect(search.shows(row)).toBe(stage.patterns.template(row).includes("Kowalczyk"));
  });
});
