/** `lipservice print-config`: what would be in force, every default spelled out, secrets redacted. */
import type { Command } from "commander";
import { Option } from "commander";
import { formatProblem } from "../../src/config/problem.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { ConfigOptions } from "../cli/config-options.ts";
import { addConfigOptions } from "../cli/config-options.ts";
import { printJson } from "../cli/output.ts";

interface PrintConfigOptions extends ConfigOptions {
  readonly schema?: boolean;
  readonly output: "yaml" | "json" | "table";
}

export function registerPrintConfig(program: Command, { io, finish }: CliContext): void {
  const command = program.command("print-config").description("print the effective configuration, secrets redacted");
  addConfigOptions(command)
    .option("--schema", "print the JSON Schema of the configuration instead")
    .addOption(
      new Option("--output <format>", "output format; table is the same as yaml")
        .choices(["yaml", "json", "table"])
        .default("yaml"),
    )
    .action(async (options: PrintConfigOptions) => finish(await printEffective(options, io)));
}

async function printEffective(options: PrintConfigOptions, io: CliIo): Promise<ExitCode> {
  if (options.schema === true) {
    const { configJsonSchema } = await import("../../src/config/json-schema.ts");
    printJson(io, configJsonSchema());
    return 0;
  }
  const [{ loadConfig }, { nodeConfigHost }] = await Promise.all([
    import("../../src/config/load.ts"),
    import("../../src/config/node-config-host.ts"),
  ]);
  // A configuration without a destination can still be looked at.
  const request = { sources: options.config, overrides: options.set, purpose: "offline" } as const;
  const result = await loadConfig(request, nodeConfigHost(io.env));
  for (const warning of result.warnings) io.err(`warning: ${formatProblem(warning)}`);
  if (!result.ok) {
    for (const error of result.errors) io.err(`error: ${formatProblem(error)}`);
    return 1;
  }
  const { effectiveConfig, printConfig } = await import("../../src/config/print.ts");
  if (options.output === "json") printJson(io, effectiveConfig(result.config));
  else io.out((await printConfig(result.config)).trimEnd());
  return 0;
}
