/**
 * `npm run guard:decisions [-- --write] [--only NAME]`: whether the engine still decides every record as it did. Hashes
 * all decisions (pattern, keep, reason, probability, weight) of the TrainTicket day at three ratios with three seeds,
 * and the numbers of the scoreboard's quick worlds, and compares them with test/golden/decision-hashes.json. A change that is meant to
 * alter decisions writes new hashes with `--write` and says so in its commit. Takes two and a half minutes on one core.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { engineSettings, REPLAY_IDENTITY } from "../../../src/assembly/engine-settings.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { nodeConfigHost } from "../../../src/config/node-config-host.ts";
import { Engine } from "../../../src/core/engine/engine.ts";
import { Replay } from "../../../src/replay/replay.ts";
import { dataFolder } from "../labelled-logs.ts";
import { runContest } from "./contest.ts";
import { dayRows } from "./day-rows.ts";
import { estimateRows } from "./estimate-rows.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { stepRows } from "./step-rows.ts";
import type { Day } from "./trainticket-day.ts";
import { trainTicketDay } from "./trainticket-day.ts";
import { incidentsScript, loudServiceScript, steadyScript } from "./world/script.ts";

const GOLDEN = "test/golden/decision-hashes.json";
const RATIOS: readonly number[] = [0.1, 0.03, 0.01];
const SEEDS: readonly string[] = ["1", "2", "3"];
/** The size of `npm run eval:sampling -- --quick`. */
const WORLD = { seed: 1, linesPerSecond: 600 } as const;
const HOUR_SECONDS = 900;
const DRAWS = 50;

const { values } = parseArgs({ options: { write: { type: "boolean", default: false }, only: { type: "string" } } });
const only = values.only ?? "";
const tell = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

async function hashOfDay(day: Day, keepRatio: number, seed: string): Promise<string> {
  const overrides = [`sampling.budget.keep_ratio=${keepRatio}`, `sampling.seed=${seed}`];
  const loaded = await loadConfig({ sources: [], overrides, purpose: "offline" }, nodeConfigHost({}));
  if (!loaded.ok) throw new Error(`Load configuration: not valid: ${overrides.join(", ")}`);
  const hash = createHash("sha256");
  const engine = new Engine(engineSettings(loaded.config, REPLAY_IDENTITY, Number.POSITIVE_INFINITY));
  engine.setRules(loaded.config.sampling.rules, 0, (id) => id);
  const replay = new Replay(engine, (decisions) => {
    for (const { i, pattern, keep, weight, p, reason } of decisions) {
      hash.update(`${i} ${pattern} ${keep} ${weight} ${p} ${reason}\n`);
    }
  });
  for (const request of day.requests) replay.feed(request);
  const { received, kept, budget } = replay.finish().summary();
  hash.update(JSON.stringify([received, kept, budget]));
  return hash.digest("base64url");
}

/** Values of the scoreboard's rows, without their texts. */
function valuesOf(rows: readonly ScoreboardRow[]): number[] {
  return rows.map(({ value }) => value);
}

/** Every number that a world's run comes to; each depends on every decision. */
function hashOf(result: unknown): string {
  return createHash("sha256").update(JSON.stringify(result)).digest("base64url");
}

const WORLDS: Readonly<Record<string, () => Promise<string>>> = {
  "world/incidents": async () => {
    const { tallies, errorsSampled, balance } = await runContest(
      { ...WORLD, script: incidentsScript(HOUR_SECONDS) },
      0.1,
      false,
      () => undefined,
    );
    return hashOf([tallies[0], [...errorsSampled], [...balance]]);
  },
  "world/loud-service": async () => {
    const { tallies, balance } = await runContest(
      { ...WORLD, script: loudServiceScript(true) },
      0.1,
      false,
      () => undefined,
    );
    return hashOf([tallies[0], [...balance]]);
  },
  "world/small-budget": async () => {
    const script = steadyScript(HOUR_SECONDS);
    const { tallies, balance } = await runContest({ ...WORLD, script }, 0.025, false, () => undefined);
    return hashOf([tallies[0], [...balance]]);
  },
  "world/steps": async () =>
    hashOf(valuesOf(await stepRows({ seeds: [1], linesPerSecond: WORLD.linesPerSecond, share: 0.1 }))),
  "world/days": async () => hashOf(valuesOf(await dayRows(1))),
  "world/estimates": async () => hashOf(valuesOf((await estimateRows(1, DRAWS)).slice(0, 2))),
};

const folder = dataFolder();
const day = folder === undefined ? undefined : await trainTicketDay(folder);
if (day === undefined) tell("skipped: trainticket: the data is not there; LIPSERVICE_DATA names its folder");
const runs = new Map<string, () => Promise<string>>(Object.entries(WORLDS));
if (day !== undefined) {
  for (const ratio of RATIOS)
    for (const seed of SEEDS) runs.set(`trainticket/${ratio}/${seed}`, () => hashOfDay(day, ratio, seed));
}
const golden: Record<string, string> = existsSync(GOLDEN) ? JSON.parse(readFileSync(GOLDEN, "utf8")) : {};
let changed = 0;
for (const [name, run] of runs) {
  if (!name.includes(only)) continue;
  const hash = await run();
  const isSame = golden[name] === hash;
  if (!isSame) changed++;
  tell(`${isSame ? "same   " : "CHANGED"} ${name} ${hash}`);
  golden[name] = hash;
}
if (values.write) writeFileSync(GOLDEN, `${JSON.stringify(golden, undefined, 2)}\n`);
else if (changed > 0) process.exitCode = 1;
