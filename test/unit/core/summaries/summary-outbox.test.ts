import { describe, expect, it } from "vitest";
import type { PendingSummary } from "../../../../src/core/summaries/pending-summaries.ts";
import { SummaryOutbox } from "../../../../src/core/summaries/summary-outbox.ts";

const ROW_BYTES = 300;
const bytesOf = (): number => ROW_BYTES;

function rows(count: number): PendingSummary[] {
  return Array.from({ length: count }, (_, i) => ({
    pattern: `pattern-${i}`,
    template: undefined,
    service: `service-${i % 3}`,
    bucketMs: 0,
    count: 1,
    bytes: 1,
    kept: 0,
    weightSum: 0,
    context: 0,
  }));
}

function filled(count: number): SummaryOutbox {
  const outbox = new SummaryOutbox();
  outbox.fill(rows(count), ROW_BYTES);
  return outbox;
}

describe("rows on their way out", () => {
  it("go at once where they are few", () => {
    const outbox = filled(64);
    expect(outbox.take(0, bytesOf)).toHaveLength(64);
    expect(outbox.isEmpty).toBe(true);
    expect(outbox.take(1e9, bytesOf)).toEqual([]);
  });

  it("go by portions as income brings them, of a service together", () => {
    const outbox = filled(300);
    expect(outbox.take(1, bytesOf).every(({ service }) => service === "service-0")).toBe(true);
    let calls = 0;
    while (!outbox.isEmpty && calls < 100) {
      outbox.take(ROW_BYTES * 8, bytesOf);
      calls++;
    }
    // 236 rows at twice the income of eight rows a call, the last portion when a whole one could be paid.
    expect(calls).toBeGreaterThanOrEqual(15);
    expect(calls).toBeLessThanOrEqual(17);
  });

  it("do not wait for traffic when the input has paused: they are paid", () => {
    const outbox = filled(300);
    expect(outbox.take(0, bytesOf)).toHaveLength(64);
    for (let call = 0; call < 3; call++) expect(outbox.take(0, bytesOf)).toEqual([]);
    let left = 300 - 64;
    for (let call = 0; call < 4; call++) left -= outbox.take(0, bytesOf).length;
    expect(left).toBe(0);
  });

  it("go all together at the end", () => {
    expect(filled(5000).take(Number.POSITIVE_INFINITY, bytesOf)).toHaveLength(5000);
  });
});
