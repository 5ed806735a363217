/**
 * `npm run bench [-- --quick]`: the micro-benchmarks and the end-to-end cases, one after the other, never at once.
 * A full run (seven minutes) writes docs/bench/DATE.json and docs/PERFORMANCE.md; a quick one (two) prints the page and
 * keeps nothing. Needs a build (`npm run build`) and Linux.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import type { EndToEndPlan } from "./end-to-end.ts";
import { endToEnd } from "./end-to-end.ts";
import type { Measurement } from "./measure.ts";
import type { BenchResults } from "./report.ts";
import { performancePage } from "./report.ts";

const MICRO: readonly string[] = ["index", "signature", "engine", "json"];
const FULL: EndToEndPlan = { fullRateSeconds: 7, repeats: 2, sidecarSeconds: 5, idleSeconds: 20, starts: 5 };
const QUICK: EndToEndPlan = { fullRateSeconds: 1, repeats: 1, sidecarSeconds: 1, idleSeconds: 3, starts: 3 };

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const tell = (line: string): void => console.error(line);

function micro(name: string, seconds: number): readonly Measurement[] {
  tell(`micro: ${name}`);
  const args = ["--import", "tsx", "test/bench/micro.ts", name, String(seconds)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as readonly Measurement[];
}

function git(...args: readonly string[]): string {
  return execFileSync("git", args, { encoding: "utf8" }).trim();
}

const isQuick = values.quick;
const [loadBefore = 0] = loadavg();
const machine: BenchResults["machine"] = {
  cpu: cpus()[0]?.model ?? "unknown",
  cores: cpus().length,
  memoryGib: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  commit: git("rev-parse", "--short", "HEAD"),
  loadBefore: Math.round(loadBefore * 10) / 10,
};
const results: BenchResults = {
  date: new Date().toISOString().slice(0, 10),
  quick: isQuick,
  machine,
  micro: Object.fromEntries(MICRO.map((name) => [name, micro(name, isQuick ? 2 : 5)])),
  endToEnd: await endToEnd(isQuick ? QUICK : FULL, tell),
};
const file = `bench/${results.date}.json`;
const page = performancePage(results, file);
if (isQuick) console.log(page);
else {
  mkdirSync("docs/bench", { recursive: true });
  writeFileSync(`docs/${file}`, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync("docs/PERFORMANCE.md", page);
}
