/** A history that is given to the product gets exact counts, whatever the budget leaves of the records. */
import { expect, it } from "vitest";
import type { HistoryRow } from "../../../src/model/ports/history.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import { otlpClient } from "../../kit/otlp/otlp-client.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { productForTest } from "../../kit/product/product.ts";

const SECONDS = 150;
const LINES = 20;

it("gets every record counted once, every minute and at the end", async () => {
  const rows: HistoryRow[] = [];
  const history = { offer: (batch: readonly HistoryRow[]) => rows.push(...batch) && batch.length };
  const running = await productForTest({ set: ["sampling.budget.keep_ratio=0.02"], history });
  const client = running.targets.map(otlpClient)[0];
  for (let second = 0; second < SECONDS; second++) {
    running.clock.skip(1_000);
    const time = running.clock.now().wallMs;
    const records = Array.from({ length: LINES }, (_, i) => ({
      time,
      severityNumber: 9,
      body: `session ${second}${i} renewed`,
    }));
    await client?.send(buildRequest([{ resource: { "service.name": "shop" }, records }]));
  }
  // Ticks of the product come by the event loop's own clock, once a second.
  await expect.poll(() => rows.length, { timeout: HANG_MS }).toBeGreaterThan(0);
  await running.end();

  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(SECONDS * LINES);
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(rows.every(({ minuteMs, service }) => minuteMs % 60_000 === 0 && service === "shop")).toBe(true);
  expect(running.product.parts.engine.historyDropped).toBe(0);
});
