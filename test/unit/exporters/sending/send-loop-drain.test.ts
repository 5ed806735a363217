import { describe, expect, it } from "vitest";
import { ACCEPTED, retryLater, SendingRig, UNAVAILABLE } from "../../../kit/sending-rig.ts";
import { settlePromises } from "../../../kit/virtual-timers.ts";

describe("SendLoop drain", () => {
  const never = new AbortController().signal;

  it("sends the open batch at once and resolves when everything is settled", async () => {
    const rig = new SendingRig();
    rig.sendLoop.start();
    rig.put(1);
    await settlePromises();
    await rig.sendLoop.drain(never);

    expect(rig.env.monoMs).toBe(0);
    expect(rig.delivered).toEqual([1]);
    expect(rig.sendLoop.state.mode).toBe("stopped");
    expect(rig.timers.pending).toBe(0);
  });

  it("cuts a back-off short once, then goes on retrying until the signal aborts", async () => {
    const rig = new SendingRig({ answer: () => UNAVAILABLE });
    rig.sendLoop.start();
    rig.put(1, 2);
    await rig.timers.advance(40_000);
    const before = rig.attempts.length;
    const stop = new AbortController();
    const down = rig.sendLoop.drain(stop.signal);
    await settlePromises();
    expect(rig.attempts.length).toBe(before + 1);
    await rig.timers.advance(120_000);
    stop.abort();
    await down;

    expect(rig.attempts.length).toBeGreaterThan(before + 1);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 0, dropped: 2, queued: 0, error: 0 });
  });

  it("counts as abandoned exactly what was not delivered, request by request", async () => {
    const rig = new SendingRig({ maxRequestBytes: 2 });
    rig.answer = (records) => (records.includes(0) ? ACCEPTED : UNAVAILABLE);
    rig.sendLoop.start();
    rig.put(0, 1, 2, 3, 4, 5, 6);
    await rig.timers.advance(5000);
    const stop = new AbortController();
    const down = rig.sendLoop.drain(stop.signal);
    stop.abort();
    await down;
    await rig.queue.shutdown(AbortSignal.abort());

    expect(rig.delivered).toEqual([0, 1]);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 2, dropped: 5, queued: 0, error: 0 });
  });

  it("hands back what it had taken and not yet sent", async () => {
    const rig = new SendingRig();
    rig.sendLoop.start();
    rig.put(1, 2);
    await rig.timers.advance(10);
    await rig.sendLoop.drain(AbortSignal.abort());

    expect(rig.attempts).toEqual([]);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ dropped: 2, queued: 0, error: 0 });
  });

  it("ends an attempt that hangs", async () => {
    const rig = new SendingRig({ answer: () => new Promise(() => undefined) });
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(1000);
    expect(rig.sendLoop.state.inFlight).toBe(1);
    const stop = new AbortController();
    const down = rig.sendLoop.drain(stop.signal);
    stop.abort();
    await down;

    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ dropped: 1, queued: 0, error: 0 });
  });

  it("keeps quiet for a destination that asked for it", async () => {
    const rig = new SendingRig({ answer: () => retryLater("429", 900_000) });
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(2000);
    const stop = new AbortController();
    const down = rig.sendLoop.drain(stop.signal);
    await rig.timers.advance(20_000);
    stop.abort();
    await down;

    expect(rig.attempts.length).toBe(1);
  });

  it("is safe before start and when called twice", async () => {
    const unstarted = new SendingRig();
    await unstarted.sendLoop.drain(never);
    const rig = new SendingRig();
    rig.sendLoop.start();
    rig.put(1);
    await Promise.all([rig.sendLoop.drain(never), rig.sendLoop.drain(never)]);

    expect(rig.delivered).toEqual([1]);
    expect(unstarted.sendLoop.state.mode).toBe("stopped");
  });
});
