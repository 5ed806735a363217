import { describe, expect, it } from "vitest";
import { PatternColumns } from "../../../../../src/core/signature/table/pattern-columns.ts";
import type { PatternListener } from "../../../../../src/core/signature/table/pattern-table.ts";
import { OVERFLOW_ROW, PatternTable } from "../../../../../src/core/signature/table/pattern-table.ts";
import { TemplateHash } from "../../../../../src/core/signature/table/template-hash.ts";

const SERVICES = 4;
const SCOPE = 8;

/** Puts every template into one bucket, as a sender who knew the key could. */
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

/** A table whose templates are plain text in one scope. */
class TextTable {
  readonly columns: PatternColumns;
  readonly table: PatternTable;

  constructor(maxPatterns: number, listener: PatternListener = {}, hash = new TemplateHash(new Uint8Array(16))) {
    this.columns = new PatternColumns({ maxPatterns, maxServices: SERVICES }, hash);
    this.table = new PatternTable(this.columns, SERVICES, listener);
  }

  find(text: string): number {
    const words = wordsOf(text);
    return this.table.find(SCOPE, words, 0, words.length);
  }

  put(text: string): number {
    const found = this.find(text);
    const words = wordsOf(text);
    return found >= 0 ? found : this.table.insert(SCOPE, words, 0, words.length);
  }

  textOf(row: number): string {
    return this.columns.shapes.template(row);
  }
}

describe("PatternTable", () => {
  it("never takes one template for another when all hashes collide", () => {
    const rig = new TextTable(100, {}, new ConstantHash(new Uint8Array(16)));
    const texts = Array.from({ length: 60 }, (_, i) => `template number ${i}`);
    const rows = texts.map((text) => rig.put(text));

    expect(new Set(rows).size).toBe(60);
    expect(texts.map((text) => rig.put(text))).toEqual(rows);
    expect(rows.map((row) => rig.textOf(row))).toEqual(texts);
  });

  it("finds every shape that was not evicted, even when all hashes collide", () => {
    const evicted = new Set<string>();
    const rig: TextTable = new TextTable(
      32,
      { onEvict: (row) => evicted.add(rig.textOf(row)) },
      new ConstantHash(new Uint8Array(16)),
    );
    for (let i = 0; i < 200; i++) {
      rig.table.beginBatch();
      rig.put(`template number ${i}`);
    }

    expect(rig.table.size).toBe(32);
    expect(evicted.size).toBe(200 - 31);
    for (let i = 0; i < 200; i++) {
      expect(rig.find(`template number ${i}`) < 0).toBe(evicted.has(`template number ${i}`));
    }
  });

  it("evicts rows until a long template fits the arena, and keeps stored templates whole", () => {
    const rig = new TextTable(600);
    const long = "x".repeat(3000);
    for (let i = 0; i < 3000; i++) {
      rig.table.beginBatch();
      rig.put(`${i} ${long}`);
    }
    rig.table.beginBatch();

    expect(rig.textOf(rig.put(`2999 ${long}`))).toBe(`2999 ${long}`);
    expect(rig.table.size).toBeLessThan(600);
  });

  it("gives the overflow row to new shapes while the current batch uses every row", () => {
    const rig = new TextTable(16);
    const rows = Array.from({ length: 20 }, (_, i) => rig.put(`template ${i}`));

    expect(rows.slice(0, 15)).not.toContain(OVERFLOW_ROW);
    expect(rows.slice(15)).toEqual(new Array(5).fill(OVERFLOW_ROW));
    expect(rig.textOf(OVERFLOW_ROW)).toBe("<overflow>");
    rig.table.beginBatch();
    expect(rig.put("template 19")).not.toBe(OVERFLOW_ROW);
  });

  it("forgets a merged shape once its pattern is evicted", () => {
    const rig = new TextTable(16);
    const shape = rig.put("user bob");
    const pattern = rig.put("user *");
    rig.table.merge(shape, pattern);
    expect(rig.put("user bob")).toBe(pattern);
    for (let i = 0; i < 100; i++) {
      rig.table.beginBatch();
      rig.put(`template ${i}`);
    }
    rig.table.beginBatch();
    const again = rig.put("user bob");

    expect(rig.textOf(again)).toBe("user bob");
    expect(rig.columns.isPattern(again)).toBe(true);
  });

  it("keeps rows of returning shapes off probation", () => {
    const returning = new Set(["came back"]);
    const rig: TextTable = new TextTable(16, { isReturning: (row) => returning.has(rig.textOf(row)) });
    const row = rig.put("came back");
    for (let i = 0; i < 100; i++) {
      rig.table.beginBatch();
      rig.put(`template ${i}`);
    }

    expect(rig.find("came back")).toBe(row);
  });
});
