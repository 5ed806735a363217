/** The stand-in as a command: runs until told to stop, then says what it saw. */
import type { Environment } from "../../src/model/environment.ts";
import type { LiveSwitches, StandinSettings } from "./settings.ts";
import type { Standin } from "./standin.ts";
import { startStandin } from "./standin.ts";

export interface RunStandinOptions extends Partial<Omit<StandinSettings, "switches">> {
  readonly switches?: Partial<LiveSwitches>;
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

/** @returns the exit code: 0 when it ran and was stopped, 1 when it could not listen */
export async function runStandin(options: RunStandinOptions, io: CommandIo): Promise<number> {
  let standin: Standin;
  try {
    standin = await startStandin({ ...options, environment: io.environment });
  } catch (error) {
    io.err(`Start the stand-in: ${error instanceof Error ? error.message : "listening failed"}, choose another port`);
    return 1;
  }
  io.out(`PostHog stand-in: capture ${standin.url}/i/v1/logs, management ${standin.managementUrl}`);
  await aborted(io.signal);
  const { requests, records, bytes } = standin.stats();
  await standin.close();
  io.out(
    `${requests.total} requests, ${records.accepted} records accepted, ${records.stored} stored, ${bytes.billed} bytes billed`,
  );
  return 0;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
