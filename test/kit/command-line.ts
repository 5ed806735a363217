/** The built command as a child process, as users start it. `npm run build` makes it; `npm test` does that first. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const BINARY = fileURLToPath(new URL("../../dist/cmd/lipservice.js", import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** The whole environment but PATH: nothing of the machine's own reaches the command. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

export async function lipservice(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  if (!existsSync(BINARY)) throw new Error("Run the command: dist/cmd/lipservice.js is not there, run npm run build");
  const child = spawn(process.execPath, [BINARY, ...args], {
    env: { PATH: process.env["PATH"] ?? "", ...options.env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(options.stdin ?? "");
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}
