import { describe, expect, it } from "vitest";
import { ServiceTable } from "../../../../../src/core/sampling/shares/service-table.ts";

interface Sent {
  readonly peer: number;
  readonly service: string;
  readonly bytes: number;
}

/** Ticks of a second, each with the same input. */
function run(table: ServiceTable, seconds: number, sent: readonly Sent[]): void {
  for (let second = 0; second < seconds; second++) {
    for (const { peer, service, bytes } of sent) {
      table.selectSender(peer);
      const row = table.rowOf(service);
      table.tickBytes[row] = (table.tickBytes[row] ?? 0) + bytes;
    }
    table.tick(1);
  }
}

function tableOf(): ServiceTable {
  return new ServiceTable({ maxServices: 8, services: new Map() });
}

describe("peers", () => {
  it("are counted together as their services", () => {
    const table = tableOf();
    run(table, 60, [
      { peer: 1, service: "a", bytes: 300 },
      { peer: 4, service: "a", bytes: 100 },
      { peer: 4, service: "b", bytes: 50 },
    ]);
    expect(table.rate[0]).toBeCloseTo(400);
    expect(table.rate[1]).toBeCloseTo(50);
    expect(table.senders.present.map(({ track, whole }) => Math.round(track.rate[whole] ?? 0))).toEqual([300, 150]);
  });

  it("have the past that was everybody's while there was one", () => {
    const table = tableOf();
    run(table, 300, [{ peer: 2, service: "a", bytes: 300 }]);
    run(table, 1, [
      { peer: 2, service: "a", bytes: 300 },
      { peer: 3, service: "b", bytes: 10 },
    ]);
    const [first] = table.senders.present;
    expect(first?.track.baseline[first.whole]).toBeCloseTo(300);
  });

  it("share a name while several say it, and no longer", () => {
    const table = tableOf();
    const own = { peer: 1, service: "a", bytes: 300 };
    run(table, 5, [own, { peer: 2, service: "b", bytes: 10 }]);
    expect(table.senders.sharedCount).toBe(0);
    run(table, 5, [own, { peer: 2, service: "a", bytes: 10 }]);
    expect([...table.senders.shared.subarray(0, 2)]).toEqual([1, 0]);
    run(table, 600, [own]);
    expect(table.senders.sharedCount).toBe(0);
  });

  it("are forgotten when their number is given to another", () => {
    const table = tableOf();
    run(table, 60, [
      { peer: 1, service: "a", bytes: 300 },
      { peer: 2, service: "b", bytes: 300 },
    ]);
    table.senders.forget(1);
    const [first] = table.senders.present;
    expect(first?.track.rate[first.whole]).toBe(0);
    run(table, 1, [{ peer: 1, service: "b", bytes: 40 }]);
    expect(first?.track.baseline[first.whole]).toBeCloseTo(40);
  });

  it("are loud as a whole, whatever their services' names; nobody is made loud by another", () => {
    const table = tableOf();
    const usual = [
      { peer: 1, service: "a", bytes: 300 },
      { peer: 2, service: "b", bytes: 300 },
    ];
    run(table, 900, usual);
    run(table, 30, [
      { peer: 1, service: "a", bytes: 300 },
      { peer: 2, service: "a", bytes: 100 },
      { peer: 2, service: "c", bytes: 30_000 },
    ]);
    expect(table.overloadRatio[2]).toBeGreaterThan(10);
    expect(table.overloadRatio[0]).toBeLessThan(3);
  });
});
