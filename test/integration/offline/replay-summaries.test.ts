/** `replay --summaries`: the exact counts of a recorded file, whatever its budget left of it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lipservice } from "../../kit/product/command-line.ts";
import { SeededRandom } from "../../kit/sampling/sampling-rig.ts";

interface Line {
  readonly pattern: string;
  readonly service: string;
  readonly minute_unix_seconds: number;
  readonly count: number;
  readonly kept: number;
  readonly weight_sum: number;
  readonly context: number;
  readonly template: string;
  readonly id: string;
}

interface Decision {
  readonly i: number;
  readonly pattern: string;
  readonly keep: boolean;
  readonly weight: number;
  readonly reason: string;
}

interface Sums {
  count: number;
  kept: number;
  weight: number;
  context: number;
}

const RECORDS = 20_000;
const START_SECONDS = 1_767_225_600;
const SEED = 5;
const VERBS =
  "open close read write send take drop move lock free load save pack ship bill mark sort join split merge".split(" ");
const NOUNS = "order parcel invoice basket ticket session account report voucher address".split(" ");

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "lipservice-summaries-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

function linesOf(file: string): string[] {
  return readFileSync(file, "utf8").trimEnd().split("\n");
}

/** Half an hour of 200 patterns in two services; every twentieth line is up to ten minutes late. @returns each one's second */
function record(file: string): number[] {
  const random = new SeededRandom(SEED);
  const seconds: number[] = [];
  const lines: string[] = [];
  for (let i = 0; i < RECORDS; i++) {
    const second = START_SECONDS + Math.floor((1800 * i) / RECORDS) - (i % 20 === 0 ? random.below(600) : 0);
    const kind = Math.floor(200 * random.next() ** 2);
    const isError = i % 5000 === 4000;
    seconds.push(second);
    lines.push(
      JSON.stringify({
        time_unix_nano: `${second}000000000`,
        severity_text: isError ? "ERROR" : "INFO",
        service: kind % 2 === 0 ? "shop" : "bank",
        body: isError ? `desk ${i} burns` : `${VERBS[kind % 20]} ${NOUNS[Math.floor(kind / 20)]} for job ${i}`,
      }),
    );
  }
  writeFileSync(file, `${lines.join("\n")}\n`);
  return seconds;
}

function add(sums: Map<string, Sums>, key: string, { count, kept, weight, context }: Sums): void {
  const sum = sums.get(key) ?? { count: 0, kept: 0, weight: 0, context: 0 };
  sum.count += count;
  sum.kept += kept;
  sum.weight += weight;
  sum.context += context;
  sums.set(key, sum);
}

it("adds up to the truth of every pattern and minute, also at a tiny budget", async () => {
  const [input, decisionsFile, summariesFile] = ["in.ndjson", "decisions", "summaries"].map((name) =>
    join(directory, name),
  );
  if (input === undefined || decisionsFile === undefined || summariesFile === undefined) throw new Error("three names");
  const seconds = record(input);
  const budget = ["--set", "sampling.budget.keep_ratio=0.01"];
  const files = ["--decisions", decisionsFile, "--summaries", summariesFile];
  const result = await lipservice(["replay", input, ...budget, ...files, "--output", "json"]);
  expect(result).toMatchObject({ code: 0, stderr: "" });

  const truth = new Map<string, Sums>();
  for (const text of linesOf(decisionsFile)) {
    const { i, pattern, keep, weight, reason }: Decision = JSON.parse(text);
    const second = seconds[i] ?? 0;
    const context = reason === "context" ? 1 : 0;
    add(truth, `${pattern} ${second - (second % 60)}`, {
      count: 1,
      kept: keep && context === 0 ? 1 : 0,
      weight,
      context,
    });
  }
  const told = new Map<string, Sums>();
  const rows = linesOf(summariesFile).map((text): Line => JSON.parse(text));
  for (const { pattern, minute_unix_seconds, count, kept, weight_sum, context } of rows) {
    add(told, `${pattern} ${minute_unix_seconds}`, { count, kept, weight: weight_sum, context });
  }
  expect(truth.size).toBeGreaterThan(500);
  expect([...told.keys()].sort()).toEqual([...truth.keys()].sort());
  for (const [key, { count, kept, weight, context }] of truth) {
    expect(told.get(key), key).toMatchObject({ count, kept, context });
    expect(told.get(key)?.weight, key).toBeCloseTo(weight, 6);
  }
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  expect(rows.every(({ template, service }) => template !== "" && ["shop", "bank"].includes(service))).toBe(true);
  // What was exported of it is far less.
  const { summaries }: { readonly summaries: number } = JSON.parse(result.stdout);
  expect(summaries).toBeLessThan(rows.length / 4);
});
