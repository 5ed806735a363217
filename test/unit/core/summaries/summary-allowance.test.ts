import { describe, expect, it } from "vitest";
import { bytesOf, ROW_BYTES, rowBytes, SummaryAllowance } from "../../../../src/core/summaries/summary-allowance.ts";

const MINUTE = 60_000;

function allowanceOf(rows: number): SummaryAllowance {
  const allowance = new SummaryAllowance(0.05);
  allowance.add(rows * ROW_BYTES);
  return allowance;
}

describe("SummaryAllowance", () => {
  it("accrues its share of the bytes granted since the last call", () => {
    const allowance = new SummaryAllowance(0.05);
    expect([allowance.accrue(1000), allowance.accrue(3000), allowance.accrue(3000)]).toEqual([50, 100, 0]);
  });

  it("accrues nothing when the count of granted bytes falls", () => {
    const allowance = new SummaryAllowance(0.05);
    allowance.accrue(1000);
    expect([allowance.accrue(400), allowance.accrue(600)]).toEqual([0, 10]);
  });

  it("pays any number of rows where there is no budget", () => {
    const allowance = new SummaryAllowance(0.05);
    expect(allowance.accrue(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
    allowance.spend(1e12);
    expect([allowance.pays(1e9), allowance.affordableRows]).toEqual([true, Number.POSITIVE_INFINITY]);
  });

  it("pays as many rows as its bytes hold", () => {
    const allowance = allowanceOf(10);
    expect([allowance.pays(10), allowance.pays(11), allowance.affordableRows]).toEqual([true, false, 10]);
    allowance.spend(1);
    expect([allowance.pays(10), allowance.affordableRows]).toEqual([false, 9]);
  });

  it("affords one row even when it is empty, and makes no debt", () => {
    const allowance = allowanceOf(1);
    allowance.spend(100 * ROW_BYTES);
    expect(allowance.affordableRows).toBe(1);
    allowance.add(ROW_BYTES);
    expect(allowance.pays(1)).toBe(true);
  });

  it("widens buckets by one step each time a flush has waited for half of the next width", () => {
    const allowance = allowanceOf(0);
    expect(allowance.widen(2 * MINUTE)).toBeUndefined();
    expect(allowance.widen(2.5 * MINUTE)).toBe(5 * MINUTE);
    expect(allowance.widen(2.5 * MINUTE)).toBeUndefined();
    expect(allowance.widen(59 * MINUTE)).toBe(15 * MINUTE);
    expect(allowance.widen(59 * MINUTE)).toBe(60 * MINUTE);
    expect(allowance.widen(59 * MINUTE)).toBeUndefined();
  });

  it("narrows buckets by one step when twice the rows of the narrower ones fit, and never below a minute", () => {
    const allowance = allowanceOf(100);
    expect(allowance.narrow(1)).toBeUndefined();
    allowance.widen(59 * MINUTE);
    // Buckets of a minute bring five times as many rows.
    expect(allowance.narrow(11)).toBeUndefined();
    expect(allowance.narrow(10)).toBe(MINUTE);
    expect(allowance.narrow(1)).toBeUndefined();
  });

  it("estimates a row by a fixed size and the length of its template", () => {
    const rows = [{ template: undefined }, { template: "twelve chars" }];
    expect(rows.map(rowBytes)).toEqual([ROW_BYTES, ROW_BYTES + 12]);
    expect(bytesOf(rows)).toBe(2 * ROW_BYTES + 12);
  });
});
