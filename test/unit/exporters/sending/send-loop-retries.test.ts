import { describe, expect, it } from "vitest";
import { ACCEPTED, retryLater, SendingRig, UNAVAILABLE } from "../../../kit/sending-rig.ts";
import { settlePromises } from "../../../kit/virtual-timers.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("SendLoop retries", () => {
  it("sends a failed request again with growing pauses until it is accepted", async () => {
    const rig = new SendingRig();
    rig.answer = (_, attempt) => (attempt < 12 ? UNAVAILABLE : ACCEPTED);
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(20 * 60_000);
    const gaps = rig.attempts.slice(1).map((attempt, index) => attempt.atMs - (rig.attempts[index]?.atMs ?? 0));

    expect(rig.attempts.length).toBe(13);
    for (const [index, gap] of gaps.entries()) {
      expect(gap).toBeGreaterThanOrEqual(100);
      expect(gap).toBeLessThanOrEqual(Math.min(60_000, 1000 * 2 ** index) + 2);
    }
    expect(rig.telemetry.total("exportRetry", "rig")).toBe(12);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, error: 0 });
  });

  it("never gives up, however long an outage lasts, and probes with one request at a time", async () => {
    const rig = new SendingRig({ maxRequestBytes: 2, answer: () => UNAVAILABLE });
    rig.sendLoop.start();
    for (const name of numbers(100)) rig.put(name);
    await rig.timers.advance(48 * 3_600_000);
    const attemptsInOutage = rig.attempts.length;
    rig.answer = () => ACCEPTED;
    await rig.timers.advance(60_000);

    // Uniform in [0.1, 60] s: about one attempt in half a minute.
    expect(attemptsInOutage).toBeGreaterThan(48 * 60);
    expect(attemptsInOutage).toBeLessThan(48 * 240);
    expect(rig.delivered.toSorted((a, b) => a - b)).toEqual(numbers(100));
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 100, dropped: 0, error: 0 });
  });

  it("lets others pass a request that fails by itself", async () => {
    const rig = new SendingRig({ maxRequestBytes: 1 });
    rig.answer = ([name]) => (name === 0 && rig.env.monoMs < 30_000 ? UNAVAILABLE : ACCEPTED);
    rig.sendLoop.start();
    for (const name of numbers(20)) rig.put(name);
    await rig.timers.advance(2000);

    expect(rig.delivered.length).toBe(19);
    await rig.timers.advance(120_000);
    expect(rig.delivered.length).toBe(20);
  });

  it("lets no success of others shorten a request's own back-off", async () => {
    const rig = new SendingRig({ maxRequestBytes: 1 });
    rig.answer = ([name]) => (name === 0 ? UNAVAILABLE : ACCEPTED);
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(0);
    rig.put(0);
    await rig.timers.advance(0);
    for (let entry = 0; entry < 99; entry++) {
      rig.put(2);
      await rig.timers.advance(1);
    }

    expect(rig.delivered.length).toBe(100);
    expect(rig.sent.filter((sent) => sent === "0").length).toBe(1);
  });

  it("pauses the whole destination for as long as it asks, then sends one probe first", async () => {
    const rig = new SendingRig({ maxRequestBytes: 1 });
    rig.sendLoop.start();
    for (const name of numbers(10)) rig.put(name);
    await settlePromises();
    const before = rig.attempts.length;
    rig.answer = () => retryLater("429", 900_000);
    for (const name of numbers(10)) rig.put(100 + name);
    await settlePromises();
    const refused = rig.attempts.length;
    expect(rig.sendLoop.state.mode).toBe("holding");
    const open: (() => void)[] = [];
    rig.answer = () => new Promise((resolve) => open.push(() => resolve(ACCEPTED)));
    await rig.timers.advance(899_999);
    expect(rig.attempts.length).toBe(refused);
    expect(open.length).toBe(0);
    await rig.timers.advance(180_001);
    expect(open.length).toBe(1);
    rig.answer = () => ACCEPTED;
    open[0]?.();
    await rig.timers.advance(1000);

    expect(before).toBe(10);
    expect(rig.delivered.length).toBe(20);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 20, error: 0 });
  });

  it("treats a wait of nothing like no wait: with back-off", async () => {
    const rig = new SendingRig({ answer: () => retryLater("503", 0) });
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(600_000);

    expect(rig.attempts.length).toBeLessThan(100);
  });

  it("survives a destination that breaks its promise not to reject", async () => {
    const rig = new SendingRig();
    let broken = false;
    rig.answer = () => {
      if (broken) return ACCEPTED;
      broken = true;
      return Promise.reject(new Error("broken"));
    };
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(5000);

    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, error: 0 });
  });
});
