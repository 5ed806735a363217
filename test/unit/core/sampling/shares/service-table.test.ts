import { describe, expect, it } from "vitest";
import type { ServiceSettings } from "../../../../../src/core/sampling/settings.ts";
import { ServiceTable } from "../../../../../src/core/sampling/shares/service-table.ts";

const OBSERVED: ServiceSettings = { mode: "observe", keepRatio: undefined, bytesPerSecond: undefined };

function table(maxServices: number, configured: readonly string[] = []): ServiceTable {
  return new ServiceTable({ maxServices, services: new Map(configured.map((name) => [name, OBSERVED])) });
}

/** Seconds of a service that sends `perSecond` bytes on average, all of `batch` seconds together. */
function run(services: ServiceTable, name: string, seconds: number, perSecond: number, batch = 1): void {
  for (let second = 0; second < seconds; second++) {
    const row = services.rowOf(name);
    if (second % batch === 0) services.tickBytes[row] = perSecond * batch;
    services.tick(1);
  }
}

describe("rows", () => {
  it("are one a service, and the same for ever", () => {
    const services = table(10);
    const rows = ["a", "b", "a", "c", "b"].map((name) => services.rowOf(name));
    expect(rows).toEqual([0, 1, 0, 2, 1]);
    expect(services.names).toEqual(["a", "b", "c"]);
    expect(services.find("d")).toBeUndefined();
  });

  it("beyond the bound are one row named other, where such a service is found again", () => {
    const services = table(2);
    const rows = ["a", "b", "c", "d", "a"].map((name) => services.rowOf(name));
    expect(rows).toEqual([0, 1, 2, 2, 0]);
    expect(services.names).toEqual(["a", "b", "other"]);
    expect(services.rowFor("e")).toBe(2);
    expect(services.find("e")).toBeUndefined();
  });

  it("never exceed the arrays, even when a service is itself called other", () => {
    for (const first of ["other", "x"]) {
      const services = table(3);
      services.rowOf(first);
      for (let i = 0; i < 50; i++) services.rowOf(`s${i}`);
      expect(services.rowOf("other")).toBe(services.find("other"));
      expect(services.count).toBeLessThanOrEqual(services.capacity);
      expect(services.count).toBe(4);
    }
  });

  it("are kept free for the services that the configuration names: their settings hold however late they come", () => {
    const services = table(3, ["late", "later"]);
    for (let i = 0; i < 20; i++) services.rowOf(`s${i}`);
    expect(services.names).toEqual(["s0", "other"]);
    expect(services.settings[services.rowOf("late")]).toBe(OBSERVED);
    expect(services.settings[services.rowOf("later")]).toBe(OBSERVED);
    expect(services.rowOf("s7")).toBe(services.find("other"));
    expect(services.count).toBe(services.capacity);
  });

  it("are enough for more configured services than the bound", () => {
    const services = table(1, ["a", "b", "c"]);
    const rows = ["x", "a", "b", "c", "y"].map((name) => services.rowOf(name));
    expect(new Set(rows).size).toBe(4);
    expect(rows[0]).toBe(rows[4]);
  });
});

describe("a service's baseline", () => {
  it("is the mean of its first minutes, however it batches", () => {
    for (const batch of [1, 5, 30]) {
      const services = table(4);
      run(services, "a", 300, 1000, batch);
      expect(services.baseline[0]).toBeGreaterThan(900);
      expect(services.baseline[0]).toBeLessThan(1150);
    }
  });

  it("is not what a tiny first second brought", () => {
    const services = table(4);
    run(services, "a", 1, 3);
    run(services, "a", 120, 9000);
    expect(services.baseline[0]).toBeGreaterThan(8000);
  });

  it("is moved by a burst at most three times itself an hour's half-life long, and by silence not at all", () => {
    const services = table(4);
    run(services, "a", 900, 1000);
    run(services, "a", 300, 1_000_000);
    expect(services.baseline[0]).toBeLessThan(1250);
    const before = services.baseline[0] ?? 0;
    run(services, "b", 3600, 100);
    expect(services.baseline[0]).toBeGreaterThan(0.95 * before);
  });

  it("stays when a tick takes no time", () => {
    const services = table(4);
    run(services, "a", 100, 1000);
    services.tickBytes[0] = 500;
    services.tick(0);
    expect(services.tickBytes[0]).toBe(500);
    expect(services.baseline[0]).toBe(1000);
  });
});
