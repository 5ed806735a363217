import { describe, expect, it } from "vitest";
import { MemoryPressure, readMemoryInUse } from "../../../src/runtime/memory-pressure.ts";

const MIB = 2 ** 20;
const nothing = (): void => undefined;

describe("MemoryPressure", () => {
  it("tells the share of the limit and its level at the last sample", async () => {
    const inUse = { bytes: 50 * MIB };
    const pressure = new MemoryPressure({ limitBytes: 100 * MIB }, () => inUse.bytes, nothing);

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

  it("collects garbage where it would refuse, and not again at once", () => {
    const memory = { live: 50, garbage: 40, collections: 0 };
    const collect = (): void => {
      memory.collections++;
      memory.garbage = 0;
    };
    const settings = { limitBytes: 100, collectEverySamples: 3 };
    const pressure = new MemoryPressure(settings, () => memory.live + memory.garbage, collect);

    pressure.sample();
    expect([pressure.value(), pressure.level(), memory.collections]).toEqual([0.5, "ok", 1]);

    memory.live = 90;
    pressure.sample();
    pressure.sample();
    expect([pressure.level(), memory.collections]).toEqual(["hard", 1]);
    pressure.sample();
    expect(memory.collections).toBe(2);
  });

  it("says whether more fits, after a collection when it would not otherwise", () => {
    const memory = { live: 50, garbage: 20, collections: 0 };
    const collect = (): void => {
      memory.collections++;
      memory.garbage = 0;
    };
    const pressure = new MemoryPressure({ limitBytes: 100 }, () => memory.live + memory.garbage, collect);

    expect([pressure.hasRoomFor(2, true), memory.collections]).toEqual([true, 0]);
    expect([pressure.hasRoomFor(14, false), memory.collections]).toEqual([true, 1]);
    expect([pressure.hasRoomFor(16, false), pressure.hasRoomFor(22, true)]).toEqual([false, true]);
    expect([pressure.hasRoomFor(23, true), memory.collections]).toEqual([false, 1]);
  });

  it("can be shut down before it started, and twice", async () => {
    const pressure = new MemoryPressure({ limitBytes: MIB }, readMemoryInUse, nothing);

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
