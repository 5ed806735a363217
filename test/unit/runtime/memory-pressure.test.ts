import { describe, expect, it } from "vitest";
import { MemoryPressure, readMemoryInUse } from "../../../src/runtime/memory-pressure.ts";

const MIB = 2 ** 20;

describe("MemoryPressure", () => {
  it("tells the share of the limit and its level at the last sample", async () => {
    const inUse = { bytes: 50 * MIB };
    const pressure = new MemoryPressure({ limitBytes: 100 * MIB }, () => inUse.bytes);

    await pressure.start();
    expect([pressure.value(), pressure.level(), pressure.health()]).toEqual([0.5, "ok", { state: "ok" }]);

    inUse.bytes = 65 * MIB;
    expect(pressure.value()).toBe(0.5);
    pressure.sample();
    expect([pressure.value(), pressure.level()]).toEqual([0.65, "soft"]);

    inUse.bytes = 80 * MIB;
    pressure.sample();
    expect(pressure.level()).toBe("hard");
    expect(pressure.health()).toEqual({
      state: "degraded",
      message: "Memory in use is 80 % of the limit of 100 MiB",
    });
    await pressure.shutdown();
  });

  it("can be shut down before it started, and twice", async () => {
    const pressure = new MemoryPressure({ limitBytes: MIB });

    await pressure.shutdown();
    await pressure.shutdown();

    expect(pressure.value()).toBe(0);
  });
});

describe("readMemoryInUse", () => {
  it("sees buffers that were filled, and not the pages of the executable", () => {
    const [before, residentBefore] = [readMemoryInUse(), process.memoryUsage.rss()];
    const buffer = Buffer.alloc(64 * MIB, 1);
    const during = readMemoryInUse();

    expect(buffer.at(-1)).toBe(1);
    expect(during - before).toBeGreaterThan(48 * MIB);
    if (process.platform === "linux") expect(before).toBeLessThan(residentBefore - 16 * MIB);
  });
});
