/** Applications that log with pino and with winston, through the transports their users install, in front of the product. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { logs } from "@opentelemetry/api-logs";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { OpenTelemetryTransportV3 } from "@opentelemetry/winston-transport";
import { describe, expect, it, onTestFinished } from "vitest";
import winston from "winston";
import type { StoredRow } from "../../../tools/standin/stored-row.ts";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import {
  applicationRows,
  countByWeights,
  hexOf,
  ownAttributes,
  patternOf,
  resourceOf,
  weightOf,
} from "../../kit/sampling/kept-rows.ts";

const PINO_APPLICATION = fileURLToPath(new URL("../../kit/product/pino-application.ts", import.meta.url));

function startProduct(): Promise<RunningProduct> {
  return productForTest({ set: ["sampling.budget.keep_ratio=0.2"] });
}

/** Kept rows whose body contains the words, in the order in which they were said. */
function rowsWith(running: RunningProduct, words: string): StoredRow[] {
  return applicationRows(running.standin.rows()).filter((row) => row.body.includes(words));
}

describe.each(["http/protobuf", "grpc"] as const)("an application that logs with pino over %s", (protocol) => {
  it("has its lines recognised and sampled, its errors whole, its levels, fields and traces intact", async () => {
    const running = await startProduct();
    const url = protocol === "grpc" ? `http://${running.grpc}` : `${running.http}/v1/logs`;
    const application = spawn(process.execPath, ["--import", "tsx", PINO_APPLICATION, protocol, url], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    expect(await once(application, "close")).toEqual([0, null]);
    const ledger = await running.settled();

    expect(ledger).toMatchObject({ received: 1_522, rejected: 0 });
    expect(rowsWith(running, "charge")).toHaveLength(20);
    expect(rowsWith(running, "out of money")).toMatchObject([{ severity_number: 21, severity_text: "fatal" }]);
    const warning = only(rowsWith(running, "the bank is slow"));
    expect(warning).toMatchObject({ severity_number: 13, service_name: "checkout" });
    expect(hexOf(warning.trace_id)).toBe("5b8aa5a2d2c872e8321cf37308d69df2");
    expect(hexOf(warning.span_id)).toBe("051581bf3cb55c13");
    expect(ownAttributes(warning)).toEqual({ attempt: 2 });
    expect(ownAttributes(only(rowsWith(running, "charge 7 ")))).toMatchObject({
      err: { type: "TypeError", message: "card 7 refused" },
    });
    const first = only(rowsWith(running, "cart 0 priced"));
    expect(first).toMatchObject({ severity_number: 9, severity_text: "info" });
    expect(first.instrumentation_scope).toBe("checkout.pino@3.0.0");
    expect(ownAttributes(first)).toEqual({ cart: { items: 0, id: "c-0" } });
    expectSampled(rowsWith(running, "priced"), 1_500);
  });
});

describe("an application that logs with winston", () => {
  it("has its lines recognised and sampled, its errors whole, its levels and fields intact", async () => {
    const running = await startProduct();
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ "service.name": "warehouse", "host.name": "node-3" }),
      processors: [
        new BatchLogRecordProcessor({
          exporter: new OTLPLogExporter({ url: `${running.http}/v1/logs` }),
          maxQueueSize: 10_000,
        }),
      ],
    });
    logs.setGlobalLoggerProvider(provider);
    onTestFinished(() => logs.disable());
    const logger = winston.createLogger({ level: "silly", transports: [new OpenTelemetryTransportV3()] });

    for (let i = 0; i < 1_500; i++) logger.info(`pallet ${i} moved to gate ${i % 12}`, { weight: i / 4, gate: i % 12 });
    for (let i = 0; i < 20; i++) logger.error(`pallet ${i} is lost`, { code: `E${i}` });
    logger.silly("a detail");
    await provider.forceFlush();
    const ledger = await running.settled();
    await provider.shutdown();

    expect(ledger).toMatchObject({ received: 1_521, rejected: 0 });
    expect(rowsWith(running, "is lost")).toHaveLength(20);
    expect(rowsWith(running, "a detail")).toMatchObject([{ severity_number: 1, severity_text: "trace" }]);
    const first = only(rowsWith(running, "pallet 1 moved to gate 1"));
    expect(first).toMatchObject({ severity_number: 9, severity_text: "info" });
    expect(ownAttributes(first)).toMatchObject({ weight: 0.25, gate: 1 });
    expect(resourceOf(first)).toEqual({ "service.name": "warehouse", "host.name": "node-3" });
    expectSampled(rowsWith(running, "moved"), 1_500);
  });
});

/** One pattern, fewer than half of its lines (context, of weight 0, apart), and weights that tell of the others. */
function expectSampled(rows: readonly StoredRow[], emitted: number): void {
  const counted = rows.filter((row) => weightOf(row) !== 0);
  expect(new Set(rows.map(patternOf)).size).toBe(1);
  expect(counted.length).toBeLessThan(emitted / 2);
  const { total, deviation } = countByWeights(counted);
  expect(Math.abs(total - emitted)).toBeLessThan(5 * deviation);
}

function only(rows: readonly StoredRow[]): StoredRow {
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw new Error(`expected one row, found ${rows.length}`);
  return row;
}
