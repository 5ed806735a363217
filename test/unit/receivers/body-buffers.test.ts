import { describe, expect, it } from "vitest";
import { BodyBuffers, LARGEST_BYTES, RETAINED } from "../../../src/receivers/body-buffers.ts";

describe("BodyBuffers", () => {
  it("hands a buffer out again when it was given back, and never twice at once", () => {
    const buffers = new BodyBuffers();
    const first = buffers.take(100_000);
    expect(first.length).toBeGreaterThanOrEqual(100_000);
    expect(buffers.take(100_000)).not.toBe(first);

    buffers.give(first);
    expect(buffers.take(99_000)).toBe(first);
    expect(buffers.take(99_000)).not.toBe(first);
  });

  it("does not tie a large buffer to a small body, or a small buffer to a large one", () => {
    const buffers = new BodyBuffers();
    const large = buffers.take(400_000);
    buffers.give(large);

    expect(buffers.take(100_000)).not.toBe(large);
    expect(buffers.take(500_000)).not.toBe(large);
    expect(buffers.take(300_000)).toBe(large);
  });

  it("keeps so many at most, the latest ones", () => {
    const buffers = new BodyBuffers();
    const given = Array.from({ length: RETAINED + 3 }, () => buffers.take(20_000));
    for (const buffer of given) buffers.give(buffer);
    const again = new Set(given.map(() => buffers.take(20_000)));

    expect(given.filter((buffer) => again.has(buffer))).toEqual(given.slice(3));
  });

  it("frees what waits when told to", () => {
    const buffers = new BodyBuffers();
    const waiting = buffers.take(20_000);
    buffers.give(waiting);
    buffers.clear();

    expect(waiting.length).toBe(0);
    expect(buffers.take(20_000).length).toBeGreaterThanOrEqual(20_000);
  });

  it("does not keep what is larger than its bound", () => {
    const buffers = new BodyBuffers();
    const huge = buffers.take(LARGEST_BYTES + 1);
    buffers.give(huge);

    expect(huge.length).toBe(0);
    expect(buffers.take(LARGEST_BYTES + 1).length).toBeGreaterThan(LARGEST_BYTES);
  });
});
