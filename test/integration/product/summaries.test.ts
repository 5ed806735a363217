/**
 * Summaries as they arrive at the destination: with them, what was dropped is counted exactly, per pattern and minute.
 * The truth is what the test sent.
 */
import { describe, expect, it, vi } from "vitest";
import type { StoredRow } from "../../../tools/standin/stored-row.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import type { RunningProduct } from "../../kit/product/product.ts";
import { productForTest } from "../../kit/product/product.ts";
import type { Line } from "../../kit/product/steady-traffic.ts";
import { lines, SteadyTraffic } from "../../kit/product/steady-traffic.ts";
import type { SummaryReadBack } from "../../kit/sampling/kept-rows.ts";
import { applicationRows, isSummary, patternOf, summariesOf, weightOf } from "../../kit/sampling/kept-rows.ts";

const MINUTE_MS = 60_000;

/** What was sent, by service, kind of line and minute of its own time. */
class Truth {
  readonly #counts = new Map<string, number>();

  add({ service, kind, minute }: { readonly service: string; readonly kind: string; readonly minute: number }): void {
    const key = `${service} ${kind} ${minute}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  entries(): { readonly service: string; readonly kind: string; readonly minute: number; readonly count: number }[] {
    return [...this.#counts].map(([key, count]) => {
      const [service = "", kind = "", minute = ""] = key.split(" ");
      return { service, kind, minute: Number(minute), count };
    });
  }
}

interface Traffic {
  readonly truth: Truth;
  /** Lines of a second; each is counted in the truth. */
  linesOf(running: RunningProduct, second: number): Line[];
}

/** Three services of three kinds of line each: many, some, one a second; every tenth line tells of two minutes ago. */
function traffic(): Traffic {
  const truth = new Truth();
  const linesOf = (running: RunningProduct, second: number): Line[] =>
    ["web", "api", "job"].flatMap((service) =>
      [
        ["fetched", 40],
        ["stored", 6],
        ["swept", 1],
      ].flatMap(([kind, count]) =>
        lines(Number(count), (i) => {
          const now = running.clock.now().wallMs;
          const time = i % 10 === 9 ? now - 2 * MINUTE_MS : now;
          const minute = Math.floor(time / MINUTE_MS) * 60;
          truth.add({ service, kind: String(kind), minute });
          return {
            service,
            time,
            body: `${kind} item ${second * 1_000 + i} in ${i} ms`,
            attributes: { kind: String(kind), minute },
          };
        }),
      ),
    );
  return { truth, linesOf };
}

/** Pattern id of every service and kind, as the stored rows tell it. */
function patternIds(rows: readonly StoredRow[]): Map<string, string> {
  return new Map(rows.map((row) => [`${row.service_name} ${kindOf(row)}`, patternOf(row) ?? ""]));
}

function kindOf(row: StoredRow): string {
  return JSON.parse(row.attributes["kind"] ?? '""');
}

function expectWellFormed(rows: readonly StoredRow[]): void {
  for (const row of rows.filter(isSummary)) {
    expect(row).toMatchObject({
      event_name: "lipservice.pattern.summary",
      severity_number: 1,
      severity_text: "trace",
      instrumentation_scope: "lipservice@",
    });
    expect(row.attributes["lipservice.weight"]).toBe("0.0");
    expect(row.timestamp / 1_000_000).toBe(Number(row.attributes["minute_unix_seconds"]));
  }
  const summaries = summariesOf(rows);
  expect(new Set(summaries.map(({ id }) => id)).size).toBe(summaries.length);
  // A row tells what the kept lines do not: some are missing, or their weights stand for more or fewer than came.
  const corrects = ({ kept, count, context, weightSum }: SummaryReadBack): boolean =>
    kept !== count || context > 0 || Math.abs(weightSum - count) > 1e-6;
  expect(summaries.filter((summary) => !corrects(summary))).toEqual([]);
}

describe("summaries", () => {
  it("count every line of a pattern and minute that lost one, exactly, and what was kept of it", async () => {
    const running = await productForTest({
      set: ["sampling.budget.keep_ratio=0.1", "sampling.summaries={ interval: 1h, max_budget_share: 0.5 }"],
    });
    const { truth, linesOf } = traffic();
    await new SteadyTraffic(running).pass(150, (second) => linesOf(running, second));
    await running.end();

    const rows = running.standin.rows();
    expectWellFormed(rows);
    const kept = applicationRows(rows);
    const ids = patternIds(kept);
    expect(new Set(ids.values()).size).toBe(9);
    const summaries = summariesOf(rows);
    let complete = 0;
    for (const { service, kind, minute, count } of truth.entries()) {
      const mine = kept.filter(
        (row) => row.service_name === service && kindOf(row) === kind && Number(row.attributes["minute"]) === minute,
      );
      const found = summaries.filter(
        (summary) => summary.pattern === ids.get(`${service} ${kind}`) && summary.minuteUnixSeconds === minute,
      );
      const counted = mine.filter((row) => weightOf(row) !== 0);
      const told = counted.reduce((sum, row) => sum + weightOf(row), 0);
      if (mine.length === count && Math.abs(told - count) < 1e-6) {
        expect(found).toEqual([]);
        complete++;
        continue;
      }
      expect(found).toHaveLength(1);
      const [summary] = found as [SummaryReadBack];
      expect(summary).toMatchObject({ service, count, kept: counted.length, context: mine.length - counted.length });
      expect(summary.weightSum).toBeCloseTo(told, 6);
      expect(summary.bytes).toBeGreaterThan(count * 30);
    }
    expect(summaries.length).toBe(truth.entries().length - complete);
    expect(summaries.length).toBeGreaterThan(20);
    const templates = summaries.filter(({ template }) => template !== undefined);
    expect(new Set(templates.map(({ pattern }) => pattern)).size).toBe(templates.length);
    expect(templates.map(({ template }) => template)).toContainEqual(
      expect.stringMatching(/^fetched item <\w+> in <\w+>/),
    );
  });

  it("of many flushes add up: weights plus what the summaries correct are the truth of every pattern and minute", async () => {
    const running = await productForTest({
      // Room for every row of a flush a second: what does not fit would be folded, which is another test's business.
      set: ["sampling.budget.keep_ratio=0.4", "sampling.summaries={ interval: 10s, max_budget_share: 0.5 }"],
    });
    const { truth, linesOf } = traffic();
    const steady = new SteadyTraffic(running);
    for (let flush = 0; flush < 4; flush++) {
      const before = running.ledger().generated;
      await steady.pass(20, (second) => linesOf(running, second));
      // However long ago the last flush was: the next is due.
      running.clock.skip(10_000);
      await vi.waitFor(() => expect(running.ledger().generated).toBeGreaterThan(before), HANG_MS);
    }
    await running.end();

    const rows = running.standin.rows();
    expectWellFormed(rows);
    const kept = applicationRows(rows);
    const ids = patternIds(kept);
    const summaries = summariesOf(rows);
    for (const { service, kind, minute, count } of truth.entries()) {
      const weights = kept
        .filter((row) => row.service_name === service && kindOf(row) === kind)
        .filter((row) => Number(row.attributes["minute"]) === minute)
        .reduce((sum, row) => sum + weightOf(row), 0);
      const corrections = summaries
        .filter(({ pattern }) => pattern === ids.get(`${service} ${kind}`))
        .filter(({ minuteUnixSeconds }) => minuteUnixSeconds === minute)
        .reduce((sum, summary) => sum + summary.count - summary.weightSum, 0);
      expect(weights + corrections).toBeCloseTo(count, 5);
    }
    const flushes = new Map<string, number>();
    for (const { pattern, minuteUnixSeconds } of summaries) {
      const key = `${pattern} ${minuteUnixSeconds}`;
      flushes.set(key, (flushes.get(key) ?? 0) + 1);
    }
    expect(Math.max(...flushes.values())).toBeGreaterThan(1);
  });

  it("that do not fit their share fold into one row a service, and the service's count stays exact", async () => {
    const running = await productForTest({
      set: ["sampling.budget.keep_ratio=0.02", "sampling.summaries={ interval: 10s, max_budget_share: 0.001 }"],
    });
    const { truth, linesOf } = traffic();
    await new SteadyTraffic(running).pass(60, (second) => linesOf(running, second));
    await running.end();

    const rows = running.standin.rows();
    const summaries = summariesOf(rows);
    expect(summaries.filter(({ pattern }) => pattern === "other").length).toBeGreaterThan(0);
    for (const name of ["web", "api", "job"]) {
      const sent = truth.entries().filter(({ service }) => service === name);
      const weights = applicationRows(rows)
        .filter((row) => row.service_name === name)
        .reduce((sum, row) => sum + weightOf(row), 0);
      const corrections = summaries
        .filter(({ service }) => service === name)
        .reduce((sum, summary) => sum + summary.count - summary.weightSum, 0);
      expect(weights + corrections).toBeCloseTo(
        sent.reduce((sum, { count }) => sum + count, 0),
        5,
      );
    }
  });
});
