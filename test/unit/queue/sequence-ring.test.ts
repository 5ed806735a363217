import { describe, expect, it } from "vitest";
import { SequenceRing } from "../../../src/queue/sequence-ring.ts";

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
    const ring = new SequenceRing<number>(1);
    const before = ring.capacity;
    const sequences = Array.from({ length: 10_000 }, (_, item) => ring.append(item));
    expect(ring.capacity).toBeGreaterThanOrEqual(10_000);
    for (const sequence of sequences) ring.remove(sequence);

    expect(ring.capacity).toBe(before);
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
