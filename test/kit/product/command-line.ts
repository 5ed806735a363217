/** The built command as a child process, as users start it. `npm run build` makes it; `npm test` does that first. */
import type { ChildProcessByStdio } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

export const BINARY: string = fileURLToPath(new URL("../../../dist/cmd/lipservice.js", import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** The whole environment but PATH: nothing of the machine's own reaches the command. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Uint8Array;
}

export interface RunningCommand {
  /** Resolves with the next whole line of standard output; rejects when the command ends before it. */
  nextLine(): Promise<string>;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<CommandResult>;
}

/** Runs the command to its end. */
export function lipservice(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return startLipservice(args, options).ended;
}

export function startLipservice(args: readonly string[], options: CommandOptions = {}): RunningCommand {
  if (!existsSync(BINARY)) throw new Error("Run the command: dist/cmd/lipservice.js is not there, run npm run build");
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(process.execPath, [BINARY, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
    });
  }
  // A command that fails before it reads its input closes the pipe.
  child.stdin.on("error", () => undefined).end(options.stdin ?? "");
  const ended = once(child, "close").then(([code]): CommandResult => ({ code, ...printed }));
  let read = 0;
  return {
    ended,
    signal: (name) => void child.kill(name),
    nextLine: async () => {
      const over = ended.then((result) => {
        throw new Error(`The command ended with ${result.code} before its next line: ${result.stderr}`);
      });
      // Whoever waits for `ended` alone must not be told of this.
      over.catch(() => undefined);
      while (!printed.stdout.slice(read).includes("\n")) await Promise.race([once(child.stdout, "data"), over]);
      const line = printed.stdout.slice(read, printed.stdout.indexOf("\n", read));
      read += line.length + 1;
      return line;
    },
  };
}
