/**
 * How well signatures group labelled lines, beside Drain: `npm run eval:signature [-- --write] [-- --groups SYSTEM]`.
 * One configuration for everything. `--write` puts the tables into docs/SIGNATURES.md; `--groups` prints the true groups
 * that were split and the predicted ones that are mixed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Run, SignatureRun } from "./grouping-run.ts";
import { runDrain, runSignature, withoutHeader } from "./grouping-run.ts";
import type { LabelledLine } from "./labelled-logs.ts";
import { dataFolder, LOGHUB_SYSTEMS, loghubContents, loghubRaw, trainTicket } from "./labelled-logs.ts";
import type { DoublingCost, StreamCost } from "./signature-cost.ts";
import { doublingCosts, streamCosts } from "./signature-cost.ts";

const DOCUMENT = resolve(import.meta.dirname, "../../docs/SIGNATURES.md");
const BEGIN = "<!-- generated: npm run eval:signature -- --write -->";
const END = "<!-- end of generated -->";

interface Row {
  readonly name: string;
  readonly lines: readonly LabelledLine[];
  readonly signature: SignatureRun;
  readonly raw: SignatureRun | undefined;
  readonly drain: Run;
  readonly maskedDrain: Run;
}

function rowOf(name: string, lines: readonly LabelledLine[], raw: readonly LabelledLine[] | undefined): Row {
  return {
    name,
    lines,
    signature: runSignature(lines),
    raw: raw === undefined ? undefined : runSignature(raw),
    drain: runDrain(lines, false),
    maskedDrain: runDrain(lines, true),
  };
}

const share = (value: number): string => value.toFixed(3);
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const thousands = (value: number): string => `${Math.round(value / 1000)} k`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? "---" : "--:"))), ...rows.map(line)].join("\n");
}

/** A bar would end the cell. */
function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function grouping(rows: readonly Row[]): string {
  const cells = (row: Row): string[] => {
    const { score, falseNovelty } = row.signature;
    const raw = row.raw === undefined ? ["", ""] : [share(row.raw.score.GA), share(row.raw.score.FGA)];
    const groups = `${score.predictedGroups} / ${score.trueGroups}`;
    const counts = [String(score.split), String(score.mixed), percent(score.maskedRare), falseNovelty.toFixed(2)];
    return [row.name, share(score.GA), share(score.FGA), ...raw, groups, ...counts];
  };
  const loghub = rows.filter(({ raw }) => raw !== undefined);
  const mean = (pick: (row: Row) => number): string =>
    share(loghub.reduce((sum, row) => sum + pick(row), 0) / loghub.length);
  const average = [
    "mean of LogHub",
    mean((row) => row.signature.score.GA),
    mean((row) => row.signature.score.FGA),
    mean((row) => row.raw?.score.GA ?? 0),
    mean((row) => row.raw?.score.FGA ?? 0),
  ];
  const head = [
    "system",
    "GA",
    "FGA",
    "GA raw",
    "FGA raw",
    "groups / true",
    "split",
    "mixed",
    "masked rare",
    "false novelty",
  ];
  return table(head, [...rows.map(cells), [...average, "", "", "", "", ""]]);
}

function beside(rows: readonly Row[]): string {
  const cells = (row: Row): string[] => [
    row.name,
    ...[row.signature, row.drain, row.maskedDrain].flatMap(({ score, falseNovelty, linesPerSecond }) => [
      `${share(score.GA)} / ${share(score.FGA)}`,
      `${score.predictedGroups}, ${percent(score.maskedRare)}, ${falseNovelty.toFixed(2)}`,
      thousands(linesPerSecond),
    ]),
    `${Math.round(row.signature.bytesPerSecond / 1e6)}`,
  ];
  const engine = (name: string): string[] => [`${name} GA / FGA`, "groups, masked rare, false novelty", "lines/s"];
  return table(
    ["system", ...engine("LipService"), ...engine("Drain"), ...engine("Drain, masks"), "LipService MB/s"],
    rows.map(cells),
  );
}

function online(rows: readonly Row[]): string {
  const cells = ({ name, signature }: Row): string[] => [
    name,
    share(signature.score.GA),
    share(signature.again.GA),
    percent(signature.aliased),
    String(signature.astray),
  ];
  return table(
    ["system", "GA in the end", "GA of a second pass, on arrival", "lines under a later alias", "astray"],
    rows.map(cells),
  );
}

function streams(costs: readonly StreamCost[]): string {
  const ordinary = costs[0]?.linesPerSecond ?? 1;
  const cells = ({ name, linesPerSecond, rows, grownBytes }: StreamCost): string[] => [
    name,
    thousands(linesPerSecond),
    (linesPerSecond / ordinary).toFixed(2),
    String(rows),
    `${(grownBytes / 2 ** 20).toFixed(0)} MiB`,
  ];
  return table(["stream", "lines/s", "of ordinary", "rows of 50,000", "memory grown"], costs.map(cells));
}

function doublings(costs: readonly DoublingCost[]): string {
  const worst = [...costs].sort((a, b) => b.factor - a.factor).slice(0, 5);
  const cells = worst.map(({ unit, factor }) => [`\`${escapeCell(unit)}\` repeated`, factor.toFixed(2)]);
  return table(["line of 32 KiB, then of 64 KiB", "time of the second over the first"], cells);
}

/** What is not grouped as the labels have it. @param limit groups a system */
function failures({ name, lines, signature }: Row, limit: number): string {
  const { ids, stage } = signature;
  const byTruth = new Map<string, Map<string, number>>();
  const byId = new Map<string, Map<string, number>>();
  const add = (map: Map<string, Map<string, number>>, key: string, value: string): void => {
    const inner = map.get(key) ?? new Map<string, number>();
    map.set(key, inner.set(value, (inner.get(value) ?? 0) + 1));
  };
  lines.forEach((line, i) => {
    add(byTruth, line.truth, ids[i]!);
    add(byId, ids[i]!, line.truth);
  });
  const text = (id: string): string =>
    `\`${escapeCell(stage.patterns.template(stage.patterns.find(id)).slice(0, 90))}\``;
  const rows: string[][] = [];
  for (const [truth, groups] of byTruth) {
    if (groups.size > 1)
      rows.push([name, `${escapeCell(truth)} is split`, [...groups.keys()].slice(0, 3).map(text).join("<br>")]);
  }
  for (const [id, truths] of byId) {
    if (truths.size > 1)
      rows.push([name, `${escapeCell([...truths.keys()].slice(0, 4).join(", "))} are one`, text(id)]);
  }
  return rows
    .slice(0, limit)
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

function report(rows: readonly Row[]): string {
  const failing = rows.map((row) => failures(row, 20)).filter((text) => text !== "");
  return [
    "### Grouping",
    grouping(rows),
    "### Beside Drain",
    beside(rows),
    "### Online",
    online(rows),
    "### Cost",
    streams(streamCosts()),
    doublings(doublingCosts()),
    "### What is not grouped as labelled",
    ["| system | label | template |", "| --- | --- | --- |", ...failing].join("\n"),
  ].join("\n\n");
}

function main(): void {
  const folder = dataFolder();
  if (folder === undefined) {
    process.stderr.write("No labelled logs: set LIPSERVICE_DATA to their folder\n");
    process.exitCode = 1;
    return;
  }
  const rows = LOGHUB_SYSTEMS.map((system) =>
    rowOf(system, loghubContents(folder, system), loghubRaw(folder, system).map(withoutHeader)),
  );
  rows.push(rowOf("TrainTicket", trainTicket(folder), undefined));
  const only = process.argv.includes("--groups") ? process.argv[process.argv.indexOf("--groups") + 1] : undefined;
  const text =
    only === undefined
      ? report(rows)
      : rows
          .filter(({ name }) => name === only)
          .map((row) => failures(row, 1000))
          .join("\n");
  process.stdout.write(`${text}\n`);
  if (!process.argv.includes("--write")) return;
  const document = readFileSync(DOCUMENT, "utf8");
  const head = document.slice(0, document.indexOf(BEGIN) + BEGIN.length);
  const tail = document.slice(document.indexOf(END));
  writeFileSync(DOCUMENT, `${head}\n\n${text}\n\n${tail}`);
}

main();
