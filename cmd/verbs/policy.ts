/** `lipservice policy`: the document that serves, and its rules. */
import type { Command } from "commander";
import type { JsonView } from "../../src/admin/client/json-view.ts";
import type { AdminOptions } from "../cli/admin-client.ts";
import { adminOption, askAdmin, askAndShow, explainRefusal } from "../cli/admin-client.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printFields, printJson, printTable } from "../cli/output.ts";
import { RULE_HEADER, ruleRow } from "../cli/rule-row.ts";
import { addRuleVerbs } from "./policy-rule.ts";

interface ShowOptions extends AdminOptions {
  readonly output: OutputFormat;
}

export function registerPolicy(program: Command, context: CliContext): void {
  const { io, finish } = context;
  const policy = program.command("policy").description("show and change the policy in force and its rules");
  policy
    .command("show")
    .description("show version, author, size and rules of the policy in force")
    .addOption(adminOption())
    .addOption(outputOption())
    .action(async (options: ShowOptions) => finish(await show(options, io)));
  policy
    .command("export")
    .description("print the policy document in force as JSON")
    .addOption(adminOption())
    .action(async (options: AdminOptions) => finish(await exportDocument(options, io)));
  addRuleVerbs(policy.command("rule").description("add and remove rules of the policy"), context);
}

function exportDocument(options: AdminOptions, io: CliIo): Promise<ExitCode> {
  return askAndShow(io, options, { method: "GET", path: "/api/v1/policy" }, (body) => {
    printJson(io, body.value);
    return 0;
  });
}

async function show(options: ShowOptions, io: CliIo): Promise<ExitCode> {
  const rules = await askAdmin(io, options, { method: "GET", path: "/api/v1/policy/rules" });
  if (!rules.ok) return explainRefusal(io, rules);
  return askAndShow(io, options, { method: "GET", path: "/api/v1/policy" }, (policy) => {
    const rows = rules.body.at("items").items();
    if (options.output === "json") printJson(io, { policy: policy.value, rules: rows.map(({ value }) => value) });
    else printPolicy(policy, rows, io);
    return 0;
  });
}

function printPolicy(policy: JsonView, rules: readonly JsonView[], io: CliIo): void {
  const size = (key: string): string => String(policy.at(key).members().length);
  printFields(io, [
    ["version", policy.at("version").text()],
    ["parent", policy.at("parent").text() || "none"],
    ["author", policy.at("author").text()],
    ["created", policy.at("created").text()],
    ["expires", policy.at("expires").text() || "never"],
    ["patterns", size("patterns")],
    ["aliases", size("aliases")],
    ["evidence", String(policy.at("evidence").items().length)],
  ]);
  io.out("");
  if (rules.length === 0) io.out("no rules");
  else printTable(io, RULE_HEADER, rules.map(ruleRow));
}
