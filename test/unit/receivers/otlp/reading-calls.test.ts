import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ReadingCall } from "../../../../src/receivers/otlp/reading-calls.ts";
import { ReadingCalls } from "../../../../src/receivers/otlp/reading-calls.ts";

interface NumberedCall extends ReadingCall {
  readonly id: number;
}

function build() {
  const calls = new ReadingCalls();
  const expired: number[] = [];
  const make = (id: number, startTick: number): NumberedCall => ({
    id,
    startTick,
    older: undefined,
    newer: undefined,
    expire: () => expired.push(id),
  });
  return { calls, expired, make };
}

describe("ReadingCalls", () => {
  it("expires what began before the tick, oldest first, once", () => {
    const { calls, expired, make } = build();
    for (const [id, tick] of [1, 1, 2, 3].entries()) calls.add(make(id, tick));

    calls.expireBefore(1);
    expect(expired).toEqual([]);
    calls.expireBefore(3);
    expect(expired).toEqual([0, 1, 2]);
    calls.expireBefore(9);
    expect(expired).toEqual([0, 1, 2, 3]);
  });

  it("leaves no link in a call that went: what is dead must not hold what lives", () => {
    const { calls, make } = build();
    const [first, second, third] = [make(0, 0), make(1, 0), make(2, 0)];
    for (const call of [first, second, third]) calls.add(call);

    calls.remove(second);
    calls.remove(second);

    expect([second.older, second.newer]).toEqual([undefined, undefined]);
    expect(first.newer).toBe(third);
    expect(third.older).toBe(first);
  });

  it("is a list, whatever comes and goes", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.nat(30)), { maxLength: 80 }), (steps) => {
        const { calls, expired, make } = build();
        const all: NumberedCall[] = [];
        const expected = new Set<number>();
        for (const [adds, which] of steps) {
          const call = all[which];
          if (adds) {
            const added = make(all.length, 0);
            all.push(added);
            calls.add(added);
            expected.add(added.id);
          } else if (call !== undefined) {
            calls.remove(call);
            expected.delete(call.id);
          }
        }
        calls.expireBefore(1);

        expect(expired).toEqual([...expected]);
      }),
    );
  });
});
