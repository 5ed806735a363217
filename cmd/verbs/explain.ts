/** `lipservice explain`: for a record, its pattern, the steps of the decision in order, and what came of it. */
import type { Command } from "commander";
import { Option } from "commander";
import { JsonView } from "../../src/admin/client/json-view.ts";
import type { AdminOptions } from "../cli/admin-client.ts";
import { adminOption, askAdmin, explainRefusal } from "../cli/admin-client.ts";
import type { CliContext, CliIo, ExitCode } from "../cli/cli-io.ts";
import type { ConfigOptions } from "../cli/config-options.ts";
import { addConfigOptions } from "../cli/config-options.ts";
import type { OutputFormat } from "../cli/output.ts";
import { outputOption, printFields, printJson, printTable, shorten } from "../cli/output.ts";
import { readInput } from "../cli/read-input.ts";

export const INPUT_FORMATS = ["auto", "text", "ndjson", "otlp-json"] as const;
export type InputFormat = (typeof INPUT_FORMATS)[number];

interface ExplainOptions extends AdminOptions, ConfigOptions {
  readonly format: InputFormat;
  readonly service?: string;
  readonly severity?: string;
  readonly policy?: string;
  readonly output: OutputFormat;
}

/** What answers for one line: a running instance, or an engine made for the question. */
type Explainer = (body: object) => Promise<readonly JsonView[] | ExitCode>;

/** Each line is one request: more than these belong to `replay`. */
const MAX_LINES = 100;
const MAX_INPUT_BYTES = 16 * 1024 * 1024;
const MAX_SHOWN = 160;
/** Ids of merged patterns that are listed. */
const SHOWN_ALIASES = 5;

export function registerExplain(program: Command, { io, finish }: CliContext): void {
  const command = program
    .command("explain")
    .description("explain why a record would be kept or dropped now, without counting or forwarding it")
    .argument("[file]", "file with one record per line; - or no file: standard input", "-")
    .addOption(
      new Option(
        "--format <format>",
        "auto: the keys of a JSON object decide between otlp-json and ndjson, other lines are text",
      )
        .choices(INPUT_FORMATS)
        .default("auto"),
    )
    .option("--service <name>", "service.name of text lines")
    .option("--severity <name>", "severity of text lines, such as warn")
    .option("--policy <file>", "decide by this policy document in a fresh process, without a running instance");
  addConfigOptions(command)
    .addOption(adminOption())
    .addOption(outputOption())
    .action(async (file: string, options: ExplainOptions) => finish(await explain(file, options, io)));
}

async function explain(file: string, options: ExplainOptions, io: CliIo): Promise<ExitCode> {
  const input = await readInput(io, file, MAX_INPUT_BYTES);
  if (!input.ok) return failed(io, input.message);
  const lines = input.text
    .split("\n")
    .map((line) => line.replace(/\r$/, ""))
    .filter((line) => line.trim() !== "");
  if (lines.length === 0) return failed(io, "the input has no record; wanted one per line");
  if (lines.length > MAX_LINES) return failed(io, `the input has ${lines.length} lines; wanted at most ${MAX_LINES}`);
  const explainer = await explainerFor(options, io);
  if (typeof explainer === "number") return explainer;
  const items: JsonView[] = [];
  for (const [index, line] of lines.entries()) {
    const body = recordOf(line, options);
    if (body === undefined) return failed(io, `line ${index + 1} is not a JSON object; wanted ${options.format}`);
    const traces = await explainer(body);
    if (typeof traces === "number") return traces;
    items.push(...traces);
  }
  if (options.output === "json") printJson(io, { items: items.map(({ value }) => value) });
  else for (const [index, item] of items.entries()) printTrace(item, index, io);
  return 0;
}

/** With a configuration or a policy the question is about those; without, about the running instance. */
async function explainerFor(options: ExplainOptions, io: CliIo): Promise<Explainer | ExitCode> {
  const isOffline = options.config.length > 0 || options.set.length > 0 || options.policy !== undefined;
  if (!isOffline) {
    return async (body) => {
      const answer = await askAdmin(io, options, { method: "POST", path: "/api/v1/explain", body });
      return answer.ok ? answer.body.at("items").items() : explainRefusal(io, answer);
    };
  }
  const [{ loadProductConfig }, { offlineEngine }, { explainOffline }] = await Promise.all([
    import("../cli/load-product-config.ts"),
    import("../cli/offline-engine.ts"),
    import("../cli/explain-offline.ts"),
  ]);
  const config = await loadProductConfig(io, options, "offline");
  const engine = config === undefined ? undefined : await offlineEngine(config, options.policy, io);
  if (engine === undefined) return 1;
  return (body) => {
    const traces = explainOffline(engine, body, io.environment.now());
    return Promise.resolve(traces.ok ? traces.items.map((item) => new JsonView(item)) : failed(io, traces.message));
  };
}

function failed(io: CliIo, message: string): ExitCode {
  io.err(`lipservice: ${message}`);
  return 1;
}

/** What the API takes for one line; undefined when the line is not of the format that was asked for. */
function recordOf(line: string, options: ExplainOptions): object | undefined {
  const parsed = options.format === "text" ? undefined : parseObject(line);
  if (parsed !== undefined) {
    const view = new JsonView(parsed);
    const isOtlp = view.at("resourceLogs").items().length > 0;
    const isLine = view.at("body").value !== undefined;
    if (options.format !== "auto" || isOtlp || isLine) return parsed;
  }
  if (options.format === "ndjson" || options.format === "otlp-json") return parsed;
  return {
    body: line,
    ...(options.service === undefined ? {} : { service: options.service }),
    ...(options.severity === undefined ? {} : { severity_text: options.severity }),
  };
}

function parseObject(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function printTrace(trace: JsonView, index: number, io: CliIo): void {
  if (index > 0) io.out("");
  const kept = trace.at("keep").isTrue() ? "kept" : "dropped";
  printFields(io, [
    ["pattern", `${trace.at("pattern").text()} (${trace.at("known").isTrue() ? "known" : "not seen before"})`],
    ["template", shorten(trace.at("template").text(), MAX_SHOWN)],
    ["service", `${trace.at("service").text() || "(none)"}, ${trace.at("severity").text()}`],
    ["masks", masksOf(trace)],
    ["merges", mergesOf(trace)],
    ["decision", `${kept}: ${trace.at("reason").text()}`],
    ["probability", `${trace.at("probability").rounded()}, weight ${trace.at("weight").rounded()}`],
    ["counting", trustOf(trace.at("probability").number())],
    ["policy", trace.at("policy_version").text()],
  ]);
  const steps = trace.at("steps").items();
  if (steps.length === 0) return;
  const rows = steps.map((step) => [
    `  ${step.at("step").text()}`,
    step.at("matched").isTrue() ? "yes" : "no",
    step.at("rule").text() || "-",
    step.at("because").text(),
  ]);
  printTable(io, ["  STEP", "MATCHED", "RULE", "BECAUSE"], rows);
}

/** Accuracy of sums of such weights: half the width of their 95 % interval, for independent draws. */
function trustOf(probability: number): string {
  if (Number.isNaN(probability)) return "-";
  if (probability >= 1) return "exact: every such line is kept";
  if (probability <= 0) return "none: no such line is kept";
  const within = (lines: number): string => {
    const share = 196 * Math.sqrt((1 - probability) / lines);
    return share < 1 ? "1 %" : `${Math.round(share)} %`;
  };
  return `the sum of 30 such weights is within ${within(30)} of the true count, of 1,000 within ${within(1000)} (95 %)`;
}

/** 42 is <num>, 10.0.0.1 is <ip> */
function masksOf(trace: JsonView): string {
  const masked = trace
    .at("tokens")
    .items()
    .filter((token) => token.at("mask").text() !== "");
  const texts = masked.map((token) => `${shorten(token.at("text").text(), 40)} is ${token.at("mask").text()}`);
  return texts.length === 0 ? "none" : texts.join(", ");
}

/** merged from 1AbCdEfGhIjK, …; its own template is "user zoe left" */
function mergesOf(trace: JsonView): string {
  const ids = trace
    .at("aliases")
    .items()
    .map((id) => id.text());
  if (ids.length === 0) return "none";
  const own = shorten(trace.at("masked").text(), MAX_SHOWN);
  return `merged from ${ids.slice(0, SHOWN_ALIASES).join(", ")}${ids.length > SHOWN_ALIASES ? ", …" : ""}; its own template is "${own}"`;
}
