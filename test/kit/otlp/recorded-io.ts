/** A CliIo that keeps what was printed, and whose standard input is a text. */
import type { CliIo } from "../../../cmd/cli/cli-io.ts";
import { VirtualEnvironment } from "../virtual-environment.ts";

export interface RecordedIo {
  readonly io: CliIo;
  /** Calls of out and err, in order. */
  readonly stdout: string[];
  readonly stderr: string[];
}

export function recordedIo(
  options: { readonly env?: Record<string, string>; readonly stdin?: string } = {},
): RecordedIo {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const io: CliIo = {
    env: options.env ?? {},
    environment: new VirtualEnvironment(),
    signal: new AbortController().signal,
    out: (text) => void stdout.push(text),
    err: (text) => void stderr.push(text),
    readStdin: () => Promise.resolve(options.stdin ?? ""),
  };
  return { io, stdout, stderr };
}
