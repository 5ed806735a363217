/** `lipservice version`. */
import type { Command } from "commander";
import type { CliContext } from "./cli-io.ts";
import type { OutputFormat } from "./output.ts";
import { outputOption, printJson } from "./output.ts";
import { productVersion } from "./product-version.ts";

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
