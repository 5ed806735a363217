/** `lipservice loadgen`: seeded OTLP traffic towards any receiver. */
import type { Command } from "commander";
import { Option } from "commander";
import type { LoadTarget } from "../../tools/loadgen/settings.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import { collect } from "../cli/config-options.ts";
import { parseCount, parseMilliseconds, parseRate } from "../cli/number-options.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption } from "../cli/output.ts";

interface LoadgenOptions {
  readonly endpoint: readonly string[];
  readonly transport: LoadTarget["transport"];
  readonly world: "simple" | "incidents";
  readonly seed: string;
  readonly encoding: "protobuf" | "json";
  readonly gzip?: boolean;
  readonly batch: number;
  readonly rate: number;
  readonly connections: number;
  readonly duration?: number;
  readonly records?: number;
  readonly cycle: number;
  readonly header: readonly string[];
  readonly progress: boolean;
  readonly output: OutputFormat;
}

const DEFAULT_ENDPOINTS: Readonly<Record<LoadTarget["transport"], string>> = {
  grpc: "127.0.0.1:4317",
  http: "http://127.0.0.1:4318",
};

export function registerLoadgen(program: Command, { io, finish }: CliContext): void {
  const command = program
    .command("loadgen")
    .description("send seeded OTLP traffic, with or without incidents; fails unless every record is acknowledged");
  command
    .option(
      "--endpoint <address>",
      "grpc: host:port, http: base URL; repeatable; default: the transport's port on loopback",
      collect,
      [],
    )
    .addOption(new Option("--transport <name>", "transport").choices(["grpc", "http"]).default("http"))
    .addOption(new Option("--world <kind>", "kind of traffic").choices(["simple", "incidents"]).default("simple"))
    .option("--seed <text>", "seed; the same seed gives the same records", "1")
    .addOption(
      new Option("--encoding <name>", "encoding of http requests").choices(["protobuf", "json"]).default("protobuf"),
    )
    .option("--gzip", "compress requests")
    .option("--batch <records>", "records per request; an upper bound in the incidents world", parseCount, 512)
    .option(
      "--rate <records>",
      "records per second; 0: as fast as requests are answered (simple world)",
      parseRate,
      1_500,
    )
    .option("--connections <number>", "requests in flight, each on its own connection", parseCount, 4)
    .option("--duration <duration>", "end after this time", parseMilliseconds)
    .option("--records <number>", "end after at least this many records", parseCount)
    .option("--cycle <duration>", "length of one cycle of incidents", parseMilliseconds, 60_000)
    .option("--header <name=value>", "header of every request; repeatable", collect, [])
    .option("--no-progress", "do not print a line per second on standard error")
    .addOption(outputOption())
    .action(async (options: LoadgenOptions) => finish(await loadgen(options, io, command)));
}

async function loadgen(options: LoadgenOptions, io: CliIo, command: Command): Promise<ExitCode> {
  const { runLoadgen } = await import("../../tools/loadgen/run-loadgen.ts");
  const { transport, world, seed, encoding, connections, progress, output } = options;
  const endpoints = options.endpoint.length === 0 ? [DEFAULT_ENDPOINTS[transport]] : options.endpoint;
  const code = await runLoadgen(
    {
      targets: endpoints.map((endpoint) => ({ transport, endpoint })),
      world,
      seed,
      encoding,
      gzip: options.gzip === true,
      batchRecords: options.batch,
      recordsPerSecond: options.rate,
      connections,
      cycleMs: options.cycle,
      headers: headersOf(options.header, command),
      progress,
      output,
      ...(options.duration === undefined ? {} : { durationMs: options.duration }),
      ...(options.records === undefined ? {} : { maxRecords: options.records }),
    },
    io,
  );
  return exitCodeOf(code);
}

function headersOf(pairs: readonly string[], command: Command): Readonly<Record<string, string>> {
  const entries = pairs.map((pair): [string, string] => {
    const equals = pair.indexOf("=");
    // The value is usually a token: it is not repeated.
    if (equals < 1) command.error("error: --header has no name and value; wanted name=value");
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return Object.fromEntries(entries);
}

function exitCodeOf(code: number): ExitCode {
  return code === 0 || code === 2 || code === 3 ? code : 1;
}
