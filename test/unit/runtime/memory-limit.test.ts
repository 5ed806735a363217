import { describe, expect, it } from "vitest";
import { readMemoryFacts, resolveMemoryLimit } from "../../../src/runtime/memory-limit.ts";

const MIB = 2 ** 20;

describe("resolveMemoryLimit", () => {
  it("takes the control group's limit when nothing was set", () => {
    const limit = resolveMemoryLimit("auto", { cgroupBytes: 128 * MIB, machineBytes: 8192 * MIB });

    expect(limit).toEqual({ bytes: 128 * MIB, source: "cgroup" });
  });

  it("takes the machine's memory when nothing limits", () => {
    const limit = resolveMemoryLimit("auto", { cgroupBytes: undefined, machineBytes: 8192 * MIB });

    expect(limit).toEqual({ bytes: 8192 * MIB, source: "machine" });
  });

  it("takes the setting where it is lower", () => {
    const limit = resolveMemoryLimit(64 * MIB, { cgroupBytes: 128 * MIB, machineBytes: 8192 * MIB });

    expect(limit).toEqual({ bytes: 64 * MIB, source: "setting" });
  });

  it("does not believe a setting above what the kernel allows", () => {
    const limit = resolveMemoryLimit(512 * MIB, { cgroupBytes: 128 * MIB, machineBytes: 8192 * MIB });

    expect(limit).toEqual({ bytes: 128 * MIB, source: "cgroup" });
  });

  it("finds a plausible limit on the machine that runs this test", () => {
    const { bytes } = resolveMemoryLimit("auto", readMemoryFacts());

    expect(bytes).toBeGreaterThan(32 * MIB);
    expect(bytes).toBeLessThan(2 ** 50);
  });
});
