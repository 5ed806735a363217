/**
 * What no single setting can tell: settings that contradict or need each other. Read from the written tree, not from a
 * parsed configuration, so that these are reported together with every other error. A value that does not parse is
 * passed over here: the schema has already said so.
 */
import { isLoopback, parseEndpoint } from "./endpoint.ts";
import { checkPosthogToken } from "./posthog-token.ts";
import type { ConfigProblem, PathSegment } from "./problem.ts";
import { formatPath } from "./problem.ts";
import { checkRules } from "./rule-checks.ts";
import type { SourceNode } from "./source-node.ts";
import { nodeAt, positionOf, shownAt, textAt } from "./source-node.ts";

export interface CheckOptions {
  /** Whether a configuration without a destination is an error: to run it is, offline work needs none. */
  readonly needsExporter: boolean;
}

export interface Findings {
  readonly errors: ConfigProblem[];
  readonly warnings: ConfigProblem[];
}

/** Reports at a path, where it or the nearest thing above it is written. */
export type Report = (path: readonly PathSegment[], message: string, suggestion?: string) => void;

interface Context {
  readonly root: SourceNode;
  readonly error: Report;
  readonly warn: Report;
}

export function checkConfig(root: SourceNode, options: CheckOptions): Findings {
  const errors: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  const reporter =
    (into: ConfigProblem[]): Report =>
    (path, message, suggestion) => {
      into.push({ ...positionOf(root, path), path: formatPath(path), message, suggestion });
    };
  const context: Context = { root, error: reporter(errors), warn: reporter(warnings) };
  checkListeners(context);
  checkPorts(context);
  checkBudget(context);
  checkRules(root, context.error, context.warn);
  checkExporters(context, options);
  checkQueue(context);
  checkHistoryAndFleet(context);
  return { errors, warnings };
}

const GRPC = ["receivers", "otlp", "protocols", "grpc"] as const;
const HTTP = ["receivers", "otlp", "protocols", "http"] as const;

function checkListeners(context: Context): void {
  for (const protocol of [GRPC, HTTP]) {
    checkTls(context, protocol);
    const authenticated =
      listLength(context, [...protocol, "auth", "bearer_tokens"]) > 0 ||
      listLength(context, [...protocol, "auth", "basic_users"]) > 0 ||
      textAt(context.root, [...protocol, "tls", "client_ca_file"]) !== undefined;
    const remedy = `${formatPath([...protocol, "auth"])}, or insecure_listen: true`;
    checkExposure(context, protocol, authenticated, remedy);
    const plain = textAt(context.root, [...protocol, "tls", "cert_file"]) === undefined;
    if (authenticated && plain && exposedEndpoint(context, protocol) !== undefined) {
      context.warn(
        [...protocol, "endpoint"],
        `${formatPath(protocol)} takes credentials without TLS: others on the network can read them`,
      );
    }
  }
  const hasToken = textAt(context.root, ["admin", "token"]) !== undefined;
  checkExposure(context, ["admin"], hasToken, "admin.token (LIPSERVICE_ADMIN_TOKEN), or insecure_listen: true");
  const protocols = nodeAt(context.root, ["receivers", "otlp", "protocols"]);
  if (protocols?.kind === "map" && protocols.entries.size === 0) {
    context.error(["receivers", "otlp", "protocols"], "receivers.otlp.protocols is empty; wanted grpc, http or both");
  }
}

function checkExposure(context: Context, listener: readonly string[], authenticated: boolean, remedy: string): void {
  const exposed = exposedEndpoint(context, listener);
  if (exposed === undefined || authenticated || isTrue(context, [...listener, "insecure_listen"])) return;
  const path = [...listener, "endpoint"];
  context.error(
    path,
    `${formatPath(path)} is ${exposed}, which others can reach, without authentication; wanted a loopback address, ${remedy}`,
  );
}

/** The endpoint as written when it is not on loopback. */
function exposedEndpoint(context: Context, listener: readonly string[]): string | undefined {
  const text = textAt(context.root, [...listener, "endpoint"]);
  const endpoint = text === undefined ? undefined : parseEndpoint(text);
  return endpoint === undefined || isLoopback(endpoint) ? undefined : shownAt(context.root, [...listener, "endpoint"]);
}

function checkTls(context: Context, protocol: readonly string[]): void {
  const tls = [...protocol, "tls"];
  const has = (key: string): boolean => textAt(context.root, [...tls, key]) !== undefined;
  if (has("cert_file") !== has("key_file")) {
    const missing = has("cert_file") ? "key_file" : "cert_file";
    context.error(
      [...tls, missing],
      `${formatPath([...tls, missing])} is not set; wanted both cert_file and key_file, or neither`,
    );
  }
  if (has("client_ca_file") && !has("cert_file")) {
    context.error(
      [...tls, "client_ca_file"],
      `${formatPath([...tls, "client_ca_file"])} is set without cert_file; wanted TLS, or no client_ca_file`,
    );
  }
}

/** Two listeners on one port: the second would fail to bind at start. */
function checkPorts(context: Context): void {
  const listeners = [
    { path: GRPC, fallback: "127.0.0.1:4317", on: isOn(context, GRPC) },
    { path: HTTP, fallback: "127.0.0.1:4318", on: isOn(context, HTTP) },
    { path: ["admin"], fallback: "127.0.0.1:8888", on: true },
  ];
  const taken = new Map<number, readonly string[]>();
  for (const { path, fallback, on } of listeners) {
    const own = [...path, "endpoint"];
    const endpoint = parseEndpoint(textAt(context.root, own) ?? fallback);
    if (!on || endpoint === undefined || endpoint.port === 0) continue;
    const other = taken.get(endpoint.port);
    taken.set(endpoint.port, own);
    if (other === undefined) continue;
    // At the one that was written: the other may be a default.
    const [blamed, kept] = nodeAt(context.root, own) === undefined ? [other, own] : [own, other];
    context.error(
      blamed,
      `${formatPath(blamed)} has port ${endpoint.port}, as ${formatPath(kept)} has; wanted different ports`,
    );
  }
}

function isOn(context: Context, protocol: readonly string[]): boolean {
  return nodeAt(context.root, protocol.slice(0, -1))?.kind !== "map" || nodeAt(context.root, protocol) !== undefined;
}

function checkBudget(context: Context): void {
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
  if (textAt(root, ["sampling", "budget", "scope"]) === "fleet" && textAt(root, ["fleet", "redis_url"]) === undefined) {
    context.error(
      ["sampling", "budget", "scope"],
      "sampling.budget.scope is fleet, but fleet.redis_url is not set; wanted both, or scope: instance",
    );
  }
}

/** True when a ceiling is written at this budget. */
function hasBudget(root: SourceNode, budget: readonly string[]): boolean {
  return ["keep_ratio", "bytes_per_second", "gb_per_day"].some((key) => textAt(root, [...budget, key]) !== undefined);
}

const POSTHOG_KEY = ["exporters", "posthog", "api_key"] as const;

function checkExporters(context: Context, options: CheckOptions): void {
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

function checkQueue(context: Context): void {
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

function checkHistoryAndFleet(context: Context): void {
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

function isMisread(context: Context, path: readonly PathSegment[], kind: SourceNode["kind"]): boolean {
  const node = nodeAt(context.root, path);
  const isNothing = node === undefined || (node.kind === "scalar" && node.text === undefined);
  return !isNothing && node.kind !== kind;
}

function listLength(context: Context, path: readonly PathSegment[]): number {
  const node = nodeAt(context.root, path);
  return node?.kind === "list" ? node.items.length : 0;
}

function isTrue(context: Context, path: readonly PathSegment[]): boolean {
  return textAt(context.root, path)?.toLowerCase() === "true";
}
