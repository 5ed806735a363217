import { describe, expect, it } from "vitest";
import { HOLD_PROBE_MS } from "../../../../src/exporters/sending/circuit-breaker.ts";
import { ACCEPTED, BAD_REQUEST, SERVER_ERROR, SendingRig, TOO_LARGE, UNAUTHORIZED } from "../../../kit/sending-rig.ts";

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("SendLoop and refused requests", () => {
  it("finds one bad record among a hundred, delivers the others, and counts it as poison", async () => {
    const rig = new SendingRig({ answer: (records) => (records.includes(37) ? BAD_REQUEST : ACCEPTED) });
    rig.sendLoop.start();
    rig.put(...numbers(100));
    await rig.timers.advance(1000);

    expect(rig.delivered.toSorted((a, b) => a - b)).toEqual(numbers(100).filter((name) => name !== 37));
    expect(rig.attempts.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(100)) + 1);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 99, dropped: 1, error: 0 });
    expect(rig.telemetry.total("exportRecords", "rig", "dropped")).toBe(1);
  });

  it("spends at most 1 + 64 requests on one batch, then gives up what is still refused of it", async () => {
    const rig = new SendingRig();
    rig.sendLoop.start();
    rig.put(255);
    await rig.timers.advance(1000);
    rig.answer = (records) => (records.some((name) => name < 40) ? BAD_REQUEST : ACCEPTED);
    rig.putAll(numbers(250));
    await rig.timers.advance(1000);

    expect(rig.attempts.length).toBe(1 + 65);
    expect(rig.delivered.length).toBeGreaterThan(100);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ queued: 0, error: 0 });
  });

  it("needs no more than 2k·log2(n)+1 requests for k bad records of n", async () => {
    for (const bad of [[0], [63], [0, 1], [5, 40], [1, 20, 60]]) {
      const rig = new SendingRig();
      rig.sendLoop.start();
      rig.put(255);
      await rig.timers.advance(1000);
      rig.answer = (records) => (records.some((name) => bad.includes(name)) ? BAD_REQUEST : ACCEPTED);
      rig.putAll(numbers(64));
      await rig.timers.advance(1000);

      expect(rig.attempts.length - 1).toBeLessThanOrEqual(2 * bad.length * 6 + 1);
      expect(rig.telemetry.ledger.snapshot()).toMatchObject({
        forwarded: 65 - bad.length,
        dropped: bad.length,
        error: 0,
      });
    }
  });

  it("halves what is too large, and learns from it", async () => {
    const limit = 100_000;
    const rig = new SendingRig({ maxRequestBytes: 400_000 });
    rig.answer = (records) => (records.length > limit ? TOO_LARGE : ACCEPTED);
    rig.sendLoop.start();
    rig.putAll(new Array<number>(300_000).fill(1));
    await rig.timers.advance(1000);
    const spent = rig.attempts.length;
    rig.putAll(new Array<number>(300_000).fill(2));
    await rig.timers.advance(1000);

    expect(rig.telemetry.total("exportRecords", "rig", "delivered")).toBe(600_000);
    expect(spent).toBe(7);
    expect(rig.attempts.slice(spent).every((attempt) => attempt.outcome === ACCEPTED)).toBe(true);
  });

  it("drops a single record that is too large by our own measure, once, and goes on", async () => {
    const rig = new SendingRig({ maxRequestBytes: 0.5 });
    rig.answer = ([name]) => (name === 7 ? TOO_LARGE : ACCEPTED);
    rig.sendLoop.start();
    rig.put(7);
    rig.put(8);
    await rig.timers.advance(1000);

    expect(rig.sent.filter((sent) => sent === "7").length).toBe(1);
    expect(rig.delivered).toEqual([8]);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, dropped: 1, error: 0 });
  });

  it("doubts a destination that has accepted nothing yet, and loses nothing to it", async () => {
    const rig = new SendingRig({ answer: () => BAD_REQUEST });
    rig.sendLoop.start();
    rig.put(...numbers(8));
    await rig.timers.advance(1000);
    rig.put(...numbers(8));
    await rig.timers.advance(24 * 3_600_000);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ queued: 16, dropped: 0, error: 0 });
    expect(rig.sendLoop.state.mode).toBe("holding");
    // Two batches dissected once, then one probe every five minutes.
    expect(rig.attempts.length).toBeLessThan(2 * 15 + 24 * 12 + 2);
    rig.answer = () => ACCEPTED;
    await rig.timers.advance(HOLD_PROBE_MS + 1000);

    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 16, queued: 0, error: 0 });
    expect(rig.sendLoop.state.mode).toBe("sending");
  });

  it("drops deferred records as soon as the destination accepts something else", async () => {
    const rig = new SendingRig({ answer: ([name]) => (name === 9 ? BAD_REQUEST : ACCEPTED) });
    rig.sendLoop.start();
    rig.put(9);
    await rig.timers.advance(1000);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ queued: 1, dropped: 0 });
    rig.put(1);
    await rig.timers.advance(1000);

    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, dropped: 1, queued: 0, error: 0 });
  });

  it("stops dropping when a destination that used to accept refuses everything", async () => {
    const rig = new SendingRig({ maxRequestBytes: 1 });
    rig.sendLoop.start();
    rig.put(1);
    await rig.timers.advance(1000);
    rig.answer = () => BAD_REQUEST;
    for (const name of numbers(200)) rig.put(name);
    await rig.timers.advance(3_600_000);

    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, dropped: 64, queued: 136, error: 0 });
  });

  it("treats a lasting 500 as poison only while others succeed", async () => {
    const rig = new SendingRig({ maxRequestBytes: 4 });
    rig.answer = (records) => (records.includes(0) ? SERVER_ERROR : ACCEPTED);
    rig.sendLoop.start();
    rig.put(0, 1, 2, 3);
    await rig.timers.advance(3_600_000);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ dropped: 0, queued: 4 });
    for (let minute = 0; minute < 60; minute++) {
      rig.put(50);
      await rig.timers.advance(60_000);
    }

    expect(rig.delivered.filter((name) => name < 4).toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 63, dropped: 1, queued: 0, error: 0 });
  });
});

describe("SendLoop and refused credentials", () => {
  it("keeps everything, and probes with one batch every five minutes", async () => {
    const rig = new SendingRig({ maxRequestBytes: 2, answer: () => UNAUTHORIZED });
    rig.sendLoop.start();
    for (const name of numbers(50)) rig.put(name);
    await rig.timers.advance(3_600_000);

    expect(rig.attempts.length).toBe(13);
    expect(rig.sendLoop.state).toMatchObject({ mode: "holding", message: "check the key", consecutiveFailures: 13 });
    expect(rig.sendLoop.refused).toBe(true);
    expect(rig.timers.scheduled).toBeLessThan(200);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ queued: 50, dropped: 0, error: 0 });
  });

  it("probes at once when the credential changed, and sends everything when it is accepted", async () => {
    const rig = new SendingRig({ maxRequestBytes: 2, answer: () => UNAUTHORIZED });
    rig.sendLoop.start();
    for (const name of numbers(50)) rig.put(name);
    await rig.timers.advance(10_000);
    rig.answer = () => ACCEPTED;
    rig.sendLoop.reopen();
    await rig.timers.advance(1000);

    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 50, queued: 0, error: 0 });
    expect(rig.logger.lines.map((line) => line.message)).toEqual(["check the key", "sending again"]);
  });
});
