/** One world, all samplers side by side: ours on the bytes, the others on the true patterns. */
import type { Competitor, CompetitorBudget, SampledLine } from "./competitor.ts";
import { EmaThroughput } from "./competitors/ema-throughput.ts";
import { FirstLines } from "./competitors/first-lines.ts";
import { PatternCredits } from "./competitors/pattern-credits.ts";
import { SeverityRules } from "./competitors/severity-rules.ts";
import { Uniform } from "./competitors/uniform.ts";
import { engineWith, LiveDrive } from "./live-drive.ts";
import { COUNT_WINDOW_SECONDS, Tally } from "./tally.ts";
import type { Script } from "./world/script.ts";
import { NO_INCIDENTS } from "./world/script.ts";
import type { WorldSettings } from "./world/world.ts";
import { World } from "./world/world.ts";

export const OURS = "lipservice";
/** Bytes that a summary of a competitor is taken to cost. */
const SUMMARY_BYTES = 200;
const CALIBRATION_SECONDS = 60;

export interface Contest {
  readonly world: World;
  readonly script: Script;
  /** Budget, bytes a second. */
  readonly budget: number;
  readonly tallies: readonly Tally[];
  readonly drive: LiveDrive;
  /** Seconds in which ours says that ERRORs are sampled. */
  readonly errorsSampled: Uint8Array;
  readonly input: { readonly bytesPerSecond: number; readonly linesPerSecond: number };
  /** Balance of the budget at the start of each second, bytes: what earlier time saved or owes. */
  readonly balance: Float64Array;
}

/** @param share of normal bytes that may be kept @param tell called now and then with the second */
export async function runContest(
  settings: WorldSettings,
  share: number,
  withOthers: boolean,
  tell: (second: number) => void,
): Promise<Contest> {
  const { script, seed } = settings;
  const world = new World(settings);
  const input = normalInput(settings);
  const budget = share * input.bytesPerSecond;
  const told: CompetitorBudget = {
    bytesPerSecond: budget,
    linesPerSecond: input.linesPerSecond,
    inputBytesPerSecond: input.bytesPerSecond,
    seed,
  };
  const others = withOthers ? competitors(told) : [];
  const tallies = [OURS, ...others.map(({ name }) => name)].map((name) => new Tally(name, world, script.seconds));
  const ours = tallies[0]!;
  const engine = await engineWith([`sampling.budget.bytes_per_second=${Math.round(budget)}`], seed);
  const drive = new LiveDrive(engine, (bytes, wallMs) => {
    const second = Math.floor((wallMs - World.timeMs(0)) / 1000);
    ours.bytes[Math.min(script.seconds, second)]! += bytes;
  });
  const errorsSampled = new Uint8Array(script.seconds + 1);
  const balance = new Float64Array(script.seconds + 1);
  for (let second = 0; second < script.seconds; second++) {
    if (second % 60 === 0) tell(second);
    balance[second] = engine.sampler.view.budget().balance;
    for (const [i, other] of others.entries()) tallies[i + 1]!.bytes[second]! += SUMMARY_BYTES * other.tick(second);
    playSecond(world, second, drive, others, tallies);
    if (engine.sampler.view.counters().errorsSampled) errorsSampled[second] = 1;
    if ((second + 1) % COUNT_WINDOW_SECONDS !== 0) continue;
    const { from, to } = script.steady;
    for (const tally of tallies) tally.endWindow(second >= from + COUNT_WINDOW_SECONDS - 1 && second < to);
  }
  drive.finish();
  return { world, script, budget, tallies, drive, errorsSampled, input, balance };
}

function playSecond(
  world: World,
  second: number,
  drive: LiveDrive,
  others: readonly Competitor[],
  tallies: readonly Tally[],
): void {
  const ours = tallies[0]!;
  const line = { pattern: 0, severity: 0, service: 0, bytes: 0, timeMs: 0 } satisfies SampledLine;
  world.second(second, ({ bytes, length, patterns, records, timeMs }) => {
    const { batch, decisions } = drive.feed(bytes, length, timeMs);
    if (batch.recordCount !== records) throw new Error(`${batch.recordCount} records decoded, wanted ${records}`);
    const envelope = length / records;
    line.timeMs = timeMs;
    for (let i = 0; i < records; i++) {
      const pattern = patterns[i]!;
      const content = batch.recordEnd[i]! - batch.recordStart[i]!;
      ours.line(second, pattern, content, decisions.keep[i] === 1 ? decisions.weight[i] : undefined);
      if (others.length === 0) continue;
      const { severity, service } = world.patterns.all[pattern]!;
      line.pattern = pattern;
      line.severity = severity;
      line.service = service;
      line.bytes = envelope;
      for (let at = 0; at < others.length; at++) {
        const weight = others[at]!.decide(line);
        const tally = tallies[at + 1]!;
        tally.line(second, pattern, content, weight);
        if (weight !== undefined) tally.bytes[second]! += envelope;
      }
    }
  });
}

function competitors(told: CompetitorBudget): Competitor[] {
  return [new Uniform(told), new SeverityRules(told), new EmaThroughput(told), new PatternCredits(), new FirstLines()];
}

/** What an ordinary second brings, measured on ordinary seconds of the same world. */
function normalInput(settings: WorldSettings): Contest["input"] {
  const steady = { from: 0, to: CALIBRATION_SECONDS };
  const script: Script = { ...NO_INCIDENTS, seconds: CALIBRATION_SECONDS, warmUpSeconds: 0, steady };
  const world = new World({ ...settings, script });
  let bytes = 0;
  let lines = 0;
  for (let second = 0; second < CALIBRATION_SECONDS; second++) {
    world.second(second, (request) => {
      bytes += request.length;
      lines += request.records;
    });
  }
  // The modulated rates of one minute are not their mean.
  const meanLines = settings.linesPerSecond;
  return { bytesPerSecond: (bytes / lines) * meanLines, linesPerSecond: meanLines };
}
