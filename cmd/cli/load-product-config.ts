/** A configuration for verbs that build the product: read, or every error told on stderr. */
import type { Config } from "../../src/config/config.ts";
import { formatProblem } from "../../src/config/problem.ts";
import type { CliIo } from "./cli-io.ts";
import type { ConfigOptions } from "./config-options.ts";

/** @returns undefined after the errors were printed */
export async function loadProductConfig(
  io: CliIo,
  options: ConfigOptions,
  purpose: "run" | "offline",
): Promise<Config | undefined> {
  const [{ loadConfig }, { nodeConfigHost }] = await Promise.all([
    import("../../src/config/load.ts"),
    import("../../src/config/node-config-host.ts"),
  ]);
  const request = { sources: options.config, overrides: options.set, purpose };
  const result = await loadConfig(request, nodeConfigHost(io.env));
  if (!result.ok) {
    for (const error of result.errors) io.err(`error: ${formatProblem(error)}`);
    return undefined;
  }
  if (purpose === "run") for (const warning of result.warnings) io.err(`warning: ${formatProblem(warning)}`);
  return result.config;
}
