/** `lipservice replay`: what the sampler would have done with recorded logs. */
import type { Command } from "commander";
import { Option } from "commander";
import type { RecordedFormat } from "../../src/replay/recorded-format.ts";
import { RECORDED_FORMATS } from "../../src/replay/recorded-format.ts";
import type { ReplaySummary } from "../../src/replay/replay-report.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { ConfigOptions } from "../cli/config-options.ts";
import { addConfigOptions } from "../cli/config-options.ts";
import { loadProductConfig } from "../cli/load-product-config.ts";
import { offlineEngine } from "../cli/offline-engine.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printFields, printJson } from "../cli/output.ts";

interface ReplayVerbOptions extends ConfigOptions {
  readonly format?: RecordedFormat;
  readonly policy?: string;
  readonly decisions?: string;
  readonly summaries?: string;
  readonly output: OutputFormat;
}

export function registerReplay(program: Command, { io, finish }: CliContext): void {
  const command = program
    .command("replay")
    .description("run the real engine over recorded logs under a simulated clock; deterministic for the same input")
    .argument("<file>", "recorded logs, gzip or plain; - reads standard input");
  addConfigOptions(command)
    .addOption(
      new Option(
        "--format <format>",
        "otlp-json: one request per line; ndjson: one record per line; default: detected",
      ).choices(RECORDED_FORMATS),
    )
    .option("--policy <file>", "policy document to use")
    .option("--decisions <out>", "write the decision on every record, one JSON object per line")
    .option("--summaries <out>", "write the exact counts of every pattern and minute, one JSON object per line")
    .addOption(outputOption())
    .action(async (file: string, options: ReplayVerbOptions) => finish(await replay(file, options, io)));
}

async function replay(file: string, options: ReplayVerbOptions, io: CliIo): Promise<ExitCode> {
  const config = await loadProductConfig(io, options, "offline");
  if (config === undefined) return 1;
  const [{ runReplay }, { JsonLinesFile }, { SummaryLines }] = await Promise.all([
    import("../../src/replay/run-replay.ts"),
    import("../../src/replay/json-lines-file.ts"),
    import("../../src/replay/summary-lines.ts"),
  ]);
  const { format, decisions } = options;
  const summaries = options.summaries === undefined ? undefined : new JsonLinesFile(options.summaries);
  const history = summaries === undefined ? undefined : new SummaryLines(summaries);
  const engine = await offlineEngine(config, options.policy, io, history);
  if (engine === undefined) return 1;
  try {
    const run = await runReplay(engine, { file, format, decisions, summaries }, process.stdin);
    if (run.bad.count > 0) io.err(`lipservice: ${run.bad.count} lines were not records; the first: ${run.bad.first}`);
    if (run.good === 0) {
      io.err(`lipservice: ${file} contains no readable log record; --format describes the form of a line`);
      return 1;
    }
    if (options.output === "json") printJson(io, run.summary);
    else printSummary(io, run.summary);
    return 0;
  } catch (error) {
    io.err(`lipservice: ${file} cannot be replayed: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

function printSummary(io: CliIo, summary: ReplaySummary): void {
  const { received, kept, budget, patterns, ledger } = summary;
  const reasons = Object.entries(summary.reasons).map(([reason, count]) => `${reason} ${count}`);
  printFields(io, [
    ["received", `${received.records} records, ${received.bytes} bytes`],
    ["kept", `${kept.records} records, ${kept.bytes} billed bytes, ratio ${kept.ratio.toFixed(4)}`],
    ["reasons", reasons.join(", ") || "none"],
    [
      "budget",
      `${budget.granted_bytes} bytes granted, kept/granted ${budget.kept_over_granted.toFixed(4)}, worst hour ${budget.worst_hour_ratio.toFixed(4)} of input, worst day ${budget.worst_day_bytes} bytes`,
    ],
    ["patterns", `${patterns.count}, first line kept for ${patterns.first_line_kept}`],
    [
      "counts",
      `${patterns.judged} patterns with 10 or more kept lines, ${(100 * patterns.interval_coverage).toFixed(1)} % with the true count inside their 95 % interval; mean error of weights ${(100 * patterns.mean_weight_error).toFixed(3)} %; error of the total ${(100 * patterns.total_count_error).toFixed(2)} %`,
    ],
    ["estimates", estimatesText(summary.estimates)],
    ["summaries", String(summary.summaries)],
    [
      "ledger",
      `received ${ledger.received} + generated ${ledger.generated} = forwarded ${ledger.forwarded} + sampled_out ${ledger.sampled_out} + muted ${ledger.muted} + rejected ${ledger.rejected}; error ${ledger.error}`,
    ],
  ]);
}

function estimatesText({ pattern_minutes: minutes, slices }: ReplaySummary["estimates"]): string {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const ofMinutes = `${minutes.judged} counts of a pattern and minute with 5 or more expected lines, ${percent(minutes.interval_coverage)} inside their interval`;
  if (slices.judged === 0) return ofMinutes;
  return `${ofMinutes}; ${slices.judged} slices of a pattern (1/8, 1/4, 5/8 of its traces) off by ${percent(slices.count_error)}, ${percent(slices.interval_coverage)} inside; raked to summaries off by ${percent(slices.raked_count_error)}, ${percent(slices.raked_interval_coverage)} inside`;
}
