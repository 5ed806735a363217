/**
 * What the demo needs of its surroundings: a shop with incidents that talks to the sidecar, a watch over what arrives
 * at the other end, and the summary that says whether the product kept its word.
 */
import type { Environment } from "../../src/model/environment.ts";
import type { LoadReport } from "./client-ledger.ts";
import type { IncidentVerdict, KeptRow, KeptTotals } from "./incident-watch.ts";
import { IncidentWatch } from "./incident-watch.ts";
import type { LoadRun } from "./load-run.ts";
import { startLoad } from "./load-run.ts";
import type { LoadTarget } from "./settings.ts";

export interface DemoOptions {
  /** Where the sidecar listens; services are spread over all of them. */
  readonly targets: readonly LoadTarget[];
  readonly seed: string;
  readonly recordsPerSecond: number;
  /** Infinity runs until stop(). Every incident happens once in min(durationMs, 60 s), at least 20 s. */
  readonly durationMs: number;
}

export interface DemoTraffic {
  readonly run: LoadRun;
  /** Every row that the destination stored; give it to the stand-in as onRow before the traffic starts. */
  observe(row: KeptRow): void;
  outcome(): DemoOutcome;
}

export interface DemoOutcome {
  readonly load: LoadReport;
  readonly kept: KeptTotals;
  readonly verdicts: readonly IncidentVerdict[];
  /** Every incident planted so far had its lines kept. */
  readonly everyIncidentCaught: boolean;
}

const MIN_CYCLE_MS = 20_000;
const MAX_CYCLE_MS = 60_000;
/** Services keep a few connections busy; SDK clients send one request at a time. */
const CONNECTIONS = 8;

/** Starts sending at once. */
export function startDemoTraffic(options: DemoOptions, environment: Environment): DemoTraffic {
  const run = startLoad(
    {
      targets: options.targets,
      world: "incidents",
      seed: options.seed,
      recordsPerSecond: options.recordsPerSecond,
      durationMs: options.durationMs,
      cycleMs: Math.min(MAX_CYCLE_MS, Math.max(MIN_CYCLE_MS, options.durationMs)),
      connections: CONNECTIONS,
    },
    environment,
  );
  const watch = new IncidentWatch(run.incidents);
  return {
    run,
    observe: (row) => watch.observe(row),
    outcome: () => {
      const verdicts = watch.verdicts();
      return {
        load: run.report(),
        kept: watch.totals(),
        verdicts,
        everyIncidentCaught: verdicts.every((verdict) => verdict.caught),
      };
    },
  };
}

/**
 * The summary for people, a line each.
 * @param billedBytes what the destination counts, uncompressed
 */
export function demoSummary(outcome: DemoOutcome, billedBytes: number): string[] {
  const { load, kept, verdicts } = outcome;
  const sent = load.records.accepted;
  const caught = verdicts.filter((verdict) => verdict.caught).length;
  const error = sent === 0 ? 0 : (kept.weightSum / sent - 1) * 100;
  return [
    `sent       ${sent} records, ${megabytes(load.acceptedBytes)} MB`,
    `forwarded  ${kept.records} records (${percent(kept.records, sent)} %), ${megabytes(billedBytes)} MB billed (${percent(billedBytes, load.acceptedBytes)} %), ${kept.context} of them context, ${kept.generated} summaries`,
    `counts     the weights say ${Math.round(kept.weightSum)} records: ${error >= 0 ? "+" : ""}${error.toFixed(2)} % of what was sent`,
    `incidents  ${verdicts.length} planted, ${caught} caught`,
    ...verdicts.map(verdictLine),
  ];
}

function verdictLine({ incident, caught, missed, keptLines, keptContext }: IncidentVerdict): string {
  const context = incident.contextLines > 0 ? `, ${keptContext} of ${incident.contextLines} lines before it` : "";
  const missing = caught ? "" : `, nothing kept of "${missed.join('", "')}"`;
  const mark = caught ? "caught" : "MISSED";
  // Everyday lines of a pattern that bursts cannot be told from the burst's, and a lost answer doubles lines.
  const kept = Math.min(keptLines, incident.lines);
  return `  ${mark}  ${incident.id} in ${incident.service}: ${kept} of ${incident.lines} lines kept${context}${missing}`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "0.0" : ((part / whole) * 100).toFixed(1);
}
