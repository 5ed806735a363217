/**
 * How a day's bytes hold and are used when the load is nine times as high by day as by night: two whole UTC days after
 * one that begins in the morning, by a reduced world that speaks every half minute.
 */
import { engineWith, LiveDrive } from "./live-drive.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { judged } from "./scoreboard-row.ts";
import { NO_INCIDENTS } from "./world/script.ts";
import { World } from "./world/world.ts";

const DAY_MS = 86_400_000;
const DAYS = 2;
const STEP_SECONDS = 30;
const TICK_SECONDS = 10;
const LINES_PER_STEP = 60;
const PATTERNS = 200;
/** Of an ordinary day's input. */
const SHARE = 0.1;
const SWING = 0.8;
const LEAST_USED = 0.97;
const GIGABYTE = 1e9;

export async function dayRows(seed: number): Promise<ScoreboardRow[]> {
  const perDay = Math.round(SHARE * inputOfDay(seed));
  const days = await sentByDay(seed, perDay);
  const used = days.map((bytes) => bytes / perDay);
  const note = `${perDay} bytes a day, a tenth of the input; used by day: ${used.map((share) => share.toFixed(4)).join(", ")}`;
  const measure = "gb_per_day, load 9:1 between noon and midnight";
  return [
    judged({ measure: `${measure}: sent in the highest day`, value: Math.max(...used), unit: "", note }, "<=", 1),
    judged({ measure: `${measure}: used in the lowest day`, value: Math.min(...used), unit: "" }, ">=", LEAST_USED),
  ];
}

async function sentByDay(seed: number, perDay: number): Promise<number[]> {
  const startMs = World.timeMs(0);
  const firstDay = Math.floor(startMs / DAY_MS) + 1;
  const seconds = ((firstDay + DAYS) * DAY_MS - startMs) / 1000;
  const sent = new Array<number>(DAYS).fill(0);
  const engine = await engineWith([`sampling.budget.gb_per_day=${perDay / GIGABYTE}`], seed);
  const drive = new LiveDrive(engine, (bytes, wallMs) => {
    const day = Math.floor(wallMs / DAY_MS) - firstDay;
    if (day >= 0 && day < DAYS) sent[day]! += bytes;
  });
  const world = reducedWorld(seed, seconds);
  for (let second = 0; second < seconds; second += TICK_SECONDS) {
    if (second % STEP_SECONDS !== 0) drive.tick(World.timeMs(second));
    else world.second(second, ({ bytes, length, timeMs }) => drive.feed(bytes, length, timeMs));
  }
  drive.finish();
  return sent;
}

function reducedWorld(seed: number, seconds: number): World {
  const script = {
    ...NO_INCIDENTS,
    seconds,
    warmUpSeconds: 0,
    steady: { from: 0, to: seconds },
    load: (second: number) => 1 - SWING * Math.cos((2 * Math.PI * (World.timeMs(second) % DAY_MS)) / DAY_MS),
  };
  return new World({ seed, linesPerSecond: LINES_PER_STEP, patterns: PATTERNS, script });
}

function inputOfDay(seed: number): number {
  const seconds = DAY_MS / 1000;
  const world = reducedWorld(seed, seconds);
  let bytes = 0;
  for (let second = 0; second < seconds; second += STEP_SECONDS) {
    world.second(second, ({ length }) => {
      bytes += length;
    });
  }
  return bytes;
}
