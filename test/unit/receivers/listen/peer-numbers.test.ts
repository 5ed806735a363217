import { describe, expect, it } from "vitest";
import { PeerNumbers } from "../../../../src/receivers/listen/peer-numbers.ts";

const HOUR = 3_600_000;

class Rig {
  nowMs = 0;
  readonly reused: number[] = [];
  readonly numbers: PeerNumbers;

  constructor(maxPeers: number) {
    this.numbers = new PeerNumbers(maxPeers, {
      now: () => ({ monoMs: this.nowMs }),
      onReuse: (number) => this.reused.push(number),
    });
  }

  of(...keys: string[]): number[] {
    return keys.map((key) => this.numbers.numberOf(key));
  }
}

describe("numbers of peers", () => {
  it("are given in order of coming, and kept", () => {
    expect(new Rig(8).of("a", "b", "a", "c", "b")).toEqual([0, 1, 0, 2, 1]);
  });

  it("are bounded: who comes later shares the last one", () => {
    const rig = new Rig(3);
    expect(rig.of("a", "b", "c", "d", "a")).toEqual([0, 1, 2, 2, 0]);
    expect(new Rig(1).of("a", "b")).toEqual([0, 0]);
  });

  it("of somebody who was not heard of for an hour are given to another, and said to be", () => {
    const rig = new Rig(3);
    rig.of("a", "b");
    rig.nowMs = HOUR - 1;
    expect(rig.of("b", "c")).toEqual([1, 2]);
    rig.nowMs = HOUR;
    expect(rig.reused).toEqual([]);
    expect(rig.of("c", "b", "a")).toEqual([0, 1, 2]);
    expect(rig.reused).toEqual([0]);
  });
});
