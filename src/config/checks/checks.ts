/**
 * What no single setting can tell: settings that contradict or need each other. Read from the written tree, not from a
 * parsed configuration, so that these are reported together with every other error. A value that does not parse is
 * passed over here: the schema has already said so.
 */

import type { ConfigProblem, PathSegment } from "../problem.ts";
import { formatPath } from "../problem.ts";
import type { SourceNode } from "../source/source-node.ts";
import { nodeAt, positionOf, textAt } from "../source/source-node.ts";
import type { CheckContext, Report } from "./check-context.ts";
import { isTrue } from "./check-context.ts";
import { checkListeners, checkPorts } from "./listener-checks.ts";
import { checkPosthogToken } from "./posthog-token.ts";
import { checkRules } from "./rule-checks.ts";

export interface CheckOptions {
  /** Whether a configuration without a destination is an error: to run it is, offline work needs none. */
  readonly needsExporter: boolean;
}

export interface Findings {
  readonly errors: ConfigProblem[];
  readonly warnings: ConfigProblem[];
}

export function checkConfig(root: SourceNode, options: CheckOptions): Findings {
  const errors: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const reporter =
    (into: ConfigProblem[]): Report =>
    (path, message, suggestion) => {
      into.push({ ...positionOf(root, path), path: formatPath(path), message, suggestion });
    };
  const context: CheckContext = { root, error: reporter(errors), warn: reporter(warnings) };
  checkListeners(context);
  checkPorts(context);
  checkBudget(context);
  checkRules(root, context.error, context.warn);
  checkExporters(context, options);
  checkQueue(context);
  checkHistoryAndFleet(context);
  return { errors, warnings };
}

function checkBudget(context: CheckContext): void {
  const { root } = context;
  const budget = hasBudget(root, ["sampling", "budget"]);
  const services = nodeAt(root, ["sampling", "services"]);
  for (const name of services?.kind === "map" ? services.entries.keys() : []) {
    const service = ["sampling", "services", name];
    if (textAt(root, [...service, "mode"]) !== "enforce" || budget || hasBudget(root, [...service, "budget"])) continue;
    const mode = formatPath([...service, "mode"]);
    context.error(
      [...service, "mode"],
      `${mode} is enforce, but there is no budget to enforce; wanted a budget of the service or sampling.budget`,
    );
  }
  if (textAt(root, ["sampling", "mode"]) === "enforce" && !budget) {
    context.error(
      ["sampling", "mode"],
      "sampling.mode is enforce, but there is no budget to enforce; wanted sampling.budget.keep_ratio (1 keeps all but what rules drop), bytes_per_second or gb_per_day",
    );
  }
  const knowsFleet = ["redis_url", "expected_instances"].some((key) => textAt(root, ["fleet", key]) !== undefined);
  if (textAt(root, ["sampling", "budget", "scope"]) === "fleet" && !knowsFleet) {
    context.error(
      ["sampling", "budget", "scope"],
      "sampling.budget.scope is fleet, but neither fleet.expected_instances nor fleet.redis_url is set; wanted one of them, or scope: instance",
    );
  }
}

/** True when a ceiling is written at this budget. */
function hasBudget(root: SourceNode, budget: readonly string[]): boolean {
  return ["keep_ratio", "bytes_per_second", "gb_per_day"].some((key) => textAt(root, [...budget, key]) !== undefined);
}

const POSTHOG_KEY = ["exporters", "posthog", "api_key"] as const;

function checkExporters(context: CheckContext, options: CheckOptions): void {
  const exporters = nodeAt(context.root, ["exporters"]);
  const names = exporters?.kind === "map" ? [...exporters.entries.keys()] : ["posthog"];
  const others = names.filter((name) => name !== "posthog");
  const token = textAt(context.root, POSTHOG_KEY);
  if (token !== undefined) {
    const check = checkPosthogToken(token);
    if (!check.ok) context.error(POSTHOG_KEY, `exporters.posthog.api_key ${check.message}`);
    else if (check.warning !== undefined) context.warn(POSTHOG_KEY, `exporters.posthog.api_key ${check.warning}`);
    return;
  }
  if (!names.includes("posthog") && others.length > 0) return;
  // What has the wrong kind was reported as that; it is not missing too.
  if (isMisread(context, ["exporters"], "map") || isMisread(context, ["exporters", "posthog"], "map")) return;
  if (isMisread(context, POSTHOG_KEY, "scalar")) return;
  const state = "exporters.posthog.api_key is not set";
  if (others.length > 0) {
    context.warn(POSTHOG_KEY, `${state}: nothing is sent to PostHog, only to ${others.join(" and ")}`);
    return;
  }
  const report = options.needsExporter ? context.error : context.warn;
  report(
    POSTHOG_KEY,
    `${state}, and no other exporter is configured; wanted a project API key (phc_…) in POSTHOG_API_KEY or POSTHOG_API_KEY_FILE, or another exporter`,
  );
}

function checkQueue(context: CheckContext): void {
  const durability = textAt(context.root, ["queue", "durability"]);
  const directory = textAt(context.root, ["queue", "directory"]);
  if ((durability === "process" || durability === "fsync") && directory === undefined) {
    context.error(
      ["queue", "durability"],
      `queue.durability is ${durability}, but queue.directory is not set; wanted a directory, or durability: memory`,
    );
  }
  if (durability === "memory" && directory !== undefined) {
    context.warn(["queue", "directory"], "queue.directory is not used, because queue.durability is memory");
  }
}

function checkHistoryAndFleet(context: CheckContext): void {
  const { root } = context;
  const kept = [
    textAt(root, ["history", "clickhouse", "url"]) === undefined ? [] : ["clickhouse.url"],
    nodeAt(root, ["history", "embedded"]) === undefined ? [] : ["embedded"],
    isTrue(context, ["history", "off"]) ? ["off"] : [],
  ].flat();
  if (kept.length > 1)
    context.error(["history"], `history has ${kept.join(" and ")}; wanted one of clickhouse.url, embedded and off`);
  if (textAt(root, ["policy", "source"]) === "redis" && textAt(root, ["fleet", "redis_url"]) === undefined) {
    context.error(
      ["policy", "source"],
      "policy.source is redis, but fleet.redis_url is not set; wanted both, or source: file",
    );
  }
  const model = textAt(root, ["recluster", "llm", "model"]);
  if (textAt(root, ["recluster", "llm", "base_url"]) !== undefined && model === undefined) {
    context.error(
      ["recluster", "llm", "model"],
      "recluster.llm.model is not set, but base_url is; wanted both, or neither",
    );
  }
}

function isMisread(context: CheckContext, path: readonly PathSegment[], kind: SourceNode["kind"]): boolean {
  const node = nodeAt(context.root, path);
  const isNothing = node === undefined || (node.kind === "scalar" && node.text === undefined);
  return !isNothing && node.kind !== kind;
}
