/**
 * How well signatures group labelled lines: `npx tsx test/eval/signature.ts [--groups SYSTEM]`.
 * One configuration for everything. `--groups` prints the true groups that were split and the predicted ones mixed.
 */

import { LineHeader } from "../../src/core/signature/line-header.ts";
import { SignatureStage } from "../../src/core/signature/signature-stage.ts";
import type { GroupingScore } from "./grouping-score.ts";
import { scoreGrouping } from "./grouping-score.ts";
import type { LabelledLine } from "./labelled-logs.ts";
import { dataFolder, LOGHUB_SYSTEMS, loghubContents, loghubRaw, trainTicket } from "./labelled-logs.ts";

interface Outcome {
  readonly score: GroupingScore;
  /** The same for the ids given out on arrival. */
  readonly online: GroupingScore;
  readonly ids: readonly string[];
  readonly stage: SignatureStage;
  readonly linesPerSecond: number;
}

/** The line as the command line signs it: without its header, with the severity found there. */
function withoutHeader(line: LabelledLine): LabelledLine {
  const header = new LineHeader();
  const bytes = new TextEncoder().encode(line.text);
  const start = header.strip(bytes, 0, bytes.length);
  return { ...line, text: new TextDecoder().decode(bytes.subarray(start)), severity: header.severity };
}

function run(lines: readonly LabelledLine[]): Outcome {
  const stage = new SignatureStage(
    { maxPatterns: 50_000, maxBytes: 2048, maxServices: 1000, hashKey: new Uint8Array(16) },
    () => {},
  );
  const began = process.hrtime.bigint();
  const online = lines.map((line) => stage.id(stage.signLine(line.text, line.service, line.severity)));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  const aliases = stage.aliases();
  const ids = online.map((id) => aliases.get(id) ?? id);
  const truth = lines.map((line) => line.truth);
  return {
    score: scoreGrouping(truth, ids),
    online: scoreGrouping(truth, online),
    ids,
    stage,
    linesPerSecond: lines.length / seconds,
  };
}

function print(name: string, { score, online, linesPerSecond }: Outcome): void {
  const share = (value: number): string => value.toFixed(4);
  const { lines, GA, FGA, trueGroups, predictedGroups, split, mixed } = score;
  process.stdout.write(
    `${name.padEnd(22)} lines ${String(lines).padStart(6)}  GA ${share(GA)}  FGA ${share(FGA)}  groups ${predictedGroups}/${trueGroups}` +
      `  split ${split}  mixed ${mixed}  online GA ${share(online.GA)}  ${Math.round(linesPerSecond / 1000)}k lines/s\n`,
  );
}

function printGroups(lines: readonly LabelledLine[], { ids, stage }: Outcome): void {
  const byTruth = new Map<string, Map<string, number>>();
  const byId = new Map<string, Map<string, number>>();
  const example = new Map<string, string>();
  const add = (map: Map<string, Map<string, number>>, key: string, value: string): void => {
    const inner = map.get(key) ?? new Map<string, number>();
    map.set(key, inner.set(value, (inner.get(value) ?? 0) + 1));
  };
  lines.forEach((line, i) => {
    add(byTruth, line.truth, ids[i]!);
    add(byId, ids[i]!, line.truth);
    if (!example.has(`${line.truth}${ids[i]!}`)) example.set(`${line.truth}${ids[i]!}`, line.text);
  });
  const template = (id: string): string => stage.template(stage.find(id)).slice(0, 220);
  for (const [truth, groups] of byTruth) {
    if (groups.size === 1) continue;
    process.stdout.write(`\nSPLIT ${truth}: ${groups.size} groups\n`);
    for (const [id, count] of [...groups].sort((a, b) => b[1] - a[1]).slice(0, 12)) {
      process.stdout.write(`  ${count} ${template(id)}\n`);
    }
  }
  for (const [id, truths] of byId) {
    if (truths.size === 1) continue;
    process.stdout.write(`\nMIXED ${template(id)}\n`);
    for (const [truth, count] of [...truths].sort((a, b) => b[1] - a[1]).slice(0, 8)) {
      process.stdout.write(`  ${count} ${truth}: ${(example.get(`${truth}${id}`) ?? "").slice(0, 220)}\n`);
    }
  }
}

function main(): void {
  const folder = dataFolder();
  if (folder === undefined) {
    process.stdout.write("No labelled logs: set LIPSERVICE_DATA to their folder\n");
    return;
  }
  const only = process.argv.includes("--groups") ? process.argv[process.argv.indexOf("--groups") + 1] : undefined;
  const average = (name: string, load: (system: string) => LabelledLine[]): void => {
    const scores = LOGHUB_SYSTEMS.map((system) => {
      const lines = load(system);
      const outcome = run(lines);
      print(`${system}${name}`, outcome);
      if (only === `${system}${name}`) printGroups(lines, outcome);
      return outcome.score;
    });
    const mean = (pick: (score: GroupingScore) => number): string =>
      (scores.reduce((sum, score) => sum + pick(score), 0) / scores.length).toFixed(4);
    process.stdout.write(`average${name}: GA ${mean((score) => score.GA)}  FGA ${mean((score) => score.FGA)}\n\n`);
  };
  average("", (system) => loghubContents(folder, system));
  average("-as-text", (system) => loghubContents(folder, system).map(withoutHeader));
  average("-raw", (system) => loghubRaw(folder, system).map(withoutHeader));
  const day = trainTicket(folder);
  const outcome = run(day);
  print("TrainTicket", outcome);
  if (only === "TrainTicket") printGroups(day, outcome);
}

main();
