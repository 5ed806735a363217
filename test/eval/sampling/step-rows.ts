/** How soon the budget is met after the load steps up tenfold or down to a tenth. */
import { engineWith, LiveDrive } from "./live-drive.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";
import { judged } from "./scoreboard-row.ts";
import { NO_INCIDENTS } from "./world/script.ts";
import type { WorldSettings } from "./world/world.ts";
import { World } from "./world/world.ts";

const BEFORE_SECONDS = 900;
const FROM_SECONDS = 5;
const TO_SECONDS = 15;
const TOLERANCE = 0.05;

export interface StepPlan {
  readonly seeds: readonly number[];
  readonly linesPerSecond: number;
  /** Of normal bytes. */
  readonly share: number;
}

export async function stepRows(plan: StepPlan): Promise<ScoreboardRow[]> {
  const rows: ScoreboardRow[] = [];
  for (const [name, factor] of [
    ["×10", 10],
    ["÷10", 0.1],
  ] as const) {
    const shares: number[] = [];
    for (const seed of plan.seeds) shares.push(await shareAfter(seed, factor, plan));
    const worst = Math.max(...shares.map((share) => Math.abs(share - 1)));
    const note = `sent divided by min(allowance, arrivals): ${shares.map((share) => share.toFixed(3)).join(", ")}`;
    const row = { measure: `load ${name}: 5 to 15 s after, deviation from min(allowance, arrivals)`, unit: "" };
    rows.push(judged({ ...row, value: worst, note }, "<=", TOLERANCE));
  }
  return rows;
}

async function shareAfter(seed: number, factor: number, { linesPerSecond, share }: StepPlan): Promise<number> {
  const seconds = BEFORE_SECONDS + TO_SECONDS;
  const load = (second: number): number => (second < BEFORE_SECONDS ? 1 : factor);
  const script = { ...NO_INCIDENTS, seconds, warmUpSeconds: BEFORE_SECONDS, steady: { from: 0, to: seconds }, load };
  const settings: WorldSettings = { seed, linesPerSecond, script };
  const budget = Math.round(share * (await normalBytes(settings)));
  const sent = new Float64Array(seconds + 2);
  const drive = new LiveDrive(
    await engineWith([`sampling.budget.bytes_per_second=${budget}`], seed),
    (bytes, wallMs) => {
      sent[Math.floor((wallMs - World.timeMs(0)) / 1000)]! += bytes;
    },
  );
  const world = new World(settings);
  let arrived = 0;
  for (let second = 0; second < seconds; second++) {
    world.second(second, ({ bytes, length, timeMs }) => {
      drive.feed(bytes, length, timeMs);
      if (second >= BEFORE_SECONDS + FROM_SECONDS) arrived += length;
    });
  }
  let total = 0;
  for (let second = BEFORE_SECONDS + FROM_SECONDS; second < seconds; second++) total += sent[second]!;
  return total / Math.min(arrived, (TO_SECONDS - FROM_SECONDS) * budget);
}

/** Bytes of an ordinary second, over the minute before anything happens. */
function normalBytes(settings: WorldSettings): number {
  const world = new World(settings);
  let bytes = 0;
  let lines = 0;
  for (let second = 0; second < 60; second++) {
    world.second(second, (request) => {
      bytes += request.length;
      lines += request.records;
    });
  }
  return (bytes / lines) * settings.linesPerSecond;
}
