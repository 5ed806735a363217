import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LazyOrder } from "../../../../src/core/math/lazy-order.ts";

const all = (order: LazyOrder): number[] => Array.from({ length: order.length }, (_, position) => order.at(position));

describe("an order that is made as it is read", () => {
  it("is that of a stable sort by descending keys, wherever reading begins", () => {
    const keys = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.double({ noNaN: true })), { maxLength: 2000 });
    fc.assert(
      fc.property(keys, fc.nat(2000), (values, first) => {
        const items = values.map((_, item) => item);
        const order = new LazyOrder(items, values);
        if (first < values.length) order.at(first);
        const sorted = items.toSorted((a, b) => (values[a] === values[b] ? a - b : values[a]! > values[b]! ? -1 : 1));
        expect(all(order)).toEqual(sorted);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ["rising", (i: number) => i],
    ["falling", (i: number) => -i],
    ["equal", () => 7],
    ["alternating", (i: number) => i % 2],
  ])("is as good for keys that are %s", (_, keyOf) => {
    const items = Array.from({ length: 50_000 }, (_, i) => i);
    const order = new LazyOrder(items, items.map(keyOf));
    expect(order.at(49_999)).toBe(all(order).at(-1));
    expect(new Set(all(order)).size).toBe(50_000);
  });

  it("has ties as it is told to", () => {
    expect(all(new LazyOrder([3, 1, 2], [5, 5, 9], (a, b) => b - a))).toEqual([2, 3, 1]);
  });
});
