/** What the product says it saves is what the bill says: bytes of requests that came, less those that left. */
import { describe, expect, it, vi } from "vitest";
import type { Page } from "../../../src/admin/shapes/page.ts";
import type { ServiceRow } from "../../../src/admin/shapes/services.ts";
import type { Savings, Stats } from "../../../src/admin/shapes/stats.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import { productForTest } from "../../kit/product/product.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";
import { applicationRows } from "../../kit/sampling/kept-rows.ts";

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

describe("savings", () => {
  it("are received less exported billed bytes, stamps, summaries and context included, and so by service", async () => {
    const running = await productForTest({ set: ["sampling.budget.keep_ratio=0.2"] });
    const traffic = new SteadyTraffic(running);
    await traffic.pass(90, (second) => [
      ...lines(40, (i) => ({ service: "shop", body: `order ${second * 40 + i} accepted` })),
      ...lines(10, (i) => ({ service: "bank", body: `transfer ${second * 10 + i} ${"booked ".repeat(40)}` })),
    ]);
    await traffic.send([{ service: "shop", severityNumber: 17, body: "the cash desk is on fire" }]);
    await vi.waitFor(() => expect(running.ledger().generated).toBeGreaterThan(0), HANG_MS);
    await running.settled();
    const savings = await running.read<Savings>("/api/v1/savings");
    const stats = await running.read<Stats>("/api/v1/stats");
    const services = (await running.read<Page<ServiceRow>>("/api/v1/services")).items;

    expect(stats.kept["summary"]).toBeGreaterThan(0);
    expect(stats.kept["context"]).toBeGreaterThan(0);
    expect(savings.received_bytes).toBe(stats.bytes.received);
    expect(savings.kept_bytes).toBe(stats.bytes.exported);
    expect(savings.saved_bytes).toBe(savings.received_bytes - savings.kept_bytes);
    for (const bytes of ["received_bytes", "kept_bytes"] as const) {
      expect(sum(savings.by_service.map((service) => service[bytes])) / savings[bytes]).toBeCloseTo(1, 4);
    }
    expect(services.map(({ service, bytes, kept_bytes }) => ({ service, received_bytes: bytes, kept_bytes }))).toEqual(
      savings.by_service,
    );
    const rows = applicationRows(running.standin.rows());
    for (const { service, kept_records } of services) {
      expect([service, kept_records]).toEqual([service, rows.filter((row) => row.service_name === service).length]);
    }
  });

  it("are none, or less, where nothing is dropped: our stamps cost bytes", async () => {
    const running = await productForTest();
    await new SteadyTraffic(running).pass(5, () => lines(40, () => ({ service: "shop", body: "a line" })));
    await running.settled();

    expect((await running.read<Savings>("/api/v1/savings")).saved_bytes).toBeLessThan(0);
  });
});
