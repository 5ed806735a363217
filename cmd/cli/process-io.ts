/** The real CliIo. Signals are taken over only by verbs that ask for `signal`, so that the others end at once. */
import { text } from "node:stream/consumers";
import { NodeEnvironment } from "../../src/runtime/node-environment.ts";
import type { CliIo } from "./cli-io.ts";

/** The shell's code for a process that ended by Ctrl-C. */
const INTERRUPTED = 130;

export function processIo(): CliIo {
  // `lipservice patterns | head` closes the pipe early: that is not a failure, and no reader is left.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  let interrupted: AbortController | undefined;
  return {
    env: process.env,
    environment: new NodeEnvironment(),
    get signal() {
      interrupted ??= interruptable();
      return interrupted.signal;
    },
    out: (line) => void process.stdout.write(`${line}\n`),
    err: (line) => void process.stderr.write(`${line}\n`),
    readStdin: () => text(process.stdin),
  };
}

function interruptable(): AbortController {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(INTERRUPTED);
    controller.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
  return controller;
}
