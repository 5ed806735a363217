import { describe, expect, it } from "vitest";
import { ACCEPTED, SendingRig } from "../../../kit/sending-rig.ts";
import { settlePromises } from "../../../kit/virtual-timers.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("SendLoop batching", () => {
  it("sends a lone entry after the flush interval, and not before", async () => {
    const rig = new SendingRig();
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(999);
    expect(rig.attempts).toEqual([]);
    await rig.timers.advance(1);

    expect(rig.sent).toEqual(["1"]);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, queued: 0, error: 0 });
  });

  it("merges what arrives meanwhile into one request", async () => {
    const rig = new SendingRig();
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(500);
    rig.put(2, 3);
    await rig.timers.advance(500);

    expect(rig.sent).toEqual(["1,2,3"]);
    expect(rig.telemetry.total("exportRequest", "rig", "200")).toBe(1);
    expect(rig.telemetry.total("exportRecords", "rig", "delivered")).toBe(3);
    expect(rig.telemetry.total("bytesExported", "rig")).toBe(3);
  });

  it("sends at once when a request is full", async () => {
    const rig = new SendingRig({ maxRequestBytes: 4 });
    rig.sendLoop.start();
    rig.put(1, 2, 3);
    rig.put(4);
    await settlePromises();

    expect(rig.sent).toEqual(["1,2,3,4"]);
    expect(rig.env.monoMs).toBe(0);
  });

  it("cuts what is larger than a request, down to single records", async () => {
    const rig = new SendingRig({ maxRequestBytes: 3 });
    rig.sendLoop.start();
    rig.put(...numbers(10));
    await rig.timers.advance(0);

    expect(rig.attempts.every((attempt) => attempt.bytes <= 3)).toBe(true);
    expect(rig.delivered.toSorted((a, b) => a - b)).toEqual(numbers(10));
  });

  it("does nothing at all while idle", async () => {
    const rig = new SendingRig();
    rig.sendLoop.start();
    await rig.timers.advance(24 * 3_600_000);

    expect([rig.timers.scheduled, rig.attempts.length]).toEqual([0, 0]);
  });

  it("tells how much regrouping saves", async () => {
    const rig = new SendingRig();
    expect(rig.sendLoop.state).toMatchObject({ mode: "sending", regroupRatio: 1, inFlight: 0 });
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(1000);

    expect(rig.sendLoop.state.regroupRatio).toBe(1);
  });
});

describe("SendLoop concurrency", () => {
  it("grows with success, one more for each round, and stays within its bound", async () => {
    const rig = new SendingRig({ maxRequestBytes: 1, maxConcurrency: 3 });
    const open: (() => void)[] = [];
    rig.answer = () => new Promise((resolve) => open.push(() => resolve(ACCEPTED)));
    rig.sendLoop.start();
    for (const name of numbers(40)) rig.put(name);
    const widths: number[] = [];
    while (rig.delivered.length < 40) {
      await settlePromises();
      widths.push(open.length);
      open.shift()?.();
    }

    expect(widths[0]).toBe(1);
    expect(Math.max(...widths)).toBe(3);
    expect(rig.maxInFlight).toBe(3);
  });
});

describe("SendLoop rate limit", () => {
  it("holds the bytes of any stretch of time to the limit, one second's worth ahead", async () => {
    const rig = new SendingRig({ maxRequestBytes: 10, maxBytesPerSecond: 20 });
    rig.sendLoop.start();
    for (let entry = 0; entry < 60; entry++) rig.put(...numbers(10));
    await rig.timers.advance(10_000);
    const sentBytes = rig.attempts.reduce((sum, attempt) => sum + attempt.bytes, 0);

    expect(sentBytes).toBeGreaterThanOrEqual(200);
    expect(sentBytes).toBeLessThanOrEqual(20 + 200 + 10);
  });
});
