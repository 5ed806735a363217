/** `lipservice doctor`: what is wrong with a running instance, and what to do about it. */
import type { Command } from "commander";
import { findingsOf } from "../../src/admin/client/doctor-findings.ts";
import type { AdminOptions } from "../cli/admin-client.ts";
import { adminOption, askAdmin, explainRefusal } from "../cli/admin-client.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printJson, printTable } from "../cli/output.ts";

interface DoctorOptions extends AdminOptions {
  readonly output: OutputFormat;
}

export function registerDoctor(program: Command, { io, finish }: CliContext): void {
  program
    .command("doctor")
    .description("show what is wrong with a running instance and what to do; fails when there is a problem")
    .addOption(adminOption())
    .addOption(outputOption())
    .action(async (options: DoctorOptions) => finish(await doctor(options, io)));
}

async function doctor(options: DoctorOptions, io: CliIo): Promise<ExitCode> {
  const health = await askAdmin(io, options, { method: "GET", path: "/healthz", alsoAnswers: [503] });
  if (!health.ok) return explainRefusal(io, health);
  const stats = await askAdmin(io, options, { method: "GET", path: "/api/v1/stats" });
  if (!stats.ok) return explainRefusal(io, stats);
  const findings = findingsOf(health.body, stats.body);
  if (options.output === "json") printJson(io, { items: findings });
  else if (findings.length === 0) io.out("nothing is wrong");
  else {
    const rows = findings.map(({ level, check, message, advice }) => [level, check, message, advice]);
    printTable(io, ["LEVEL", "CHECK", "WHAT", "WHAT TO DO"], rows);
  }
  return findings.some(({ level }) => level === "problem") ? 1 : 0;
}
