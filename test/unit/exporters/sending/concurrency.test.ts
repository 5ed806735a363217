import { describe, expect, it } from "vitest";
import { Concurrency } from "../../../../src/exporters/sending/concurrency.ts";

describe("Concurrency", () => {
  it("adds one for each full round of successes, up to the bound", () => {
    const concurrency = new Concurrency(3);
    const limits = Array.from({ length: 8 }, () => {
      concurrency.succeeded(concurrency.limit);
      return concurrency.limit;
    });

    expect(limits).toEqual([2, 2, 3, 3, 3, 3, 3, 3]);
  });

  it("learns nothing from successes below the limit", () => {
    const concurrency = new Concurrency(4);
    concurrency.succeeded(1);
    for (let round = 0; round < 10; round++) concurrency.succeeded(1);

    expect(concurrency.limit).toBe(2);
  });

  it("halves on failure, down to one", () => {
    const concurrency = new Concurrency(4);
    for (let round = 0; round < 20; round++) concurrency.succeeded(4);
    const limits = [1, 2, 3].map(() => {
      concurrency.failed();
      return concurrency.limit;
    });

    expect(limits).toEqual([2, 1, 1]);
  });
});
