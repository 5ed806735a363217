import { describe, expect, it } from "vitest";
import { BlockStore } from "../../../../src/core/context/block-store.ts";

const MIB = 2 ** 20;
const bytes = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);

describe("BlockStore", () => {
  it("reads stored bytes back unchanged across blocks and chunks after other blocks are released", () => {
    const store = new BlockStore(4 * MIB);
    const first = bytes(900_000, 1);
    const second = bytes(700_000, 2);
    const a = store.store(first);
    const b = store.store(second);
    if (a === undefined || b === undefined) throw new Error("no room");
    store.release(a);
    const third = bytes(1_500_000, 3);
    const c = store.store(third);
    if (c === undefined) throw new Error("no room");
    expect(Buffer.compare(store.read(b, second.length), second)).toBe(0);
    expect(Buffer.compare(store.read(c, third.length), third)).toBe(0);
  });

  it("allocates memory on demand and never more than its bound", () => {
    const store = new BlockStore(3 * MIB);
    expect(store.allocatedBytes).toBe(0);
    store.store(bytes(10_000, 1));
    expect(store.allocatedBytes).toBe(MIB);
    while (store.store(bytes(200_000, 2)) !== undefined);
    expect(store.allocatedBytes).toBeLessThanOrEqual(3 * MIB);
    expect(store.allocatedBytes).toBeGreaterThan(2.9 * MIB);
  });

  it("stores as many bytes again after blocks are released", () => {
    const store = new BlockStore(MIB);
    for (let turn = 0; turn < 5; turn++) {
      const blocks = store.store(bytes(900_000, turn));
      if (blocks === undefined) throw new Error(`no room at turn ${turn}`);
      store.release(blocks);
    }
    expect(store.allocatedBytes).toBeLessThanOrEqual(MIB);
  });
});
