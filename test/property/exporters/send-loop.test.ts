/** The send loop against a destination that does whatever a seed says: nothing is lost, counted twice or delivered twice. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../src/exporters/sending/destination.ts";
import {
  ACCEPTED,
  BAD_REQUEST,
  retryLater,
  SERVER_ERROR,
  SendingRig,
  TOO_LARGE,
  UNAUTHORIZED,
  UNAVAILABLE,
} from "../../kit/sending-rig.ts";

/** Trouble that says nothing about the request, in the order of the seed's draws. */
const TROUBLE: readonly Outcome[] = [
  UNAVAILABLE,
  SERVER_ERROR,
  UNAUTHORIZED,
  retryLater("timeout"),
  retryLater("429", 3000),
  retryLater("503", 0),
  { kind: "resend", code: "415" },
];

const plan = fc.record({
  seed: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
  /** Records of each entry. */
  entries: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 40 }),
  poison: fc.uniqueArray(fc.nat({ max: 250 }), { maxLength: 6 }),
  tooLarge: fc.uniqueArray(fc.nat({ max: 250 }), { maxLength: 2 }),
  troubleShare: fc.double({ min: 0, max: 0.7, noNaN: true }),
  maxRequestBytes: fc.integer({ min: 1, max: 40 }),
  maxConcurrency: fc.integer({ min: 1, max: 5 }),
});

type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;

function troubledRig(given: Plan, options: { exporterId?: string; beside?: SendingRig } = {}): SendingRig {
  const rig = new SendingRig({ ...given, ...options });
  rig.answer = (records) => {
    if (rig.env.jitter() < given.troubleShare)
      return TROUBLE[Math.floor(rig.env.jitter() * TROUBLE.length)] ?? ACCEPTED;
    if (records.some((name) => given.poison.includes(name))) return BAD_REQUEST;
    if (records.some((name) => given.tooLarge.includes(name))) return TOO_LARGE;
    return ACCEPTED;
  };
  return rig;
}

/** Puts the entries, a second apart; the records' names count up. @returns how many there are */
async function putAll(rig: SendingRig, entries: readonly number[]): Promise<number> {
  let next = 0;
  for (const size of entries) {
    rig.putAll(Array.from({ length: size }, () => next++ % 256));
    await rig.timers.advance(200);
  }
  return next;
}

describe("SendLoop", () => {
  it("delivers each record once, or counts it as lost once, whatever the destination does", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (given) => {
        const rig = troubledRig(given);
        rig.sendLoop.start();
        const records = await putAll(rig, given.entries);
        await rig.timers.advance(4 * 3_600_000);
        rig.put(255);
        await rig.timers.advance(4 * 3_600_000);
        await rig.sendLoop.drain(AbortSignal.abort());
        await rig.queue.shutdown(AbortSignal.abort());
        const { forwarded, dropped, queued, error } = rig.telemetry.ledger.snapshot();

        expect([forwarded + dropped, queued, error]).toEqual([records + 1, 0, 0]);
        expect(rig.delivered.length).toBe(forwarded);
        expect(rig.telemetry.total("exportRecords", "rig", "delivered")).toBe(forwarded);
        expect(rig.maxInFlight).toBeLessThanOrEqual(given.maxConcurrency);
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  it("loses only what the destination refuses, once it has healed", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (given) => {
        const rig = troubledRig({ ...given, tooLarge: [], poison: given.poison.slice(0, 2) });
        rig.sendLoop.start();
        const records = await putAll(rig, given.entries);
        const refused = given.poison.slice(0, 2).filter((name) => name < records).length;
        rig.answer = (names) =>
          names.some((name) => given.poison.slice(0, 2).includes(name)) ? BAD_REQUEST : ACCEPTED;
        rig.put(255);
        await rig.timers.advance(2 * 3_600_000);
        rig.put(255);
        await rig.timers.advance(2 * 3_600_000);

        fc.pre(records <= 200 && !given.poison.includes(255));
        expect(rig.telemetry.ledger.snapshot()).toMatchObject({ dropped: refused, queued: 0, error: 0 });
      }),
      { numRuns: 120 },
    );
  }, 60_000);

  it("gives every record to each of several exporters, and counts it once", async () => {
    await fc.assert(
      fc.asyncProperty(plan, plan, async (first, second) => {
        const left = troubledRig(first, { exporterId: "left" });
        const right = troubledRig(second, { exporterId: "right", beside: left });
        left.sendLoop.start();
        right.sendLoop.start();
        const records = await putAll(left, first.entries);
        await left.timers.advance(3_600_000);
        await Promise.all([left.sendLoop.drain(AbortSignal.abort()), right.sendLoop.drain(AbortSignal.abort())]);
        await left.queue.shutdown(AbortSignal.abort());
        const { forwarded, dropped, queued, error } = left.telemetry.ledger.snapshot();

        expect([forwarded + dropped, queued, error]).toEqual([records, 0, 0]);
        expect(forwarded).toBeGreaterThanOrEqual(Math.max(left.delivered.length, right.delivered.length));
        expect(forwarded).toBeLessThanOrEqual(left.delivered.length + right.delivered.length);
      }),
      { numRuns: 80 },
    );
  }, 60_000);
});
