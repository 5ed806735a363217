import { describe, expect, it } from "vitest";
import { RowIds } from "../../../../../src/core/signature/table/row-ids.ts";
import { SeededRandom } from "../../../../../tools/loadgen/world/seeded-random.ts";
import { runSeedOr } from "../../../../kit/run-seed.ts";

const ROWS = 64;
const SEED = runSeedOr(3);

describe("RowIds", () => {
  it("finds the row of an id while rows come and go, and none once it is removed", () => {
    const random = new SeededRandom(SEED, "ids");
    const names = new Map<number, string>();
    const ids = new RowIds(ROWS, ROWS, (row) => names.get(row) ?? "");
    let next = 0;
    const gone: string[] = [];
    for (let step = 0; step < 4000; step++) {
      const row = random.below(ROWS);
      const name = names.get(row);
      if (name !== undefined) {
        ids.remove(row);
        names.delete(row);
        gone.push(name);
      } else {
        names.set(row, `1${String(next++).padStart(11, "0")}`);
        ids.add(row);
      }
      if (step % 50 !== 0) continue;
      for (const [used, id] of names) {
        expect(ids.id(used), `seed ${SEED}, step ${step}`).toBe(id);
        expect(ids.row(id)).toBe(used);
      }
      for (const id of gone.slice(-20)) expect(ids.row(id)).toBe(-1);
    }
  });

  it("finds the later of two rows with one id, and still does when the earlier one is removed", () => {
    const ids = new RowIds(16, 16, () => "1abcdefghijk");
    for (const row of [4, 5]) {
      ids.add(row);
      expect(ids.id(row)).toBe("1abcdefghijk");
    }
    expect(ids.row("1abcdefghijk")).toBe(5);
    ids.remove(4);
    expect(ids.row("1abcdefghijk")).toBe(5);
    ids.remove(5);
    expect(ids.row("1abcdefghijk")).toBe(-1);
  });

  it("finds no row for text of another length than an id", () => {
    const ids = new RowIds(16, 16, () => "1abcdefghijk");
    ids.add(4);
    expect(ids.row("1abc")).toBe(-1);
    expect(ids.row("")).toBe(-1);
  });
});
