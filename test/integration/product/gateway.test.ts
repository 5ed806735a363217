/**
 * A sidecar in front of a gateway that trusts it: both sample, and what arrives still counts true. And what the gateway
 * makes of stamps and summaries that come from somebody it does not trust.
 */
import { describe, expect, it } from "vitest";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";
import { applicationRows, isSummary, summariesOf, weightOf } from "../../kit/sampling/kept-rows.ts";

const SECONDS = 90;

async function chain(trust: string): Promise<{ gateway: RunningProduct; sidecar: RunningProduct }> {
  const sampling = ["sampling.budget.keep_ratio=0.3", "sampling.summaries={ interval: 20s, max_budget_share: 0.5 }"];
  const gateway = await productForTest({ set: [...sampling, `receivers.otlp.trust_weights=${trust}`] });
  const sidecar = await productForTest({
    set: [...sampling, `exporters.otlphttp={ endpoint: "${gateway.http}" }`],
    clock: gateway.clock,
  });
  return { gateway, sidecar };
}

async function sendThrough({
  gateway,
  sidecar,
}: {
  gateway: RunningProduct;
  sidecar: RunningProduct;
}): Promise<number> {
  let sent = 0;
  await new SteadyTraffic(sidecar).pass(SECONDS, (second) => {
    const now = [
      ...lines(60, (i) => ({ service: "web", body: `fetched item ${second * 100 + i} in ${i} ms` })),
      ...lines(5, (i) => ({ service: "web", body: `stored item ${second * 100 + i}` })),
    ];
    sent += now.length;
    return now;
  });
  await sidecar.end();
  await gateway.end();
  return sent;
}

describe("a gateway behind a sidecar", () => {
  it("that trusts it multiplies weights and passes summaries on: weights and corrections of both are the truth", async () => {
    const products = await chain("[127.0.0.1]");
    const sent = await sendThrough(products);

    const rows = products.gateway.standin.rows();
    const kept = applicationRows(rows);
    const summaries = summariesOf(rows);
    const weights = kept.reduce((sum, row) => sum + weightOf(row), 0);
    const corrections = summaries.reduce((sum, summary) => sum + summary.count - summary.weightSum, 0);
    expect(weights + corrections).toBeCloseTo(sent, 4);
    // About 0.3 of 0.3.
    expect(kept.length / sent).toBeLessThan(0.2);
    expect(Math.max(...kept.map(weightOf))).toBeGreaterThan(6);
    // Of two instances, each with ids of its own.
    expect(new Set(summaries.map(({ id }) => id.split("-")[0])).size).toBe(2);
    expect(rows.filter(isSummary).every((row) => row.attributes["lipservice.weight"] === "0.0")).toBe(true);
    expect(rows.filter(isSummary).every((row) => row.attributes["lipservice.pattern"] === undefined)).toBe(true);
  });

  it("that does not trust it takes its weights and its summaries' name away: nobody else speaks for us", async () => {
    const products = await chain("[]");
    await sendThrough(products);

    const rows = products.gateway.standin.rows();
    expect(new Set(summariesOf(rows).map(({ id }) => id.split("-")[0])).size).toBe(1);
    const foreign = rows.filter((row) => row.attributes["weight_sum"] !== undefined && !isSummary(row));
    expect(foreign.length).toBeGreaterThan(0);
    expect(foreign.map((row) => row.event_name ?? "")).toEqual(foreign.map(() => ""));
  });
});
