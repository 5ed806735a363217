/** `lipservice policy rule add|remove`: a new version of the policy, by the author user. */
import type { Command } from "commander";
import { Option } from "commander";
import type { JsonView } from "../../src/admin/client/json-view.ts";
import type { SamplingRule } from "../../src/model/policy.ts";
import type { AdminOptions } from "../cli/admin-client.ts";
import { adminOption, askAndShow } from "../cli/admin-client.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import { collect } from "../cli/config-options.ts";
import { parseMilliseconds, parseRuleValue } from "../cli/number-options.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printJson } from "../cli/output.ts";

const KINDS: readonly SamplingRule["kind"][] = ["pin", "floor", "cap", "mute"];

interface AddOptions extends AdminOptions {
  readonly id?: string;
  readonly kind: SamplingRule["kind"];
  readonly value?: number;
  readonly service?: string;
  readonly severityMin?: string;
  readonly pattern?: string;
  readonly attribute: readonly string[];
  readonly bodyContains?: string;
  readonly expires?: string;
  readonly for?: number;
  readonly reason?: string;
  readonly output: OutputFormat;
}

interface RemoveOptions extends AdminOptions {
  readonly output: OutputFormat;
}

/** @param rule the verb `policy rule` */
export function addRuleVerbs(rule: Command, { io, finish }: CliContext): void {
  const add = rule.command("add").description("add a rule to the policy; every given condition must hold");
  add
    .option("--id <name>", "name of the rule; generated when left out")
    .addOption(new Option("--kind <kind>", "effect of the rule").choices(KINDS).makeOptionMandatory())
    .option("--value <number>", "floor: lines a minute; cap: bytes a second, such as 10KiB", parseRuleValue)
    .option("--service <name>", "exact service.name")
    .option("--severity-min <name>", "lowest severity, by name or SeverityNumber")
    .option("--pattern <id>", "pattern id")
    .option("--attribute <key=value>", "attribute with exactly this value; repeatable", collect, [])
    .option("--body-contains <text>", "text that the body contains; no regular expression")
    .addOption(new Option("--expires <time>", "when the rule ends, RFC 3339").conflicts("for"))
    .addOption(new Option("--for <duration>", "time until the rule ends, such as 2h").argParser(parseMilliseconds))
    .option("--reason <text>", "why the rule exists")
    .addOption(adminOption())
    .addOption(outputOption())
    .action(async (options: AddOptions) => finish(await addRule(options, io, add)));
  rule
    .command("remove")
    .description("remove a rule of the policy; remove rules of the configuration in its file")
    .argument("<id>", "name of the rule")
    .addOption(adminOption())
    .addOption(outputOption())
    .action(async (id: string, options: RemoveOptions) => finish(await removeRule(id, options, io)));
}

function addRule(options: AddOptions, io: CliIo, command: Command): Promise<ExitCode> {
  const body = ruleOf(options, io.environment.now().wallMs, command);
  return askAndShow(io, options, { method: "POST", path: "/api/v1/policy/rules", body }, (answer) =>
    showChange("added", answer, options.output, io),
  );
}

function removeRule(id: string, options: RemoveOptions, io: CliIo): Promise<ExitCode> {
  const path = `/api/v1/policy/rules/${encodeURIComponent(id)}`;
  return askAndShow(io, options, { method: "DELETE", path }, (answer) =>
    showChange("removed", answer, options.output, io),
  );
}

function showChange(verb: string, answer: JsonView, output: OutputFormat, io: CliIo): ExitCode {
  if (output === "json") printJson(io, answer.value);
  else
    io.out(
      `${verb} rule ${answer.at("rule").at("id").text()}; the policy is now version ${answer.at("policy_version").text()}`,
    );
  return 0;
}

/** The rule as JSON: only what was given, for the instance to check. */
function ruleOf(options: AddOptions, nowWallMs: number, command: Command): object {
  const match = defined({
    service: options.service,
    severity_min: severityOf(options.severityMin),
    pattern: options.pattern,
    attributes: options.attribute.length === 0 ? undefined : attributesOf(options.attribute, command),
    body_contains: options.bodyContains,
  });
  const end = options.for === undefined ? undefined : new Date(nowWallMs + options.for).toISOString();
  const { id, kind, value, reason } = options;
  return defined({ id, match, kind, value, expires: options.expires ?? end, reason });
}

function defined(entries: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

/** SeverityNumbers are numbers in JSON. */
function severityOf(text: string | undefined): string | number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text?.toLowerCase();
}

function attributesOf(pairs: readonly string[], command: Command): Readonly<Record<string, string>> {
  const entries = pairs.map((pair): [string, string] => {
    const equals = pair.indexOf("=");
    if (equals < 1) command.error("error: --attribute has no key and value; wanted key=value");
    return [pair.slice(0, equals), pair.slice(equals + 1)];
  });
  return Object.fromEntries(entries);
}
