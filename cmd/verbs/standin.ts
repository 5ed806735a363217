/** `lipservice standin`: PostHog's log capture endpoint by itself, for trying things and for tests. */
import type { Command } from "commander";
import { Option } from "commander";
import type { LiveSwitches } from "../../tools/standin/settings.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import { collect } from "../cli/config-options.ts";
import { parseCount, parsePort, parseSize } from "../cli/number-options.ts";

interface StandinOptions {
  readonly host: string;
  readonly port: number;
  readonly managementPort: number;
  readonly projectToken: readonly string[];
  readonly unknownTokens: LiveSwitches["unknownTokens"];
  readonly quota: LiveSwitches["quota"];
  readonly overQuotaToken: readonly string[];
  readonly rateLimit?: boolean;
  readonly maxRequestBytes: number;
  readonly decode: boolean;
  readonly maxRows: number;
  readonly faultSeed: number;
}

export function registerStandin(program: Command, { io, finish }: CliContext): void {
  program
    .command("standin")
    .description("run a stand-in for PostHog's log capture endpoint until Ctrl-C")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .option("--port <port>", "port of the capture endpoint; 0: a free port", parsePort, 0)
    .option("--management-port <port>", "port for reading rows and setting faults; 0: a free port", parsePort, 0)
    .option("--project-token <token>", "project key; repeatable; default: the stand-in's own key", collect, [])
    .addOption(
      new Option("--unknown-tokens <what>", "what to do with unknown keys")
        .choices(["accept", "reject"])
        .default("accept"),
    )
    .addOption(
      new Option("--quota <what>", "answer to keys beyond their quota").choices(["ignore", "429"]).default("ignore"),
    )
    .option("--over-quota-token <token>", "key that is beyond its quota; repeatable", collect, [])
    .option("--rate-limit", "drop records that a project sends too fast, as PostHog's consumer does")
    .option("--max-request-bytes <size>", "largest request after decompression", parseSize, 2 * 1024 * 1024)
    .option("--no-decode", "count records without keeping rows")
    .option("--max-rows <number>", "number of rows to keep", parseCount, 100_000)
    .option("--fault-seed <number>", "seed of faults with a probability", parseCount, 1)
    .action(async (options: StandinOptions) => finish(await standin(options, io)));
}

async function standin(options: StandinOptions, io: CliIo): Promise<ExitCode> {
  const { runStandin } = await import("../../tools/standin/run-standin.ts");
  const { host, port, managementPort, maxRequestBytes, decode, maxRows, faultSeed } = options;
  const switches: Partial<LiveSwitches> = {
    ...(options.projectToken.length === 0 ? {} : { projectTokens: options.projectToken }),
    unknownTokens: options.unknownTokens,
    quota: options.quota,
    overQuotaTokens: options.overQuotaToken,
    rateLimit: options.rateLimit === true,
  };
  const settings = { host, port, managementPort, maxRequestBytes, decode, maxRows, faultSeed, switches };
  return (await runStandin(settings, io)) === 0 ? 0 : 1;
}
