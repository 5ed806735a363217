/** `lipservice patterns`: what a running instance has recognised. */
import type { Command } from "commander";
import type { JsonView } from "../../src/admin/client/json-view.ts";
import type { AdminOptions } from "../cli/admin-client.ts";
import { adminOption, askAndShow } from "../cli/admin-client.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printFields, printJson, printTable, shorten } from "../cli/output.ts";

interface ListOptions extends AdminOptions {
  readonly limit: string;
  readonly sort?: string;
  readonly service?: string;
  readonly severity?: string;
  readonly search?: string;
  readonly cursor?: string;
  readonly output: OutputFormat;
}

interface ShowOptions extends AdminOptions {
  readonly output: OutputFormat;
}

/** A template in a table; `show` prints it whole. */
const MAX_SHOWN = 100;

export function registerPatterns(program: Command, { io, finish }: CliContext): void {
  const patterns = program.command("patterns").description("show the patterns of a running instance");
  patterns
    .command("list", { isDefault: true })
    .description("list patterns, most records per second first")
    .option("--limit <number>", "number of patterns, 1 to 1000", "50")
    .option(
      "--sort <key>",
      "records_per_second (default), bytes_per_second, records, bytes, kept, first_seen, last_seen or id",
    )
    .option("--service <name>", "only patterns of this service")
    .option("--severity <name>", "only patterns of this severity")
    .option("--search <text>", "only patterns whose template or id contains this")
    .option("--cursor <cursor>", "continue after the page that printed this cursor")
    .addOption(adminOption())
    .addOption(outputOption())
    .action(async (options: ListOptions) => finish(await list(options, io)));
  patterns
    .command("show")
    .description("show one pattern and the reason for its probability")
    .argument("<id>", "pattern id; an alias leads to the merged pattern")
    .addOption(adminOption())
    .addOption(outputOption())
    .action(async (id: string, options: ShowOptions) => finish(await show(id, options, io)));
}

function list(options: ListOptions, io: CliIo): Promise<ExitCode> {
  const query = new URLSearchParams();
  for (const key of ["limit", "sort", "service", "severity", "search", "cursor"] as const) {
    const value = options[key];
    if (value !== undefined) query.set(key, value);
  }
  return askAndShow(io, options, { method: "GET", path: `/api/v1/patterns?${query}` }, (body) => {
    if (options.output === "json") printJson(io, body.value);
    else printList(body, io);
    return 0;
  });
}

function printList(body: JsonView, io: CliIo): void {
  const rows = body
    .at("items")
    .items()
    .map((item) => [
      item.at("id").text(),
      item.at("records_per_second").rounded(),
      item.at("bytes_per_second").rounded(),
      item.at("probability").rounded(),
      item.at("reason").text(),
      item.at("state").text(),
      item.at("severity").text(),
      shorten(item.at("service").text() || "(none)", 40),
      shorten(item.at("template").text(), MAX_SHOWN),
    ]);
  if (rows.length === 0) io.out("no patterns");
  else
    printTable(
      io,
      ["PATTERN", "RECORDS/S", "BYTES/S", "KEPT", "REASON", "STATE", "SEVERITY", "SERVICE", "TEMPLATE"],
      rows,
    );
  const next = body.at("next").text();
  if (next !== "") io.err(`there are more patterns: add --cursor ${next}`);
}

function show(id: string, options: ShowOptions, io: CliIo): Promise<ExitCode> {
  const path = `/api/v1/patterns/${encodeURIComponent(id)}`;
  return askAndShow(io, options, { method: "GET", path }, (body) => {
    if (options.output === "json") printJson(io, body.value);
    else printPattern(body, io);
    return 0;
  });
}

function printPattern(pattern: JsonView, io: CliIo): void {
  const text = (key: string): string => pattern.at(key).text();
  const rounded = (key: string): string => pattern.at(key).rounded();
  printFields(io, [
    ["pattern", text("id")],
    ["template", text("template")],
    ["service", text("service") || "(none)"],
    ["severity", text("severity")],
    ["state", text("state")],
    ["records", `${rounded("records")} (${rounded("records_per_second")} a second), ${rounded("kept")} kept`],
    ["weights", `sum to ${rounded("weighted_records")} ± ${rounded("weighted_records_plus_minus")}`],
    ["bytes", `${rounded("bytes")} (${rounded("bytes_per_second")} a second)`],
    ["seen", `${text("first_seen")} to ${text("last_seen")}`],
    ["probability", `${rounded("probability")}: ${text("reason")}`],
    ["rule", text("rule") || "none"],
    ["value", `${rounded("value")}, floor ${rounded("floor_per_minute")} a minute`],
    ["baseline", `${rounded("baseline_per_second")} a second`],
    ["family", text("family") || "none"],
    [
      "aliases",
      pattern
        .at("aliases")
        .items()
        .map((alias) => alias.text())
        .join(" ") || "none",
    ],
  ]);
  for (const sentence of pattern.at("because").items()) printFields(io, [["because", sentence.text()]]);
}
