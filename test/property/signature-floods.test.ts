/** A flood of shapes that come once evicts no pattern that came back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { EvictionRings, ROW_COLD, ROW_HELD, ROW_HIT } from "../../src/core/signature/table/eviction-rings.ts";
import { newStage, signLine } from "../kit/signing.ts";

const words = (value: number): string =>
  value
    .toString(26)
    .split("")
    .map((digit) => "acdefghiklmnoprstuvwxyz".charAt(Number.parseInt(digit, 26) % 23).repeat(3))
    .join(" ");

test("EvictionRings evict no row that was hit again while an eighth of its service's rows came once", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 16, max: 120 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.tuple(fc.nat(3), fc.boolean(), fc.nat(200)), { minLength: 50, maxLength: 600 }),
      (capacity, services, steps) => {
        const rings = new EvictionRings(capacity, services);
        const service = new Map<number, number>();
        const isHit = new Map<number, boolean>();
        const wasHit = new Set<number>();
        const free = Array.from({ length: capacity }, (_, row) => row);
        for (const [s, hits, pick] of steps) {
          if (hits && service.size > 0) {
            const row = [...service.keys()][pick % service.size] ?? 0;
            isHit.set(row, true);
            wasHit.add(row);
            continue;
          }
          if (free.length === 0) {
            const largest = Math.max(...[0, 1, 2, 3].slice(0, services).map((number) => rings.count(number)));
            const victim = rings.victim((row) => {
              if (isHit.get(row) !== true) return ROW_COLD;
              isHit.set(row, false);
              return ROW_HIT;
            });
            const of = service.get(victim) ?? 0;
            const mates = [...service].filter(([, number]) => number === of).map(([row]) => row);
            const strangers = mates.filter((row) => !wasHit.has(row)).length;
            if (wasHit.has(victim)) expect(strangers / mates.length).toBeLessThanOrEqual(1 / 8);
            expect(largest).toBeGreaterThanOrEqual(capacity / services);
            rings.remove(victim, of);
            for (const map of [service, isHit]) map.delete(victim);
            wasHit.delete(victim);
            free.push(victim);
          }
          const row = free.pop() ?? 0;
          rings.add(row, s % services, false);
          service.set(row, s % services);
        }
      },
    ),
  );
});

test("EvictionRings find no row while the batch uses all of them, and one afterwards", () => {
  const rings = new EvictionRings(64, 1);
  for (let row = 0; row < 64; row++) rings.add(row, 0, row % 2 === 0);
  expect(rings.victim(() => ROW_HELD)).toBe(-1);
  expect(rings.victim(() => ROW_COLD)).toBeGreaterThanOrEqual(0);
});

test("EvictionRings find a row even when all of them are hit between any two searches", () => {
  const rings = new EvictionRings(30_000, 1);
  for (let row = 0; row < 30_000; row++) rings.add(row, 0, true);
  expect(rings.victim(() => ROW_HIT)).toBeGreaterThanOrEqual(0);
});

test.each(["one service", "all services"])(
  "SignatureStage keeps the rows of ordinary patterns through a flood of shapes in %s",
  (from) => {
    const lost: number[] = [];
    const rows = new Map<number, number>();
    const stage = newStage(
      { maxBytes: 4096, maxServices: 50, hashKey: new Uint8Array(16).fill(3) },
      {
        onEvict: (row) => {
          const pattern = rows.get(row);
          if (pattern !== undefined) lost.push(pattern);
          rows.delete(row);
        },
      },
    );
    const say = (pattern: number): void => {
      rows.set(signLine(stage, `ordinary ${words(1_000_000 + pattern * 7919)}`, `s${pattern % 10}`), pattern);
    };
    for (let i = 0; i < 800; i++) say(i % 400);
    for (let flood = 0; flood < 20_000; flood++) {
      const service = from === "one service" ? "s0" : `s${flood % 10}`;
      signLine(stage, `flood ${words(50_000_000 + flood * 104_729)}`, service);
      say((flood * 31) % 400);
    }
    expect(stage.stats.evicted).toBeGreaterThan(2_000);
    expect(lost).toEqual([]);
  },
);
