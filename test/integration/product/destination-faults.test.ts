/** A destination that fails in every way it can, behind the running product: nothing is lost, and the books stay exact. */
import { describe, expect, it, vi } from "vitest";
import type { Health } from "../../../src/admin/shapes/health.ts";
import type { Stats } from "../../../src/admin/shapes/stats.ts";
import type { Fault } from "../../../tools/standin/fault-plan.ts";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";

const RECORDS = 300;

/** Everything is forwarded, so that what is missing is lost. */
async function send(running: RunningProduct, from = 0): Promise<void> {
  const traffic = new SteadyTraffic(running);
  for (let part = 0; part < 3; part++) {
    const first = from + (part * RECORDS) / 3;
    await traffic.send(
      lines(RECORDS / 3, (i) => ({ service: "shop", body: `order ${first + i}`, attributes: { number: first + i } })),
    );
  }
}

/** How often each record was stored, by its number. */
function arrivals(running: RunningProduct): number[] {
  const counts: number[] = [];
  for (const row of running.standin.rows()) {
    const number = Number(row.attributes["number"]);
    counts[number] = (counts[number] ?? 0) + 1;
  }
  return counts;
}

const ONCE = Array.from({ length: RECORDS }, () => 1);

async function exporterOf(running: RunningProduct): Promise<Stats["exporters"][number] | undefined> {
  return (await running.read<Stats>("/api/v1/stats")).exporters[0];
}

describe("a destination that fails and recovers", () => {
  // Only what never answers waits for the timeout; for the others a busy machine must not reach it.
  const faults: [string, Fault, number, string, string][] = [
    ["answers 500", { kind: "status", status: 500 }, 3, "500", "60s"],
    ["resets connections", { kind: "reset_before_body" }, 3, "reset", "60s"],
    ["never answers", { kind: "hang" }, 1, "timeout", "2s"],
    ["takes its time", { kind: "delay", delayMs: 300 }, 1, "200", "60s"],
  ];
  it.each(faults)("%s: every record arrives once", async (_, fault, times, code, timeout) => {
    const running = await productForTest({ set: [`exporters.posthog.timeout=${timeout}`] });
    running.standin.setFaults([{ fault, times }]);
    await send(running);
    await running.settled();

    expect(arrivals(running)).toEqual(ONCE);
    const requests = (await running.metrics()).get("lipservice_export_requests_total")?.samples ?? [];
    expect(requests.find(({ labels }) => labels["code"] === code)?.value).toBe(times);
    expect(running.standin.stats().requests.faulted).toBe(times);
    expect(await exporterOf(running)).toMatchObject({ mode: "sending", consecutive_failures: 0 });
  });

  it("loses an answer after it took the request: that request is stored twice, and nothing else", async () => {
    const running = await productForTest({ duplicatesAllowed: true });
    running.standin.setFaults([{ fault: { kind: "reset_after_body", stored: true }, times: 1 }]);
    await send(running);
    await running.settled();

    const counts = arrivals(running);
    expect(counts).toHaveLength(RECORDS);
    expect(new Set(counts).size).toBeLessThanOrEqual(2);
    expect(counts.filter((count) => count === 2).length).toBeGreaterThan(0);
    expect(counts.filter((count) => count !== 1 && count !== 2)).toEqual([]);
  });

  it("breaks off in the middle of its 200: that was the commit, nothing is sent again", async () => {
    const running = await productForTest();
    running.standin.setFaults([{ fault: { kind: "reset_mid_response" }, times: 2 }]);
    await send(running);
    await running.settled();

    expect(arrivals(running)).toEqual(ONCE);
  });

  it("cannot be reached for a while: every record arrives once", async () => {
    const running = await productForTest();
    await running.standin.refuseConnections();
    await send(running);
    await vi.waitFor(async () => expect(await exporterOf(running)).toMatchObject({ mode: "retrying" }), HANG_MS);
    expect((await running.api("GET", "/readyz")).status).toBe(200);
    await running.standin.acceptConnections();
    await running.settled();

    expect(arrivals(running)).toEqual(ONCE);
  });
});

describe("a destination that asks to wait", () => {
  it("429 with Retry-After: nothing is sent before, everything after", async () => {
    const running = await productForTest();
    const seconds = 600;
    running.standin.setFaults([{ fault: { kind: "status", status: 429, retryAfter: { seconds } }, times: 1 }]);
    await send(running);
    await vi.waitFor(() => expect(running.standin.stats().requests.byStatus["429"]).toBe(1), HANG_MS);
    await vi.waitFor(async () => expect(await exporterOf(running)).toMatchObject({ mode: "holding" }), HANG_MS);
    expect((await running.read<Health>("/healthz")).status).toBe("degraded");
    const sent = running.standin.stats().requests.total;
    running.clock.skip((seconds / 2) * 1_000);
    // What comes in wakes the exporter, which looks at the clock.
    await send(running, RECORDS);
    expect(await exporterOf(running)).toMatchObject({ mode: "holding" });
    expect(running.standin.stats().requests.total).toBe(sent);

    running.clock.skip((seconds / 2) * 1_000);
    await send(running, 2 * RECORDS);
    await running.settled();
    expect(arrivals(running)).toEqual([...ONCE, ...ONCE, ...ONCE]);
  });
});

describe("a destination that refuses the key", () => {
  it("401: everything waits, health says so while the sidecar stays ready, and arrives when the key is good again", async () => {
    const running = await productForTest();
    running.standin.setSwitches({ droppedTokens: [STANDIN_TOKEN] });
    await send(running);
    await vi.waitFor(() => expect(running.standin.stats().requests.byStatus["401"]).toBe(1), HANG_MS);
    await vi.waitFor(async () => expect((await running.read<Health>("/healthz")).status).toBe("failing"), HANG_MS);
    expect(await exporterOf(running)).toMatchObject({ mode: "holding" });
    expect((await running.api("GET", "/readyz")).status).toBe(200);
    expect(running.ledger()).toMatchObject({ queued: RECORDS, forwarded: 0, dropped: 0 });
    expect(running.logger.lines.map(({ message }) => message).join()).not.toContain(STANDIN_TOKEN);

    running.standin.setSwitches({ droppedTokens: [] });
    running.clock.skip(6 * 60_000);
    await send(running, RECORDS);
    await running.settled();
    expect(arrivals(running)).toEqual([...ONCE, ...ONCE]);
  });
});

describe("a destination that fails at random, request by request", () => {
  it("loses nothing that was accepted, and doubles only what it took without saying so", async () => {
    const running = await productForTest({
      duplicatesAllowed: true,
      set: ["exporters.posthog.max_request_bytes=16KiB"],
    });
    running.standin.setFaults([
      { fault: { kind: "status", status: 500 }, probability: 0.1 },
      { fault: { kind: "status", status: 502 }, probability: 0.1 },
      { fault: { kind: "reset_before_body" }, probability: 0.1 },
      { fault: { kind: "reset_after_body", stored: false }, probability: 0.1 },
      { fault: { kind: "reset_mid_response" }, probability: 0.1 },
      { fault: { kind: "delay", delayMs: 50 }, probability: 0.2 },
      { fault: { kind: "reset_after_body", stored: true }, after: 10, times: 3 },
    ]);
    for (let part = 0; part < 10; part++) await send(running, part * RECORDS);
    await running.settled();

    const { requests } = running.standin.stats();
    expect(requests.faulted).toBeGreaterThan(10);
    const counts = arrivals(running);
    expect(counts).toHaveLength(10 * RECORDS);
    expect(counts.filter((count) => count >= 1)).toHaveLength(10 * RECORDS);
    // Three requests of 16 kB, of records of more than 100 bytes.
    expect(counts.reduce((sum, count) => sum + count - 1, 0)).toBeLessThanOrEqual(3 * 160);
  });
});
