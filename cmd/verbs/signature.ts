/** `lipservice signature`: the pattern of every line, in order, as JSON lines. */
import type { Readable } from "node:stream";
import type { Command } from "commander";
import { Option } from "commander";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";

const FORMATS = ["text", "otlp-json", "ndjson"] as const;
type SignatureFormat = (typeof FORMATS)[number];

interface SignatureOptions {
  readonly format: SignatureFormat;
  readonly online?: boolean;
}

export function registerSignature(program: Command, { io, finish }: CliContext): void {
  program
    .command("signature")
    .description("print the pattern of every line or record, one JSON object for each, in order")
    .argument("[file]", "file with lines, gzip or plain; - or no file: standard input", "-")
    .addOption(new Option("--format <format>", "format of a line").choices(FORMATS).default("text"))
    .option("--online", "print the id that each line had on arrival, not the id after the whole input was learned")
    .action(async (file: string, options: SignatureOptions) =>
      finish(await signature(file, options, io, process.stdin)),
    );
}

async function signature(file: string, options: SignatureOptions, io: CliIo, stdin: Readable): Promise<ExitCode> {
  const [{ openRecorded, recordedLines }, { signLines }] = await Promise.all([
    import("../../src/replay/recorded-lines.ts"),
    import("../../src/replay/sign-lines.ts"),
  ]);
  try {
    const lines = recordedLines(openRecorded(file, stdin));
    const bad = await signLines(lines, { format: options.format, online: options.online === true }, (text) =>
      io.out(text),
    );
    if (bad.count > 0) io.err(`lipservice: ${bad.count} lines were not records; the first: ${bad.first}`);
    return 0;
  } catch (error) {
    io.err(`lipservice: ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
