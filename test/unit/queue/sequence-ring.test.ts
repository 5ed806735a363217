import { describe, expect, it } from "vitest";
import { SequenceRing } from "../../../src/queue/sequence-ring.ts";
import { v8Collector } from "../../../src/runtime/v8-collector.ts";

/** Eight bytes a slot: 8 MiB, far above what else a collection finds. */
const BACKLOG = 2 ** 20;
const collector = v8Collector();

function liveHeapBytes(): number {
  collector.full();
  return process.memoryUsage().heapUsed;
}

describe("SequenceRing", () => {
  it("numbers items in order of append, from the first number it was given", () => {
    const ring = new SequenceRing<string>(7);

    expect([ring.append("a"), ring.append("b")]).toEqual([7, 8]);
    expect([ring.get(6), ring.get(7), ring.get(8), ring.get(9)]).toEqual([undefined, "a", "b", undefined]);
  });

  it("moves its head over holes only when everything before them is gone", () => {
    const ring = new SequenceRing<string>(1);
    for (const item of ["a", "b", "c"]) ring.append(item);

    ring.remove(2);
    expect(ring.head).toBe(1);
    ring.remove(1);
    expect(ring.head).toBe(3);
    expect(ring.get(3)).toBe("c");
  });

  it("keeps every live item through growth, reuse of slots and the shrink after it ran empty", () => {
    const ring = new SequenceRing<number>(2 ** 31 - 40);
    for (let round = 0; round < 3; round++) {
      const sequences = Array.from({ length: 1000 }, (_, item) => ring.append(item));
      expect(sequences.map((sequence) => ring.get(sequence))).toEqual(sequences.map((_, item) => item));
      for (const sequence of sequences) ring.remove(sequence);
      expect(ring.head).toBe(ring.tail);
    }
  });

  it("gives its memory back when it runs empty after a long backlog", () => {
    const ring = new SequenceRing<number>(0);
    const before = liveHeapBytes();
    for (let item = 0; item < BACKLOG; item++) ring.append(item);
    expect(liveHeapBytes() - before).toBeGreaterThan(7 * BACKLOG);
    for (let sequence = 0; sequence < BACKLOG; sequence++) ring.remove(sequence);

    expect(liveHeapBytes() - before).toBeLessThan(BACKLOG);
    expect(ring.head).toBe(BACKLOG);
  });

  it("ignores the removal of what is not there", () => {
    const ring = new SequenceRing<string>(1);
    ring.append("a");
    ring.remove(0);
    ring.remove(5);
    ring.remove(1);
    ring.remove(1);

    expect([ring.head, ring.tail]).toEqual([2, 2]);
  });
});
