/** Real logs through the running sidecar, as fast as it takes them: the budget, the books, and what must not be lost. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createGunzip } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Page } from "../../../src/admin/shapes/page.ts";
import type { PatternRow } from "../../../src/admin/shapes/patterns.ts";
import { ndjsonBatches } from "../../../src/replay/ndjson-batches.ts";
import { recordedLines } from "../../../src/replay/recorded-lines.ts";
import { dataFolder, LOGHUB_SYSTEMS, loghubRaw } from "../../eval/labelled-logs.ts";
import { sendAll } from "../../kit/otlp/otlp-client.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import { applicationRows, countByWeights } from "../../kit/sampling/kept-rows.ts";

const DATA = dataFolder();
const KEEP_RATIO = 0.2;
/** Of the day's 171,093: a few hours of it, and a few seconds of a test. */
const TRAIN_TICKET_RECORDS = 40_000;
const ERROR = 17;

interface Sent {
  records: number;
  bytes: number;
  errors: number;
}

async function* trainTicket(folder: string, sent: Sent): AsyncGenerator<Uint8Array> {
  const file = createReadStream(join(folder, "trainticket", "2023-01-29.ndjson.gz")).pipe(createGunzip());
  const bad = { count: 0, first: "" };
  for await (const { request } of ndjsonBatches(firstLines(recordedLines(file), sent), bad)) {
    sent.bytes += request.length;
    yield request;
  }
  file.destroy();
  expect(bad).toEqual({ count: 0, first: "" });
}

async function* firstLines(lines: AsyncIterable<Buffer>, sent: Sent): AsyncGenerator<Buffer> {
  for await (const line of lines) {
    sent.records++;
    if (/"severity_text": ?"(ERROR|FATAL)"/.test(line.toString("latin1"))) sent.errors++;
    yield line;
    if (sent.records === TRAIN_TICKET_RECORDS) return;
  }
}

/** Raw lines of every system, each system a service, as an agent would read them from files: no severity, no time of their own. */
function* loghub(folder: string, sent: Sent): Generator<Uint8Array> {
  for (const system of LOGHUB_SYSTEMS) {
    const lines = loghubRaw(folder, system).map(({ text }) => text);
    for (let from = 0; from < lines.length; from += 250) {
      const records = lines.slice(from, from + 250).map((body) => ({ body }));
      const request = buildRequest([{ resource: { "service.name": system }, records }]);
      sent.records += records.length;
      sent.bytes += request.length;
      yield request;
    }
  }
}

/**
 * @param budgets times the budget that may have been spent: seconds in which every pattern was new are one of the five
 * minutes in which it may be two, hours may not
 */
async function expectKept(running: RunningProduct, sent: Sent, budgets: number): Promise<void> {
  const patterns = await running.read<Page<PatternRow>>("/api/v1/patterns?limit=1000");
  const ledger = await running.end();
  const billed = running.standin.stats().bytes.billed;
  const rows = applicationRows(running.standin.rows());

  expect(ledger).toMatchObject({ received: sent.records, rejected: 0, dropped: 0 });
  expect(billed).toBeLessThan(budgets * KEEP_RATIO * sent.bytes);
  expect(billed).toBeGreaterThan(0.4 * KEEP_RATIO * sent.bytes);
  expect(rows.filter((row) => row.severity_number >= ERROR)).toHaveLength(sent.errors);
  expect(patterns.items.filter((pattern) => pattern.kept === 0)).toEqual([]);
  expect(running.product.parts.pipeline.noveltyOverflow).toBe(0);
  const { total, deviation } = countByWeights(rows);
  expect(deviation).toBeLessThan(0.1 * sent.records);
  expect(Math.abs(total - sent.records)).toBeLessThan(5 * deviation);
}

describe.skipIf(DATA === undefined)("real logs (they need LIPSERVICE_DATA, or ../shared/data)", () => {
  it("hours of TrainTicket pass at speed inside the budget, errors and first lines whole, the books exact", async () => {
    const running = await productForTest({ set: [`sampling.budget.keep_ratio=${KEEP_RATIO}`] });
    const sent = { records: 0, bytes: 0, errors: 0 };
    await sendAll(running.targets, trainTicket(DATA ?? "", sent));

    expect(sent.records).toBe(TRAIN_TICKET_RECORDS);
    await expectKept(running, sent, 1);
  });

  it("raw lines of eight systems of LogHub pass at speed inside the budget, first lines whole, the books exact", async () => {
    const running = await productForTest({ set: [`sampling.budget.keep_ratio=${KEEP_RATIO}`] });
    const sent = { records: 0, bytes: 0, errors: 0 };
    await sendAll(running.targets, loghub(DATA ?? "", sent));

    expect(sent.records).toBe(2_000 * LOGHUB_SYSTEMS.length);
    await expectKept(running, sent, 2);
  });
});
