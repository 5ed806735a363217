/** `lipservice bypass`: stop dropping now. What it keeps beyond the budget is counted as such. */
import type { Command } from "commander";
import type { JsonView } from "../../src/admin/client/json-view.ts";
import { parseDuration } from "../../src/config/units.ts";
import type { AdminOptions, AdminRequest } from "../cli/admin-client.ts";
import { adminOption, askAndShow } from "../cli/admin-client.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printJson, printTable } from "../cli/output.ts";

interface BypassOptions extends AdminOptions {
  readonly for?: string;
  readonly end?: boolean;
  readonly list?: boolean;
  readonly output: OutputFormat;
}

const PATH = "/api/v1/bypass";

export function registerBypass(program: Command, { io, finish }: CliContext): void {
  const command = program
    .command("bypass")
    .description("stop dropping for a limited time, for one service or for all")
    .argument("[service]", "service.name; without it, all services")
    .option("--for <duration>", "duration, such as 30m, from 1s to 24h")
    .option("--end", "end the bypass of the service, or every bypass")
    .option("--list", "list the bypasses in force")
    .addOption(adminOption())
    .addOption(outputOption())
    .action(async (service: string | undefined, options: BypassOptions) => {
      const wish = [options.for !== undefined, options.end === true, options.list === true];
      if (wish.filter(Boolean).length !== 1)
        command.error("error: bypass needs exactly one of --for, --end and --list");
      if (options.for !== undefined && parseDuration(options.for) === undefined) {
        command.error("error: --for is not a duration; wanted one such as 30m");
      }
      finish(await bypass(service, options, io));
    });
}

function bypass(service: string | undefined, options: BypassOptions, io: CliIo): Promise<ExitCode> {
  return askAndShow(io, options, requestOf(service, options), (body) => {
    if (options.output === "json") printJson(io, body.value);
    else if (options.list === true) printBypasses(body, io);
    else if (options.end === true) io.out(`ended ${body.at("ended").rounded()}; dropping resumes`);
    else
      io.out(
        `dropping is stopped for ${scopeOf(body)} until ${body.at("until").text()}; the kept bytes count as over budget`,
      );
    return 0;
  });
}

function requestOf(service: string | undefined, options: BypassOptions): AdminRequest {
  if (options.list === true) return { method: "GET", path: PATH };
  if (options.end === true) {
    const query = service === undefined ? "" : `?service=${encodeURIComponent(service)}`;
    return { method: "DELETE", path: `${PATH}${query}` };
  }
  return { method: "POST", path: PATH, body: { for: options.for, ...(service === undefined ? {} : { service }) } };
}

function printBypasses(body: JsonView, io: CliIo): void {
  const rows = body
    .at("items")
    .items()
    .map((item) => [scopeOf(item), item.at("until").text()]);
  if (rows.length === 0) io.out("no bypass is in force");
  else printTable(io, ["SERVICE", "UNTIL"], rows);
}

function scopeOf(bypass: JsonView): string {
  return bypass.at("service").text() || "all services";
}
