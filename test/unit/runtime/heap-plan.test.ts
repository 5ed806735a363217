import { describe, expect, it } from "vitest";
import type { HeapFacts } from "../../../src/runtime/heap-plan.ts";
import { planHeap } from "../../../src/runtime/heap-plan.ts";

const MIB = 2 ** 20;

function facts(overrides: Partial<HeapFacts>): HeapFacts {
  return {
    memoryLimitBytes: 128 * MIB,
    heapLimitBytes: 259 * MIB,
    nodeFlags: "",
    wasReplaced: false,
    canReplace: true,
    ...overrides,
  };
}

describe("planHeap", () => {
  it("gives the heap half of a small limit, with a small young generation", () => {
    expect(planHeap(facts({}))).toEqual({
      action: "replace",
      flags: ["--max-old-space-size=64", "--max-semi-space-size=2"],
    });
  });

  it.each([
    [256, 4],
    [512, 8],
    [2048, 16],
  ])("with %i MiB lets semi-spaces grow to %i MiB", (limitMib, semiSpaceMib) => {
    const plan = planHeap(facts({ memoryLimitBytes: limitMib * MIB, heapLimitBytes: 4144 * MIB }));

    expect(plan).toMatchObject({
      flags: [`--max-old-space-size=${limitMib / 2}`, `--max-semi-space-size=${semiSpaceMib}`],
    });
  });

  it("keeps a heap that fits: half of a machine's memory, or Node's choice for 1 GiB", () => {
    expect(planHeap(facts({ memoryLimitBytes: 24_000 * MIB, heapLimitBytes: 4144 * MIB })).action).toBe("keep");
    expect(planHeap(facts({ memoryLimitBytes: 1024 * MIB, heapLimitBytes: 524 * MIB })).action).toBe("keep");
  });

  it.each([
    "--max-old-space-size=200",
    "--max_old_space_size=200",
    "--max-old-space-size-percentage=60",
    "--max-heap-size=90",
  ])("keeps what the operator chose with %s", (nodeFlags) => {
    expect(planHeap(facts({ nodeFlags })).action).toBe("keep");
  });

  it("lets a heap double between collections where there is room, unless the operator said otherwise", () => {
    const roomy = { memoryLimitBytes: 1024 * MIB, heapLimitBytes: 524 * MIB };
    const growing = { action: "keep", adjustable: ["--heap-growing-percent=100"] };

    expect(planHeap(facts(roomy))).toEqual(growing);
    expect(planHeap(facts({ memoryLimitBytes: 512 * MIB, wasReplaced: true }))).toEqual(growing);
    expect(planHeap(facts({ memoryLimitBytes: 511 * MIB, wasReplaced: true }))).toMatchObject({ adjustable: [] });
    expect(planHeap(facts({ ...roomy, nodeFlags: "--heap_growing_percent=50" }))).toMatchObject({ adjustable: [] });
  });

  it("never replaces twice", () => {
    expect(planHeap(facts({ wasReplaced: true })).action).toBe("keep");
  });

  it("adjusts what can be adjusted where the process cannot be replaced, and names the flags to start with", () => {
    expect(planHeap(facts({ canReplace: false }))).toEqual({
      action: "adjust",
      adjustable: ["--heap-growing-percent=20"],
      flags: ["--max-old-space-size=64", "--max-semi-space-size=2"],
    });
  });

  it("leaves a heap to start in, however small the limit", () => {
    expect(planHeap(facts({ memoryLimitBytes: 16 * MIB }))).toMatchObject({
      flags: ["--max-old-space-size=32", "--max-semi-space-size=2"],
    });
  });
});
