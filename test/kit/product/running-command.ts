/** `lipservice run` as a process of the built command, on free ports; what it says is read line by line as it says it. */
import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { onTestFinished, vi } from "vitest";
import type { LoadTarget } from "../../../tools/loadgen/settings.ts";
import { HANG_MS } from "../hang-guard.ts";
import { BINARY } from "./command-line.ts";

export interface LoggedLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

export interface ExitedCommand {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export class RunningCommand {
  readonly #child: ChildProcess;
  readonly #lines: LoggedLine[] = [];
  /** Resolves when the process is gone. */
  readonly exited: Promise<ExitedCommand>;

  /**
   * @param settings a.b=c, each; ports are free ones unless they say otherwise
   * @param env the whole environment but PATH
   * @param group the cgroup.procs of a control group to start in
   */
  constructor(settings: readonly string[], env: Readonly<Record<string, string>>, group?: string) {
    const set = [
      "receivers.otlp.protocols.grpc.endpoint=127.0.0.1:0",
      "receivers.otlp.protocols.http.endpoint=127.0.0.1:0",
      "admin.endpoint=127.0.0.1:0",
      "policy.path=",
      ...settings,
    ];
    const command = [process.execPath, BINARY, "run", ...set.flatMap((setting) => ["--set", setting])];
    const [file = "", ...args] =
      group === undefined ? command : ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', group, ...command];
    const child = spawn(file, args, {
      env: { PATH: process.env["PATH"] ?? "", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => this.#lines.push(JSON.parse(line)));
    const stderr = text(child.stderr);
    this.exited = new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => {
        stderr.then((said) => resolve({ code, signal, stderr: said }), reject);
      });
    });
    onTestFinished(async () => {
      child.kill("SIGKILL");
      await this.exited;
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The first line with this message, when it was said. */
  async said(message: string): Promise<LoggedLine> {
    return await vi.waitFor(
      () => {
        const line = this.#lines.find((known) => known.message === message);
        if (line === undefined) throw new Error(`"${message}" was not said; the last line is ${this.#lastLine()}`);
        return line;
      },
      { timeout: HANG_MS, interval: 10 },
    );
  }

  /** Base URL of the admin port. */
  async admin(): Promise<string> {
    return `http://${String((await this.said("admin port listens"))["endpoint"])}`;
  }

  /** Both receivers, once the process is ready. */
  async targets(): Promise<LoadTarget[]> {
    const listening = String((await this.said("lipservice is ready"))["listening"]);
    return listening.split(", ").map((place): LoadTarget => {
      const [id = "", address = ""] = place.split(" ");
      return id.endsWith("grpc")
        ? { transport: "grpc", endpoint: address }
        : { transport: "http", endpoint: `http://${address}` };
    });
  }

  #lastLine(): string {
    return this.#lines.at(-1)?.message ?? "none";
  }
}
