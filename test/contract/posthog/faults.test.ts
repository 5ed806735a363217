/** What the exporter does when the edge is in trouble: errors, waits, resets, silence, outages. */
import { describe, expect, it } from "vitest";
import { PosthogRig } from "../../kit/product/posthog-rig.ts";

const MINUTE = 60_000;

describe("an accepted request", () => {
  it("is settled although its answer is JSON and not protobuf", async () => {
    const rig = await PosthogRig.start();
    rig.putBodies("one", "two");
    rig.putBodies("three");
    await rig.pass(1000);

    expect(rig.stored).toEqual(["one", "two", "three"]);
    expect(rig.standin.stats().requests).toMatchObject({ total: 1, byStatus: { 200: 1 } });
    expect(rig.standin.stats().bytes.wire).toBeLessThan(rig.standin.stats().bytes.decoded + 40);
    expect(rig.telemetry.total("bytesExported", "posthog")).toBe(rig.standin.stats().bytes.decoded);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 3, queued: 0, error: 0 });
  });

  it("stays settled when its answer breaks off after the status line", async () => {
    const rig = await PosthogRig.start();
    rig.standin.setFaults([{ fault: { kind: "reset_mid_response" }, times: 1 }]);
    rig.putBodies("one");
    await rig.pass(1000);
    await rig.pass(MINUTE);

    expect(rig.stored).toEqual(["one"]);
    expect(rig.telemetry.total("exportRetry", "posthog")).toBe(0);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, queued: 0, error: 0 });
  });

  it("is never empty: without records nothing is sent", async () => {
    const rig = await PosthogRig.start();
    await rig.pass(60 * MINUTE);

    expect(rig.standin.stats().requests.total).toBe(0);
  });
});

describe("errors of the edge", () => {
  it("500 three times is retried until it succeeds", async () => {
    const rig = await PosthogRig.start();
    rig.standin.setFaults([{ fault: { kind: "status", status: 500 }, times: 3 }]);
    rig.putBodies("one");
    for (let second = 0; second < 30; second++) await rig.pass(1000);

    expect(rig.stored).toEqual(["one"]);
    expect(rig.standin.stats().requests.byStatus).toEqual({ 200: 1, 500: 3 });
    expect(rig.telemetry.total("exportRetry", "posthog")).toBe(3);
  });

  it.each([408, 429, 502, 503, 504])("%i is retried", async (status) => {
    const rig = await PosthogRig.start();
    rig.standin.setFaults([{ fault: { kind: "status", status }, times: 2 }]);
    rig.putBodies("one");
    for (let second = 0; second < 20; second++) await rig.pass(1000);

    expect(rig.stored).toEqual(["one"]);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, queued: 0, error: 0 });
  });

  it("503 with Retry-After is waited out, in seconds and as a date", async () => {
    for (const retryAfter of [{ seconds: 20 }, { dateInSeconds: 20 }]) {
      const rig = await PosthogRig.start();
      rig.standin.setFaults([{ fault: { kind: "status", status: 503, retryAfter }, times: 1 }]);
      rig.putBodies("one");
      await rig.pass(1000);
      await rig.pass(18_900);
      expect(rig.standin.stats().requests.total).toBe(1);
      await rig.pass(6_000);

      expect(rig.stored).toEqual(["one"]);
    }
  });

  it("Retry-After that says nothing readable is no Retry-After", async () => {
    const rig = await PosthogRig.start();
    const retryAfter = { raw: "in a while" };
    rig.standin.setFaults([{ fault: { kind: "status", status: 503, retryAfter }, times: 1 }]);
    rig.putBodies("one");
    await rig.pass(1000);
    await rig.pass(1000);

    expect(rig.stored).toEqual(["one"]);
  });
});

describe("connections that fail", () => {
  it("after the body: the outcome is unknown, so the request is sent again and may be stored twice", async () => {
    const rig = await PosthogRig.start();
    rig.standin.setFaults([{ fault: { kind: "reset_after_body", stored: true }, times: 1 }]);
    rig.putBodies("one");
    await rig.pass(1000);
    await rig.pass(1000);

    expect(rig.stored).toEqual(["one", "one"]);
    expect(rig.telemetry.total("exportRequest", "posthog", "reset")).toBe(1);
    expect(rig.telemetry.total("exportRetry", "posthog")).toBe(1);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, queued: 0, error: 0 });
  });

  it("before the body: sent again, stored once", async () => {
    const rig = await PosthogRig.start();
    rig.standin.setFaults([{ fault: { kind: "reset_before_body" }, times: 1 }]);
    rig.putBodies("one");
    await rig.pass(1000);
    await rig.pass(1000);

    expect(rig.stored).toEqual(["one"]);
  });

  it("an edge that never answers is left after the timeout", async () => {
    const rig = await PosthogRig.start({ posthog: { timeoutMs: 7000 } });
    rig.standin.setFaults([{ fault: { kind: "hang" }, times: 1 }]);
    rig.putBodies("one");
    await rig.timers.advance(1000);
    expect(rig.exporter.state.inFlight).toBe(1);
    await rig.timers.advance(6999);
    expect(rig.exporter.state.inFlight).toBe(1);
    await rig.timers.advance(1);
    await rig.pass(1000);

    expect(rig.stored).toEqual(["one"]);
    expect(rig.telemetry.total("exportRequest", "posthog", "timeout")).toBe(1);
  });

  it("an edge that is gone for hours gets everything when it is back", async () => {
    const rig = await PosthogRig.start();
    await rig.standin.refuseConnections();
    for (let minute = 0; minute < 120; minute++) {
      rig.putBodies(`line ${minute}`);
      await rig.pass(MINUTE);
    }
    expect(rig.exporter.state).toMatchObject({ mode: "retrying", message: expect.stringMatching(/ECONNREFUSED/) });
    expect(rig.exporter.health?.()).toMatchObject({ state: "degraded" });
    await rig.standin.acceptConnections();
    await rig.pass(MINUTE);
    await rig.pass(1000);

    expect(rig.stored.length).toBe(120);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 120, dropped: 0, queued: 0, error: 0 });
  });
});

describe("shutdown", () => {
  it("sends what is there without waiting for the batch to fill", async () => {
    const rig = await PosthogRig.start();
    rig.putBodies("one");
    await rig.exporter.shutdown(new AbortController().signal);

    expect(rig.stored).toEqual(["one"]);
    expect(rig.exporter.state.mode).toBe("stopped");
  });

  it("ends with the signal and abandons exactly what was not acknowledged", async () => {
    const rig = await PosthogRig.start({ posthog: { maxConcurrency: 1 } });
    rig.putBodies("one");
    await rig.pass(1000);
    rig.standin.setFaults([{ fault: { kind: "hang" } }]);
    rig.putBodies("two", "three");
    await rig.timers.advance(1000);
    const stop = new AbortController();
    const down = rig.exporter.shutdown(stop.signal);
    stop.abort();
    await down;

    expect(rig.stored).toEqual(["one"]);
    expect(rig.telemetry.ledger.snapshot()).toMatchObject({ forwarded: 1, dropped: 2, queued: 0, error: 0 });
  });
});
