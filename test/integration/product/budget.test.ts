/** The budget of the running product over minutes of traffic from twenty services, in seconds of a test. */
import { describe, expect, it } from "vitest";
import type { Stats } from "../../../src/admin/shapes/stats.ts";
import type { LedgerSnapshot } from "../../../src/model/telemetry.ts";
import { ProtobufEncoder } from "../../../tools/loadgen/requests/encode-protobuf.ts";
import { createWorld } from "../../../tools/loadgen/world/world.ts";
import { otlpClient } from "../../kit/otlp/otlp-client.ts";
import { productForTest } from "../../kit/product/product.ts";

const SECONDS = 240;
const RECORDS_PER_SECOND = 120;
/**
 * Eight hundred patterns are new in the first minutes: their first lines are paid in advance, and paid back later. Any
 * five minutes may cost twice the budget; these do not need it.
 */
const EARLY = 1.5;

interface Outcome {
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly stats: Stats;
  readonly ledger: LedgerSnapshot;
  /** Uncompressed bytes of the requests that the destination took, summaries included. */
  readonly billed: number;
}

/** A request a second, over both transports in turn; seconds pass on the product's clock. */
async function runUnder(budget: string): Promise<Outcome> {
  const running = await productForTest({ set: [`sampling.budget.${budget}`] });
  const world = createWorld("simple", budget, { recordsPerSecond: RECORDS_PER_SECOND });
  const encoder = new ProtobufEncoder();
  const clients = running.targets.map(otlpClient);
  const startedMs = running.clock.now().monoMs;
  let records = 0;
  let bytes = 0;
  for (let second = 1; second <= SECONDS; second++) {
    running.clock.skip(1_000);
    const { monoMs, wallMs } = running.clock.now();
    const request = encoder.encode(world.next(wallMs, monoMs - startedMs));
    records += request.records;
    bytes += request.bytes.length;
    await clients[second % clients.length]?.send(request.bytes);
  }
  const seconds = (running.clock.now().monoMs - startedMs) / 1_000;
  const stats = await running.read<Stats>("/api/v1/stats");
  const ledger = await running.end();
  return { records, bytes, seconds, stats, ledger, billed: running.standin.stats().bytes.billed };
}

describe("the budget", () => {
  it("holds over minutes, as a share of the input and as bytes a second, and is used", async () => {
    const share = await runUnder("keep_ratio=0.1");
    const ceiling = await runUnder("bytes_per_second=3KiB");

    for (const { records, ledger } of [share, ceiling]) {
      expect(records).toBeGreaterThan(0.9 * SECONDS * RECORDS_PER_SECOND);
      expect(ledger).toMatchObject({ received: records, rejected: 0, dropped: 0 });
    }
    expect(share.billed).toBeLessThan(EARLY * 0.1 * share.bytes);
    expect(share.billed).toBeGreaterThan(0.5 * 0.1 * share.bytes);
    const ceilingBytes = 3 * 1024 * ceiling.seconds;
    expect(ceiling.billed).toBeLessThan(EARLY * ceilingBytes);
    expect(ceiling.billed).toBeGreaterThan(0.5 * ceilingBytes);
    expect(ceiling.stats.budget.bytes_per_second).toBe(3 * 1024);
  });
});
