/** The load generator as a command: a line a second while it runs, a report at the end. */
import { setTimeout as delay } from "node:timers/promises";
import type { Environment } from "../../src/model/environment.ts";
import type { LoadReport } from "./client-ledger.ts";
import type { LoadRun } from "./load-run.ts";
import { startLoad } from "./load-run.ts";
import type { LoadOptions } from "./settings.ts";

export interface RunLoadgenOptions extends LoadOptions {
  /** Default table. */
  readonly output?: "table" | "json";
  /** Progress lines on stderr; default true. */
  readonly progress?: boolean;
}

/** Where a command prints, and what ends it. */
export interface CommandIo {
  readonly environment: Environment;
  /** One line without its newline. */
  out(line: string): void;
  err(line: string): void;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

const PROGRESS_MS = 1_000;

/**
 * @returns the exit code: 0 when every record was acknowledged, 1 when not, 2 for bad options, 3 when nobody answered
 */
export async function runLoadgen(options: RunLoadgenOptions, io: CommandIo): Promise<number> {
  let run: LoadRun;
  try {
    run = startLoad(options, io.environment);
  } catch (error) {
    io.err(error instanceof Error ? error.message : "Start the load: unknown failure");
    return 2;
  }
  const stop = (): void => run.stop();
  io.signal.addEventListener("abort", stop, { once: true });
  if (io.signal.aborted) stop();
  const ended = new AbortController();
  const progress = options.progress === false ? Promise.resolve() : tellProgress(run, io, ended.signal);
  const report = await run.finished;
  ended.abort();
  await progress;
  io.signal.removeEventListener("abort", stop);
  for (const line of options.output === "json" ? [JSON.stringify(report)] : reportLines(report)) io.out(line);
  return exitCode(report);
}

/** The report for people. */
function reportLines(report: LoadReport): string[] {
  const { records, latencyMs, seconds } = report;
  const rate = seconds > 0 ? records.accepted / seconds : 0;
  const attempts = Object.entries(report.attempts).map(([status, count]) => `${status} ${count}`);
  return [
    `records   offered ${records.offered}, accepted ${records.accepted}, rejected ${records.rejected}, refused ${records.refused}, abandoned ${records.abandoned}, skipped ${records.skipped}`,
    `requests  ${report.requests}, retries ${report.retries}, attempts: ${attempts.join(", ") || "none"}`,
    `rate      ${Math.round(rate)} records/s, ${(report.acceptedBytes / 1e6 / Math.max(seconds, 1e-9)).toFixed(1)} MB/s over ${seconds.toFixed(1)} s`,
    `latency   p50 ${latencyMs.p50.toFixed(1)} ms, p99 ${latencyMs.p99.toFixed(1)} ms, max ${latencyMs.max.toFixed(1)} ms`,
    ...(report.maybeDuplicated > 0 ? [`unsure    ${report.maybeDuplicated} records may have arrived twice`] : []),
  ];
}

function exitCode({ records, attempts }: LoadReport): number {
  if (attempts["ok"] === undefined && records.offered > 0) return 3;
  return records.accepted === records.offered && records.skipped === 0 ? 0 : 1;
}

async function tellProgress(run: LoadRun, io: CommandIo, ended: AbortSignal): Promise<void> {
  let before = 0;
  while (!ended.aborted) {
    try {
      await delay(PROGRESS_MS, undefined, { signal: ended });
    } catch {
      return;
    }
    const { records, retries, seconds } = run.report();
    io.err(
      `${seconds.toFixed(0)} s: ${records.accepted - before} records/s, ${records.accepted} accepted, ${retries} retries`,
    );
    before = records.accepted;
  }
}
