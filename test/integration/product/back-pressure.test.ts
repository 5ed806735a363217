/** A destination that takes nothing for a while: the budget shrinks, then senders are told to come back, and nothing is lost. */
import { SeverityNumber } from "@opentelemetry/api-logs";
import { describe, expect, it, vi } from "vitest";
import type { Stats } from "../../../src/admin/shapes/stats.ts";
import type { SendOutcome } from "../../../tools/loadgen/requests/sender.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import { otlpClient } from "../../kit/otlp/otlp-client.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { sdkClient } from "../../kit/product/otel-sdk.ts";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import type { Line } from "../../kit/product/steady-traffic.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";
import { applicationRows } from "../../kit/sampling/kept-rows.ts";

/** 100 records of about 500 bytes. */
function requestOf(running: RunningProduct, part: number): Uint8Array {
  const records = Array.from({ length: 100 }, (_, i) => ({
    time: running.clock.now().wallMs,
    body: `part ${part} record ${i} ${"padding ".repeat(50)}`,
    attributes: { number: part * 100 + i },
  }));
  return buildRequest([{ resource: { "service.name": "shop" }, records }]);
}

/** Distinct numbers of the stored records. */
function storedNumbers(running: RunningProduct): Set<number> {
  return new Set(running.standin.rows().map((row) => Number(row.attributes["number"])));
}

/** Sends until something is refused. @returns how many requests were taken, and the refusal */
async function fill(running: RunningProduct, transport: "grpc" | "http"): Promise<[number, SendOutcome]> {
  const target = running.targets.find((known) => known.transport === transport);
  if (target === undefined) throw new Error(`the product has no ${transport} receiver`);
  const client = otlpClient(target);
  for (let part = 0; part < 1_000; part++) {
    const outcome = await client.send(requestOf(running, part));
    if (outcome.kind !== "accepted") return [part, outcome];
  }
  throw new Error("a thousand requests were taken");
}

describe("a full queue", () => {
  it.each([
    ["http", "503"],
    ["grpc", "UNAVAILABLE"],
  ] as const)(
    "over %s is answered %s with a delay; what was taken arrives when the destination is back",
    async (transport, status) => {
      const running = await productForTest({ set: ["queue.max_bytes=512KiB"] });
      await running.standin.refuseConnections();
      const [taken, refusal] = await fill(running, transport);

      expect(taken).toBeGreaterThan(3);
      expect(refusal).toMatchObject({ kind: "refused", status, retryable: true });
      expect(refusal.kind === "refused" ? refusal.retryAfterMs : 0).toBeGreaterThanOrEqual(1_000);
      expect(running.ledger()).toMatchObject({ received: taken * 100, queued: taken * 100 });
      const refused = (await running.metrics()).get("lipservice_requests_refused_total")?.samples ?? [];
      expect(
        refused.find(({ labels }) => labels["cause"] === "queue_full" && labels["transport"] === transport)?.value,
      ).toBe(1);
      expect((await running.api("GET", "/readyz")).status).toBe(200);

      await running.standin.acceptConnections();
      await running.settled();
      expect(storedNumbers(running).size).toBe(taken * 100);
      const target = running.targets.find((known) => known.transport === transport);
      if (target === undefined) throw new Error("no receiver");
      expect(await otlpClient(target).send(requestOf(running, taken))).toMatchObject({ kind: "accepted" });
    },
  );

  it("is waited out by an SDK over HTTP, which loses nothing, and does not disturb one over gRPC for longer than it lasts", async () => {
    const running = await productForTest({ set: ["queue.max_bytes=512KiB"] });
    await running.standin.refuseConnections();
    const [taken] = await fill(running, "http");
    const overHttp = sdkClient("http/protobuf", running, { "service.name": "web" });
    const overGrpc = sdkClient("grpc", running, { "service.name": "rpc" });
    // One request of more bytes than any room that is left.
    const say = (client: typeof overHttp, from: number): void => {
      for (let number = from; number < from + 200; number++) {
        client.logger.emit({
          severityNumber: SeverityNumber.INFO,
          body: `said ${"it ".repeat(150)}`,
          attributes: { number },
        });
      }
    };
    const base = taken * 100;
    say(overHttp, base);
    say(overGrpc, base + 200);
    const flushed = Promise.all([overHttp.provider.forceFlush(), overGrpc.provider.forceFlush()]);
    await vi.waitFor(() => expect(overGrpc.outcomes).toHaveLength(1), HANG_MS);
    expect(overGrpc.outcomes[0]?.message).toContain("UNAVAILABLE");
    await running.standin.acceptConnections();
    await flushed;
    expect(overHttp.outcomes).toEqual([undefined]);
    say(overGrpc, base + 400);
    await overGrpc.provider.forceFlush();
    expect(overGrpc.outcomes.slice(1)).toEqual([undefined]);
    await running.settled();

    const stored = storedNumbers(running);
    for (let number = 0; number < base + 200; number++) expect(stored.has(number)).toBe(true);
    for (let number = base + 400; number < base + 600; number++) expect(stored.has(number)).toBe(true);
  });
});

describe("a request larger than the whole queue", () => {
  it("is refused for good on both transports, because it will never fit", async () => {
    const running = await productForTest({ set: ["queue.max_bytes=256KiB"] });
    const large = buildRequest([
      { records: Array.from({ length: 600 }, (_, i) => ({ body: `${i} ${"padding ".repeat(60)}` })) },
    ]);
    const many = buildRequest([{ records: Array.from({ length: 4_000 }, () => ({ body: "many small lines" })) }]);

    for (const [request, http, grpc] of [
      [large, "413", "RESOURCE_EXHAUSTED"],
      // Fits as it came, but not with what a survivor may grow by.
      [many, "400", "INVALID_ARGUMENT"],
    ] as const) {
      const outcomes = await Promise.all(running.targets.map((target) => otlpClient(target).send(request)));
      expect(outcomes.map((outcome) => outcome.kind === "refused" && [outcome.status, outcome.retryable])).toEqual([
        [grpc, false],
        [http, false],
      ]);
    }
    expect(running.ledger()).toMatchObject({ received: 0 });
  });
});

describe("a backlog", () => {
  it("shrinks the budget from half full on, down to errors and first lines, and gives it back when it is gone", async () => {
    // Connections are cut while a request may be under way.
    const running = await productForTest({
      duplicatesAllowed: true,
      set: ["sampling.budget.keep_ratio=0.5", "queue.max_bytes=512KiB", "sampling.context.max_bytes=0"],
    });
    const traffic = new SteadyTraffic(running);
    const spoken = (second: number): Line[] =>
      lines(40, (i) => ({ service: "shop", body: `order ${second * 40 + i} ${"accepted ".repeat(60)}` }));
    /** Share that was drawn of what came in so many seconds. */
    const shareOf = async (seconds: number): Promise<number> => {
      const before = drawnOf(await running.read<Stats>("/api/v1/stats"));
      await traffic.pass(seconds, spoken);
      return (drawnOf(await running.read<Stats>("/api/v1/stats")) - before) / (40 * seconds);
    };
    await traffic.pass(20, spoken);
    await running.settled();
    const ordinary = await shareOf(10);

    await running.standin.refuseConnections();
    for (let seconds = 0; running.product.parts.queue.fill() < 0.72 && seconds < 300; seconds += 5) {
      await traffic.pass(5, spoken);
    }
    await traffic.pass(20, spoken);
    const squeezed = await shareOf(20);
    await traffic.send([
      ...lines(20, (i) => ({ service: "shop", body: `order ${i} was lost`, severityNumber: 17 })),
      ...lines(3, (i) => ({ service: "shop", body: `a line never seen before, ${i}` })),
    ]);
    const full = await running.read<Stats>("/api/v1/stats");

    expect(ordinary).toBeGreaterThan(0.25);
    expect(squeezed).toBeLessThan(ordinary / 5);
    expect(full.budget.states).toMatchObject({ backlog: true });
    expect(full.queue.bytes / full.queue.max_bytes).toBeLessThan(0.8);
    expect(full.kept).toMatchObject({ error: 20 });
    expect(running.ledger().dropped).toBe(0);

    await running.standin.acceptConnections();
    await running.settled();
    await traffic.pass(30, spoken);
    expect(await shareOf(10)).toBeGreaterThan(ordinary / 2);
    await running.settled();
    const bodies = applicationRows(running.standin.rows()).map((row) => row.body);
    expect(bodies.filter((body) => body.endsWith("was lost"))).toHaveLength(20);
    expect(bodies.filter((body) => body.startsWith("a line never"))).toHaveLength(3);
  });
});

/** Records that were drawn. */
function drawnOf(stats: Stats): number {
  return stats.kept["sampled"] ?? 0;
}
