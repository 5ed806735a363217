/** Applications with the OpenTelemetry SDK for JavaScript in front of the whole product, over all three of its exporters. */
import { ROOT_CONTEXT, TraceFlags, trace } from "@opentelemetry/api";
import type { LogRecord } from "@opentelemetry/api-logs";
import { SeverityNumber } from "@opentelemetry/api-logs";
import { describe, expect, it } from "vitest";
import type { StoredRow } from "../../../tools/standin/stored-row.ts";
import { SDK_PROTOCOLS, sdkClient } from "../../kit/product/otel-sdk.ts";
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

const RESOURCE = {
  "service.name": "orders",
  "service.version": "2.1.0",
  "host.name": "node-7",
  "deployment.environment.name": "test",
};
const ORDINARY = 4_000;
const WARNINGS = 40;
const ERRORS = 60;
const SECOND_OF_RECORDS = 400;

interface Emitted extends LogRecord {
  readonly body: string;
  readonly severityNumber: SeverityNumber;
  readonly timestamp: number;
  readonly attributes: Record<string, string | number | boolean | string[]>;
}

/** Every record has a number of its own among its attributes, and a trace of its own. */
function makeRecords(startMs: number): Emitted[] {
  const record = (number: number, body: string, severityNumber: SeverityNumber): Emitted => ({
    timestamp: startMs + number,
    severityNumber,
    severityText: SeverityNumber[severityNumber] ?? "",
    body,
    attributes: {
      "record.number": number,
      "order.total": number / 8,
      "order.paid": number % 2 === 0,
      "order.tags": ["a", `t${number % 5}`],
      "enduser.id": `u-${number}`,
    },
    context: trace.setSpanContext(ROOT_CONTEXT, {
      traceId: (number + 1).toString(16).padStart(32, "a"),
      spanId: (number + 1).toString(16).padStart(16, "b"),
      traceFlags: TraceFlags.SAMPLED,
    }),
  });
  const ordinary = Array.from({ length: ORDINARY }, (_, number) => {
    const bodies = [
      `order ${10_000 + number} accepted in ${number % 90} ms`,
      `basket of user ${number} stored`,
      `cache lookup for key item:${number} took ${number % 7} us`,
    ];
    return record(number, bodies[number % 3] ?? "", number % 3 === 2 ? SeverityNumber.DEBUG : SeverityNumber.INFO);
  });
  const warnings = Array.from({ length: WARNINGS }, (_, index) =>
    record(ORDINARY + index, `slow answer of the bank: ${800 + index} ms`, SeverityNumber.WARN),
  );
  const errors = Array.from({ length: ERRORS }, (_, index) => {
    const number = ORDINARY + WARNINGS + index;
    const exception = new RangeError(`amount ${number} is too large`);
    const severity = index % 10 === 0 ? SeverityNumber.FATAL : SeverityNumber.ERROR;
    return { ...record(number, `payment ${number} failed`, severity), exception };
  });
  return [...ordinary, ...warnings, ...errors];
}

function numberOf(row: StoredRow): number {
  return Number(row.attributes["record.number"]);
}

describe.each(SDK_PROTOCOLS)("an application that exports over %s", (protocol) => {
  it("has its errors and first lines whole, the rest sampled with honest weights, and every kept line as it wrote it", async () => {
    const running = await productForTest({ set: ["sampling.budget.keep_ratio=0.2"] });
    const { provider, logger, outcomes } = sdkClient(protocol, running, RESOURCE);
    const emitted = makeRecords(running.clock.now().wallMs - 5_000);

    for (let from = 0; from < emitted.length; from += SECOND_OF_RECORDS) {
      for (const record of emitted.slice(from, from + SECOND_OF_RECORDS)) logger.emit(record);
      await provider.forceFlush();
      running.clock.skip(1_000);
    }
    const ledger = await running.settled();

    expect(outcomes.filter((outcome) => outcome !== undefined)).toEqual([]);
    expect(ledger).toMatchObject({ received: emitted.length, rejected: 0, dropped: 0 });
    const rows = applicationRows(running.standin.rows());
    const kept = new Map(rows.map((row) => [numberOf(row), row]));
    expect(kept.size).toBe(rows.length);
    expect(rows.length).toBeLessThan(emitted.length / 2);

    for (const [number, record] of emitted.entries()) {
      const mustBeThere = record.severityNumber >= SeverityNumber.ERROR || number < 9;
      if (mustBeThere) expect(kept.get(number), `record ${number}`).toBeDefined();
    }
    for (const row of rows) expectUnharmed(row, emitted[numberOf(row)]);
    expect(new Set(rows.map(patternOf)).size).toBe(6);

    // Weight 0 is context: counted by others, sent beside an error.
    const weights = rows.map(weightOf).filter((weight) => weight !== 0 && weight !== 1);
    expect(weights.length).toBeGreaterThan(50);
    expect(weights.filter((weight) => !(weight > 1))).toEqual([]);
    const { total, deviation } = countByWeights(rows);
    expect(deviation).toBeLessThan(0.15 * emitted.length);
    expect(Math.abs(total - emitted.length)).toBeLessThan(5 * deviation);
  });
});

function expectUnharmed(row: StoredRow, record: Emitted | undefined): void {
  if (record === undefined) throw new Error(`nobody emitted the record ${JSON.stringify(row.attributes)}`);
  const number = record.attributes["record.number"];
  expect(row).toMatchObject({
    body: record.body,
    service_name: "orders",
    severity_number: record.severityNumber,
    severity_text: record.severityText?.toLowerCase(),
    instrumentation_scope: "shop.orders@2.1.0",
    timestamp: record.timestamp * 1000,
    trace_flags: 1,
  });
  expect(hexOf(row.trace_id)).toBe((Number(number) + 1).toString(16).padStart(32, "a"));
  expect(hexOf(row.span_id)).toBe((Number(number) + 1).toString(16).padStart(16, "b"));
  expect(resourceOf(row)).toEqual(RESOURCE);
  expect(patternOf(row)).toMatch(/^[A-Za-z0-9_-]{12}$/);
  const exception =
    record.exception instanceof Error
      ? {
          "exception.type": "RangeError",
          "exception.message": record.exception.message,
          "exception.stacktrace": record.exception.stack,
        }
      : {};
  expect(ownAttributes(row)).toEqual({ ...record.attributes, ...exception });
}
