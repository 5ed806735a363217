/** A file named on the command line, or standard input for "-". */
import type { CliIo } from "./cli-io.ts";

export type InputRead = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

export async function readInput(io: CliIo, path: string, maxBytes: number): Promise<InputRead> {
  if (path === "-") return { ok: true, text: await io.readStdin() };
  const { nodeConfigHost } = await import("../../src/config/node-config-host.ts");
  const read = nodeConfigHost(io.env).readText(path, maxBytes);
  return read.ok ? read : { ok: false, message: `${path} cannot be read: ${read.reason}` };
}
