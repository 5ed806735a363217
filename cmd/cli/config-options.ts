/** --config and --set, the same for every verb that reads a configuration. */
import type { Command } from "commander";

export interface ConfigOptions {
  readonly config: readonly string[];
  readonly set: readonly string[];
}

export function addConfigOptions(command: Command): Command {
  return command
    .option(
      "--config <file>",
      "YAML file, or env:NAME for YAML in a variable; repeatable; later files override earlier ones by key",
      collect,
      [],
    )
    .option("--set <a.b=c>", "one setting, which overrides files and variables; repeatable", collect, []);
}

/** An option that may be given several times. */
export function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
