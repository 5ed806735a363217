/** `lipservice health`: the state of a running instance; fit for a container's health check. */
import type { Command } from "commander";
import type { JsonView } from "../../src/admin/client/json-view.ts";
import type { AdminOptions } from "../cli/admin-client.ts";
import { adminOption, askAndShow } from "../cli/admin-client.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printFields, printJson, printTable } from "../cli/output.ts";

interface HealthOptions extends AdminOptions {
  readonly ready?: boolean;
  readonly output: OutputFormat;
}

export function registerHealth(program: Command, { io, finish }: CliContext): void {
  program
    .command("health")
    .description("show the state of a running instance and its components; fails when one is failing")
    .option("--ready", "check whether it can receive logs; fails when it cannot")
    .addOption(adminOption())
    .addOption(outputOption())
    .action(async (options: HealthOptions) => finish(await health(options, io)));
}

function health(options: HealthOptions, io: CliIo): Promise<ExitCode> {
  const path = options.ready === true ? "/readyz" : "/healthz";
  return askAndShow(io, options, { method: "GET", path, alsoAnswers: [503] }, (body) => {
    if (options.output === "json") printJson(io, body.value);
    else if (options.ready === true) printReadiness(body, io);
    else printHealth(body, io);
    const bad = options.ready === true ? !body.at("ready").isTrue() : body.at("status").text() === "failing";
    return bad ? 1 : 0;
  });
}

function printReadiness(body: JsonView, io: CliIo): void {
  if (body.at("ready").isTrue()) io.out("ready");
  const missing = body.at("waiting_for").items();
  if (missing.length > 0)
    printFields(
      io,
      missing.map((sentence) => ["waiting for", sentence.text()] as const),
    );
}

function printHealth(body: JsonView, io: CliIo): void {
  printFields(io, [
    ["status", body.at("status").text()],
    ["ready", body.at("ready").isTrue() ? "yes" : "no"],
    ["version", body.at("version").text()],
    ["uptime", `${body.at("uptime_seconds").rounded()} s`],
  ]);
  const components = body.at("components").items();
  if (components.length === 0) return;
  io.out("");
  const rows = components.map((component) => ["id", "state", "message"].map((key) => component.at(key).text()));
  printTable(io, ["COMPONENT", "STATE", "MESSAGE"], rows);
}
