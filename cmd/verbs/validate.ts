/**
 * `lipservice validate`: everything that is wrong with a configuration and a policy document, without starting
 * anything.
 */
import type { Command } from "commander";
import type { Config, ModeOrigin } from "../../src/config/config.ts";
import type { ConfigHost } from "../../src/config/config-host.ts";
import type { ConfigResult } from "../../src/config/load.ts";
import { listNames, modeExceptions } from "../../src/config/mode-exceptions.ts";
import type { ConfigProblem } from "../../src/config/problem.ts";
import { formatProblem } from "../../src/config/problem.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { ConfigOptions } from "../cli/config-options.ts";
import { addConfigOptions } from "../cli/config-options.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printJson } from "../cli/output.ts";

interface ValidateOptions extends ConfigOptions {
  readonly policy?: string;
  readonly denyWarnings?: boolean;
  readonly output: OutputFormat;
}

const MODE_BECAUSE: Readonly<Record<ModeOrigin, string>> = {
  configured: "as configured",
  budget_configured: "because a budget is configured",
  no_budget: "because no budget is configured",
};

export function registerValidate(program: Command, { io, finish }: CliContext): void {
  const command = program
    .command("validate")
    .description("check a configuration: all errors at once, with line, column and a suggestion")
    .argument("[file...]", "YAML files, as with --config");
  addConfigOptions(command)
    .option("--policy <file>", "check this policy document too")
    .option("--deny-warnings", "fail on warnings")
    .addOption(outputOption())
    .action(async (files: readonly string[], options: ValidateOptions) => finish(await validate(files, options, io)));
}

async function validate(files: readonly string[], options: ValidateOptions, io: CliIo): Promise<ExitCode> {
  const [{ loadConfig }, { nodeConfigHost }] = await Promise.all([
    import("../../src/config/load.ts"),
    import("../../src/config/node-config-host.ts"),
  ]);
  const host = nodeConfigHost(io.env);
  const sources = [...options.config, ...files];
  const result = await loadConfig({ sources, overrides: options.set, purpose: "run" }, host);
  const policyErrors = options.policy === undefined ? [] : await policyProblems(options.policy, host);
  const errors = [...(result.ok ? [] : result.errors), ...policyErrors];
  const denied = options.denyWarnings === true && result.warnings.length > 0;
  const valid = errors.length === 0 && !denied;
  if (options.output === "json") printJson(io, jsonReport(result, errors, valid));
  else printReport(io, result, errors, valid);
  return valid ? 0 : 1;
}

function printReport(io: CliIo, result: ConfigResult, errors: readonly ConfigProblem[], valid: boolean): void {
  for (const error of errors) io.err(`error: ${formatProblem(error)}`);
  for (const warning of result.warnings) io.err(`warning: ${formatProblem(warning)}`);
  const warnings = count(result.warnings.length, "warning");
  if (!valid) io.err(`invalid: ${count(errors.length, "error")}, ${warnings}`);
  else if (result.ok) {
    io.out(`valid: ${modeSentence(result.config.sampling, result.modeOrigin)}; ${warnings}`);
  }
}

function modeSentence(sampling: Config["sampling"], origin: ModeOrigin): string {
  const exceptions = Object.keys(modeExceptions(sampling));
  const because = `mode ${sampling.mode}, ${MODE_BECAUSE[origin]}`;
  const names = listNames(exceptions);
  if (sampling.mode === "enforce") return exceptions.length === 0 ? because : `${because}, but observe for ${names}`;
  if (exceptions.length === 0) return `${because}: everything is forwarded`;
  return `${because} for all: everything is forwarded, but what ${names} ${exceptions.length === 1 ? "sends" : "send"}, where the mode is enforce`;
}

function jsonReport(result: ConfigResult, errors: readonly ConfigProblem[], valid: boolean): object {
  return {
    valid,
    mode: result.ok ? result.config.sampling.mode : null,
    mode_origin: result.ok ? result.modeOrigin : null,
    mode_exceptions: result.ok ? modeExceptions(result.config.sampling) : {},
    errors: errors.map(jsonProblem),
    warnings: result.warnings.map(jsonProblem),
  };
}

function jsonProblem({ file, line, column, path, message, suggestion }: ConfigProblem): object {
  return { file, line: line ?? null, column: column ?? null, path, message, suggestion: suggestion ?? null };
}

async function policyProblems(file: string, host: ConfigHost): Promise<ConfigProblem[]> {
  const { MAX_POLICY_BYTES, parsePolicyDocument } = await import("../../src/config/policy-document.ts");
  const read = host.readText(file, MAX_POLICY_BYTES);
  const parsed = read.ok ? parsePolicyDocument(read.text) : undefined;
  const sentences = read.ok ? (parsed?.ok === false ? parsed.errors : []) : [`cannot be read: ${read.reason}`];
  return sentences.map((message) => ({
    file,
    line: undefined,
    column: undefined,
    path: "",
    message,
    suggestion: undefined,
  }));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
