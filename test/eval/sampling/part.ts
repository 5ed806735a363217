/** One part of the scoreboard, in a process of its own: `part.ts NAME SETTINGS`, result as JSON on stdout. */

import { dataFolder } from "../labelled-logs.ts";
import { runContest } from "./contest.ts";
import { budgetRows, countRows, errorRows, fairnessRows, noveltyRows, overheadRows, rareRows } from "./contest-rows.ts";
import { decisionRow, stampRow, tickRow } from "./cost-rows.ts";
import { dayRows } from "./day-rows.ts";
import { estimateRows } from "./estimate-rows.ts";
import { memoryRows } from "./memory-rows.ts";
import type { PartResult, ScoreboardSettings } from "./parts.ts";
import { seriesOf } from "./plot-series.ts";
import { stepRows } from "./step-rows.ts";
import { trainTicketDay } from "./trainticket-day.ts";
import { trainTicketRows } from "./trainticket-rows.ts";
import { incidentsScript, loudServiceScript, steadyScript } from "./world/script.ts";

const BUDGET_SHARE = 0.1;
const SMALL_SHARE = 0.025;

const [name = "", text = "{}"] = process.argv.slice(2);
const settings = JSON.parse(text) as ScoreboardSettings;
const { seed, linesPerSecond, hourSeconds } = settings;
const tell = (second: number): void => {
  if (second % 1800 === 0) process.stderr.write(`  ${name}: second ${second}\n`);
};

const PARTS: Readonly<Record<string, () => Promise<PartResult>>> = {
  incidents: async () => {
    const contest = await runContest(
      { seed, linesPerSecond, script: incidentsScript(hourSeconds) },
      BUDGET_SHARE,
      true,
      tell,
    );
    return {
      sections: {
        budget: budgetRows(contest),
        rare: [...rareRows(contest, ", 10 %"), ...noveltyRows(contest), ...errorRows(contest)],
        counts: countRows(contest),
        cost: overheadRows(contest),
      },
      series: seriesOf(contest),
    };
  },
  fairness: async () => {
    const run = (isLoud: boolean) =>
      runContest({ seed, linesPerSecond, script: loudServiceScript(isLoud) }, BUDGET_SHARE, true, tell);
    return { sections: { fairness: fairnessRows(await run(true), await run(false)) } };
  },
  small: async () => {
    const contest = await runContest(
      { seed, linesPerSecond, script: steadyScript(hourSeconds) },
      SMALL_SHARE,
      true,
      tell,
    );
    return { sections: { rare: rareRows(contest, ", 2.5 %") } };
  },
  steps: async () => ({
    sections: { fairness: await stepRows({ seeds: settings.stepSeeds, linesPerSecond, share: BUDGET_SHARE }) },
  }),
  days: async () => ({ sections: { budget: await dayRows(seed) } }),
  estimates: async () => ({ sections: { counts: await estimateRows(seed, settings.estimateSeeds) } }),
  cost: async () => ({
    sections: { cost: [await stampRow(seed), await decisionRow(seed, settings.measureSeconds), tickRow(seed)] },
  }),
  trainticket: async () => {
    const folder = dataFolder();
    const day = folder === undefined ? undefined : await trainTicketDay(folder);
    if (day === undefined)
      process.stderr.write("  trainticket: the data is not there; LIPSERVICE_DATA names its folder\n");
    return { sections: day === undefined ? {} : { trainticket: await trainTicketRows(day, seed) } };
  },
  memory: async () => ({ sections: { cost: await memoryRows(seed, settings.signatures) } }),
};

const part = PARTS[name];
if (part === undefined) throw new Error(`Run part ${name}: unknown, wanted one of ${Object.keys(PARTS).join(", ")}`);
process.stdout.write(JSON.stringify(await part()));
