/** The parts of the scoreboard: independent of each other, so that two of them can run at a time. */
import { execFile } from "node:child_process";
import type { PlotSeries } from "./plot-series.ts";
import type { ScoreboardRow } from "./scoreboard-row.ts";

export interface ScoreboardSettings {
  readonly seed: number;
  readonly linesPerSecond: number;
  readonly hourSeconds: number;
  readonly stepSeeds: readonly number[];
  readonly estimateSeeds: number;
  readonly measureSeconds: number;
  readonly signatures: number;
}

export interface PartResult {
  readonly sections: Partial<Readonly<Record<Section, readonly ScoreboardRow[]>>>;
  readonly series?: PlotSeries;
}

export type Section = "budget" | "rare" | "counts" | "fairness" | "cost" | "trainticket";

/** Each queue runs its parts one after the other; the queues run side by side. */
const QUEUES: readonly (readonly string[])[] = [
  ["incidents"],
  ["trainticket", "fairness", "small", "memory"],
  ["steps", "days", "estimates"],
];
/** CPU time is told truly where nothing else runs. */
const ALONE: readonly string[] = ["cost"];
const OUTPUT_MAX_BYTES = 64 * 2 ** 20;

export async function runParts(settings: ScoreboardSettings, tell: (line: string) => void): Promise<PartResult[]> {
  const queues = await Promise.all(
    QUEUES.map(async (names) => {
      const results: PartResult[] = [];
      for (const name of names) {
        tell(name);
        results.push(await runPart(name, settings));
      }
      return results;
    }),
  );
  const results = queues.flat();
  for (const name of ALONE) {
    tell(name);
    results.push(await runPart(name, settings));
  }
  return results;
}

function runPart(name: string, settings: ScoreboardSettings): Promise<PartResult> {
  const file = new URL("part.ts", import.meta.url).pathname;
  const args = ["--expose-gc", "--import", "tsx", file, name, JSON.stringify(settings)];
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, args, { maxBuffer: OUTPUT_MAX_BYTES }, (error, stdout) => {
      if (error !== null) reject(error);
      else resolve(JSON.parse(stdout) as PartResult);
    });
    child.stderr?.pipe(process.stderr);
  });
}
