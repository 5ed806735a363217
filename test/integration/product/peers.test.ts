/** Senders that authenticate are peers: the budget is shared between them before the services that they name. */
import { describe, expect, it } from "vitest";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import { applicationRows, weightOf } from "../../kit/sampling/kept-rows.ts";

const USUAL_SECONDS = 40;
const STORM_SECONDS = 60;
const NAMES = 900;
const SHOP_LINES = 30;
const STEPS = [
  "cart opened",
  "item added",
  "price asked",
  "stock checked",
  "address read",
  "order placed",
  "mail sent",
];

interface Lines {
  readonly service: string;
  readonly bodies: readonly string[];
}

function requestOf(lines: readonly Lines[]): string {
  return JSON.stringify({
    resourceLogs: lines.map(({ service, bodies }) => ({
      resource: { attributes: [{ key: "service.name", value: { stringValue: service } }] },
      scopeLogs: [{ logRecords: bodies.map((body) => ({ severityNumber: 9, body: { stringValue: body } })) }],
    })),
  });
}

async function send(running: RunningProduct, token: string, lines: readonly Lines[]): Promise<void> {
  const { status } = await fetch(`${running.http}/v1/logs`, {
    method: "POST",
    body: requestOf(lines),
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
  });
  expect(status).toBe(200);
}

/** @param tokens of the shop and of who invents names @returns what the shop kept of the storm: lines, and their weights */
async function storm(tokens: readonly [string, string]): Promise<{ readonly kept: number; readonly weight: number }> {
  const running = await productForTest({
    set: [
      "sampling.budget.keep_ratio=0.1",
      'receivers.otlp.protocols.http.auth={ bearer_tokens: ["the shop", "the inventor"] }',
    ],
  });
  const shop = {
    service: "shop",
    bodies: Array.from({ length: SHOP_LINES }, (_, i) => `${STEPS[i % STEPS.length]} by ${i}`),
  };
  const inventions = Array.from({ length: NAMES }, (_, i) => ({
    service: `made-up-${i}`,
    bodies: ["hello from here"],
  }));
  let before = 0;
  for (let second = 0; second < USUAL_SECONDS + STORM_SECONDS; second++) {
    running.clock.skip(1_000);
    if (second === USUAL_SECONDS) {
      await running.settled();
      before = running.standin.rows().length;
    }
    await send(running, tokens[0], [shop]);
    await send(running, tokens[1], second < USUAL_SECONDS ? inventions.slice(0, 10) : inventions);
  }
  await running.settled();
  const kept = applicationRows(running.standin.rows().slice(before)).filter(
    ({ service_name }) => service_name === "shop",
  );
  return { kept: kept.length, weight: kept.reduce((sum, row) => sum + weightOf(row), 0) };
}

describe("senders with tokens of their own", () => {
  it("are not pushed aside by one that invents nine hundred services", async () => {
    const apart = await storm(["the shop", "the inventor"]);
    const together = await storm(["the inventor", "the inventor"]);

    expect(apart.kept).toBeGreaterThan(4 * together.kept);
    expect(apart.weight).toBeGreaterThan(0.6 * SHOP_LINES * STORM_SECONDS);
    expect(apart.weight).toBeLessThan(1.6 * SHOP_LINES * STORM_SECONDS);
  });
});
