/** `lipservice version`. */
import type { Command } from "commander";
import type { CliContext } from "../cli/cli-io.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printJson } from "../cli/output.ts";
import { productVersion } from "../cli/product-version.ts";

export function registerVersion(program: Command, { io, finish }: CliContext): void {
  program
    .command("version")
    .description("print the version of LipService and of Node")
    .addOption(outputOption())
    .action(({ output }: { readonly output: OutputFormat }) => {
      const version = productVersion();
      if (output === "json") printJson(io, { version, node: process.version });
      else io.out(`lipservice ${version} (node ${process.version})`);
      finish(0);
    });
}
