import { describe, expect, it } from "vitest";
import { YoungCollection } from "../../../src/runtime/young-collection.ts";

describe("YoungCollection", () => {
  it("collects once for every so many bytes left behind", () => {
    let collections = 0;
    const young = new YoungCollection(1000, () => collections++);

    for (let request = 0; request < 9; request++) young.leave(100);
    expect(collections).toBe(0);
    young.leave(100);
    expect(collections).toBe(1);
    young.leave(5000);
    expect(collections).toBe(2);
  });

  it("frees memory outside the heap with V8's own collector", () => {
    const young = new YoungCollection(1);
    young.leave(1);
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 50; i++) new Uint8Array(100_000).fill(i);
    const after = process.memoryUsage().arrayBuffers;
    young.leave(1);

    expect(after - before).toBeGreaterThan(2_500_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });
});
