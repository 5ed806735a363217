/** What verbs may touch of the process, injected: tests bring their own, lipservice.ts the real one. */
import type { Command } from "commander";
import type { Environment } from "../../src/model/environment.ts";

/** 0 ok, 1 failed or invalid, 2 usage, 3 unreachable. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly environment: Environment;
  /** Aborts on the first Ctrl-C or SIGTERM; whoever reads it takes over from Node's default of ending at once. */
  readonly signal: AbortSignal;
  /** One or more lines to standard output; the final line break is added. */
  out(text: string): void;
  /** The same to standard error. */
  err(text: string): void;
  /** The whole of standard input as text. */
  readStdin(): Promise<string>;
}

/** What a verb is given to attach itself. */
export interface CliContext {
  readonly io: CliIo;
  /** The program with every verb and all their options. */
  wholeProgram(): Promise<Command>;
  /** Called once, by the action of the verb that ran. */
  finish(code: ExitCode): void;
}
