import { describe, expect, it } from "vitest";
import { PatternTable } from "../../../../../src/core/signature/table/pattern-table.ts";
import { TemplateHash } from "../../../../../src/core/signature/table/template-hash.ts";

/** Sends every template to one place: what an attacker who knew the key could do. */
class ConstantHash extends TemplateHash {
  override compute(): void {
    this.first = 1;
    this.second = 2;
  }
}

function wordsOf(text: string): Int32Array {
  const bytes = new TextEncoder().encode(text);
  const words = new Int32Array(Math.ceil(bytes.length / 4));
  new Uint8Array(words.buffer).set(bytes);
  return words;
}

function put(table: PatternTable, text: string): number {
  const words = wordsOf(text);
  const found = table.find(8, words, 0, words.length);
  return found >= 0 ? found : table.insert(8, words, 0, words.length);
}

describe("pattern table", () => {
  it("never takes one template for another when all hashes collide", () => {
    const table = new PatternTable(
      { maxPatterns: 100, maxServices: 4 },
      new ConstantHash(new Uint8Array(16)),
      () => {},
    );
    const texts = Array.from({ length: 60 }, (_, i) => `template number ${i}`);
    const rows = texts.map((text) => put(table, text));

    expect(new Set(rows).size).toBe(60);
    expect(texts.map((text) => put(table, text))).toEqual(rows);
    expect(rows.map((row) => table.template(row))).toEqual(texts);
  });

  it("finds what is left after evictions, with colliding hashes too", () => {
    const evicted = new Set<string>();
    const table: PatternTable = new PatternTable(
      { maxPatterns: 32, maxServices: 4 },
      new ConstantHash(new Uint8Array(16)),
      (row) => evicted.add(table.template(row)),
    );
    for (let i = 0; i < 200; i++) {
      table.epoch++;
      put(table, `template number ${i}`);
    }

    expect(table.size).toBe(32);
    expect(evicted.size).toBe(200 - 31);
    for (let i = 0; i < 200; i++) {
      const words = wordsOf(`template number ${i}`);
      expect(table.find(8, words, 0, words.length) < 0).toBe(evicted.has(`template number ${i}`));
    }
  });

  it("keeps templates whole when the arena is moved together", () => {
    const table = new PatternTable(
      { maxPatterns: 600, maxServices: 4 },
      new TemplateHash(new Uint8Array(16)),
      () => {},
    );
    const long = "x".repeat(3000);
    for (let i = 0; i < 3000; i++) {
      table.epoch++;
      put(table, `${i} ${long}`);
    }
    table.epoch++;
    const row = put(table, `2999 ${long}`);

    expect(table.template(row)).toBe(`2999 ${long}`);
    expect(table.size).toBeLessThan(600);
  });

  it("reports the overflow pattern when the batch at hand holds every row", () => {
    const table = new PatternTable({ maxPatterns: 16, maxServices: 4 }, new TemplateHash(new Uint8Array(16)), () => {});
    const rows = Array.from({ length: 20 }, (_, i) => put(table, `template ${i}`));

    expect(rows.slice(15)).toEqual([0, 0, 0, 0, 0]);
    expect(table.overflowTotal).toBe(5);
    expect(table.template(0)).toBe("<overflow>");
  });

  it("forgets a merged shape when the pattern it went to was evicted", () => {
    const table = new PatternTable({ maxPatterns: 16, maxServices: 4 }, new TemplateHash(new Uint8Array(16)), () => {});
    const shape = put(table, "user bob");
    const pattern = put(table, "user *");
    table.merge(shape, pattern);
    expect(put(table, "user bob")).toBe(pattern);
    for (let i = 0; i < 100; i++) {
      table.epoch++;
      put(table, `template ${i}`);
    }
    table.epoch++;
    const again = put(table, "user bob");

    expect(table.template(again)).toBe("user bob");
    expect(table.isCanonical(again)).toBe(true);
  });
});
