/**
 * Counts read back from the destination when everything that may happen to them does: requests stored twice, lines that tell
 * of the past, a process killed with SIGKILL and another in its place. The truth is what the test sent.
 */
import { expect, it, vi } from "vitest";
import { STANDIN_TOKEN } from "../../../tools/standin/settings.ts";
import type { Standin } from "../../../tools/standin/standin.ts";
import type { StoredRow } from "../../../tools/standin/stored-row.ts";
import { HANG_MS } from "../../kit/hang-guard.ts";
import { otlpClient } from "../../kit/otlp/otlp-client.ts";
import { buildRequest } from "../../kit/otlp/record-builder.ts";
import { RunningCommand } from "../../kit/product/running-command.ts";
import { standinForTest } from "../../kit/product/standin.ts";
import { applicationRows, isSummary, patternOf, summariesOf, weightOf } from "../../kit/sampling/kept-rows.ts";

const MINUTE_MS = 60_000;
const KINDS: readonly (readonly [kind: string, lines: number])[] = [
  ["fetched", 300],
  ["stored", 60],
  ["swept", 4],
];
/** How many minutes ago lines say that they were: a tenth of them half an hour, some of those after others of the same minute. */
const AGES: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 1, 1, 30];

/** Lines sent, by kind and minute of their own time. */
type Truth = Map<string, number>;

function start(standin: Standin): RunningCommand {
  const settings = [
    "sampling.budget.keep_ratio=0.2",
    "sampling.summaries={ interval: 1s, max_budget_share: 0.5 }",
    "sampling.context.max_bytes=0",
    // Sent anew at once: an answer that was lost is no reason to wait here.
    "exporters.posthog.timeout=2s",
  ];
  return new RunningCommand(settings, { POSTHOG_HOST: standin.url, POSTHOG_API_KEY: STANDIN_TOKEN });
}

/** @param first number of the first line: told apart by it when a request is stored twice */
async function send(command: RunningCommand, first: number, truth: Truth): Promise<number> {
  const target = (await command.targets()).find(({ transport }) => transport === "http");
  if (target === undefined) throw new Error("the command listens for no HTTP");
  const client = otlpClient(target);
  let number = first;
  for (let round = 0; round < 4; round++) {
    const now = Date.now();
    const records = KINDS.flatMap(([kind, count]) =>
      Array.from({ length: count }, (_, i) => {
        const time = now - (AGES[i % AGES.length] ?? 0) * MINUTE_MS;
        const minute = Math.floor(time / MINUTE_MS) * 60;
        const key = `${kind} ${minute}`;
        truth.set(key, (truth.get(key) ?? 0) + 1);
        const body = `${kind} item ${number} in ${i} ms`;
        return { time, severityNumber: 9, body, attributes: { kind, minute, number: number++ } };
      }),
    );
    const outcome = await client.send(buildRequest([{ resource: { "service.name": "shop" }, records }]));
    expect(outcome).toMatchObject({ kind: "accepted", rejectedRecords: 0 });
  }
  return number;
}

/** Lines by kind and minute, as a query counts them that leaves duplicates out. */
function counted(rows: readonly StoredRow[]): Map<string, number> {
  const lines = new Map(applicationRows(rows).map((row) => [row.attributes["number"], row]));
  const summaries = new Map(summariesOf(rows).map((summary) => [summary.id, summary]));
  const kinds = new Map<string | undefined, string>();
  const counts = new Map<string, number>();
  const add = (key: string, value: number): void => {
    counts.set(key, (counts.get(key) ?? 0) + value);
  };
  for (const row of lines.values()) {
    const kind = String(JSON.parse(row.attributes["kind"] ?? '""'));
    kinds.set(patternOf(row), kind);
    add(`${kind} ${row.attributes["minute"]}`, weightOf(row));
  }
  for (const { pattern, minuteUnixSeconds, count, weightSum } of summaries.values()) {
    add(`${kinds.get(pattern)} ${minuteUnixSeconds}`, count - weightSum);
  }
  return new Map([...counts].map(([key, count]) => [key, Math.round(count * 1e6) / 1e6]));
}

function duplicates(rows: readonly StoredRow[]): number {
  const ids = summariesOf(rows).map(({ id }) => id);
  return ids.length - new Set(ids).size;
}

it("summaries count every line once, after duplicates, late lines and a kill", async () => {
  const standin = await standinForTest();
  const truth: Truth = new Map();
  const lost = { kind: "reset_after_body", stored: true } as const;
  const first = start(standin);
  await first.targets();
  standin.setFaults([{ fault: lost, times: 3 }]);
  const next = await send(first, 0, truth);
  await vi.waitFor(() => expect(counted(standin.rows())).toEqual(truth), { timeout: HANG_MS, interval: 200 });
  first.signal("SIGKILL");
  await first.exited;

  const second = start(standin);
  await second.targets();
  standin.setFaults([{ fault: lost }]);
  await send(second, next, truth);
  await vi.waitFor(() => expect(duplicates(standin.rows())).toBeGreaterThan(0), { timeout: HANG_MS, interval: 200 });
  standin.setFaults([]);
  second.signal("SIGTERM");
  expect(await second.exited).toMatchObject({ code: 0 });

  const rows = standin.rows();
  expect(counted(rows)).toEqual(truth);
  expect(rows.filter(isSummary).length).toBeGreaterThan(10);
  const kept = new Set(applicationRows(rows).map((row) => row.attributes["number"])).size;
  expect(kept).toBeLessThan(0.6 * [...truth.values()].reduce((sum, count) => sum + count, 0));
});
