/**
 * `npm run eval:sampling [-- --quick] [--seed N] [--hour SECONDS] [--draws N]`: the sampling scoreboard. The full form
 * (ten minutes on two cores) writes docs/SCOREBOARD.md, its plots and its data; the quick one (two minutes: a tenth of
 * the lines, shorter hours, fewer seeds) prints the page, writes nothing, and fails when one of the promises that hold
 * at that size does not.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import type { PartResult, ScoreboardSettings } from "./parts.ts";
import { runParts } from "./parts.ts";
import type { ScoreboardResults } from "./scoreboard-page.ts";
import { scoreboardPage } from "./scoreboard-page.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { barPlot, budgetPlot } from "./svg-plots.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    // For busy machines: the page tells of both.
    hour: { type: "string", default: "3600" },
    draws: { type: "string", default: "1000" },
  },
});
const seed = Number(values.seed);
const FULL: ScoreboardSettings = {
  seed,
  linesPerSecond: 3000,
  hourSeconds: Number(values.hour),
  stepSeeds: [seed, seed + 1, seed + 2],
  estimateSeeds: Number(values.draws),
  measureSeconds: 10,
  signatures: 1_000_000,
};
const QUICK: ScoreboardSettings = {
  seed,
  linesPerSecond: 600,
  hourSeconds: 900,
  stepSeeds: [seed],
  estimateSeeds: 100,
  measureSeconds: 3,
  signatures: 200_000,
};
/** Held at any size. */
const PROMISES: readonly string[] = [
  "worst 5 minutes: ERROR storm, 20 × all traffic",
  "worst 5 minutes: ×100 burst of one pattern",
  "worst 5 minutes: explosion of signatures, one service",
  "rare patterns with a kept line: steady, 10 %",
  "lines of a new pattern before its first kept line, mean",
  "new patterns without a kept line",
  "ERROR lines kept while they fit the lane (steady hour)",
  "seconds in which an ERROR was dropped while errors_sampled was 0",
  "stamps of a kept record",
];

const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
const parts = await runParts(values.quick ? QUICK : FULL, tell);
const results = resultsOf(parts);
const data = `bench/sampling-${results.date}.json`;
const page = scoreboardPage(results, data);
if (values.quick) {
  process.stdout.write(page);
  const broken = Object.values(results.sections).flatMap((rows) =>
    (rows ?? []).filter(({ measure, passes }) => passes === false && PROMISES.includes(measure)),
  );
  for (const { measure, value } of broken) tell(`broken: ${measure}: ${value}`);
  process.exitCode = broken.length > 0 ? 1 : 0;
} else {
  mkdirSync("docs/bench", { recursive: true });
  mkdirSync("docs/scoreboard", { recursive: true });
  writeFileSync(`docs/${data}`, `${JSON.stringify(results, undefined, 1)}\n`);
  writeFileSync("docs/SCOREBOARD.md", page);
  writePlots(parts, results);
}

function resultsOf(all: readonly PartResult[]): ScoreboardResults {
  const sections: Record<string, ScoreboardRow[]> = {};
  for (const { sections: given } of all) {
    for (const [section, rows] of Object.entries(given)) {
      sections[section] = [...(sections[section] ?? []), ...rows];
    }
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim(),
    seed,
    hourSeconds: (values.quick ? QUICK : FULL).hourSeconds,
    machine: {
      cpu: cpus()[0]?.model ?? "unknown",
      cores: cpus().length,
      memoryGib: Math.round(totalmem() / 2 ** 30),
      node: process.version,
    },
    sections,
  };
}

function writePlots(all: readonly PartResult[], { sections }: ScoreboardResults): void {
  for (const { series } of all) {
    for (const incident of series?.incidents ?? []) {
      writeFileSync(`docs/scoreboard/${incident.file}.svg`, budgetPlot(incident));
    }
  }
  const rare = (sections["rare"] ?? []).filter(({ measure }) => measure.startsWith("rare patterns"));
  const measures = [...new Set(rare.map(({ measure }) => measure))];
  writeFileSync("docs/scoreboard/rare.svg", barPlot("Rare patterns with a kept line", measures, rare));
}
