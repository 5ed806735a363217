/**
 * The variables that alone are enough to start. Each stands for one setting and counts as that setting's default: a
 * configuration file that sets it wins, --set wins over both. NAME_FILE holds the path of a file with the value and
 * beats NAME; an empty variable counts as not set, because orchestrators set empty ones for what nobody filled in.
 */
import type { ConfigHost } from "../config-host.ts";
import type { ConfigProblem, SourcePosition } from "../problem.ts";
import type { SourceNode } from "./source-node.ts";
import { emptyMap, mergeNodes, nodeAt, textAt, textScalar, wrap } from "./source-node.ts";
import { MAX_SECRET_FILE_BYTES, trimFinalNewlines } from "./substitution.ts";

export interface EnvironmentVariable {
  readonly name: string;
  readonly path: readonly string[];
}

export const ENVIRONMENT_VARIABLES: readonly EnvironmentVariable[] = [
  { name: "POSTHOG_API_KEY", path: ["exporters", "posthog", "api_key"] },
  { name: "POSTHOG_HOST", path: ["exporters", "posthog", "host"] },
  { name: "LIPSERVICE_KEEP_RATIO", path: ["sampling", "budget", "keep_ratio"] },
  { name: "CLICKHOUSE_URL", path: ["history", "clickhouse", "url"] },
  { name: "REDIS_URL", path: ["fleet", "redis_url"] },
  { name: "LIPSERVICE_ADMIN_TOKEN", path: ["admin", "token"] },
];

export interface EnvironmentTree {
  readonly root: SourceNode;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

/** @param files what the files say: a variable is left out where it would contradict their choice of parts */
export function readEnvironment(host: ConfigHost, files: SourceNode): EnvironmentTree {
  const problems: ConfigProblem[] = [];
  const warnings: ConfigProblem[] = [];
  let root: SourceNode = emptyMap(at("the environment"));
  for (const variable of ENVIRONMENT_VARIABLES) {
    const value = readVariable(variable, host);
    if (value === undefined) continue;
    if (!value.ok) {
      problems.push(
        problem(value.source, variable, `${value.source} names a file that cannot be read: ${value.reason}`),
      );
      continue;
    }
    const conflict = contradicts(variable, files);
    if (conflict !== undefined) {
      warnings.push(problem(value.source, variable, `${value.source} is set, but ${conflict}`));
      continue;
    }
    if (value.worldReadable) {
      const message = `${value.source} names a file that every user of this machine can read; wanted mode 0400 or 0440`;
      warnings.push(problem(value.source, variable, message));
    }
    root = mergeNodes(root, wrap(variable.path, textScalar(value.text, at(value.source), value.file)));
  }
  return { root, problems, warnings };
}

type VariableValue =
  | {
      readonly ok: true;
      readonly source: string;
      readonly text: string;
      readonly file?: string;
      readonly worldReadable: boolean;
    }
  | { readonly ok: false; readonly source: string; readonly reason: string };

function readVariable(variable: EnvironmentVariable, host: ConfigHost): VariableValue | undefined {
  const fileVariable = `${variable.name}_FILE`;
  const file = host.env[fileVariable];
  if (file !== undefined && file !== "") {
    const read = host.readText(file, MAX_SECRET_FILE_BYTES);
    if (!read.ok) return { ok: false, source: fileVariable, reason: read.reason };
    const { worldReadable } = read;
    return { ok: true, source: fileVariable, text: trimFinalNewlines(read.text), file, worldReadable };
  }
  const text = host.env[variable.name];
  if (text === undefined || text === "") return undefined;
  return { ok: true, source: variable.name, text, worldReadable: false };
}

/** Files that list their exporters, or choose where history goes, mean what they list. */
function contradicts(variable: EnvironmentVariable, files: SourceNode): string | undefined {
  const [section, part] = variable.path;
  const exporters = nodeAt(files, ["exporters"]);
  if (section === "exporters" && exporters?.kind === "map" && !exporters.entries.has("posthog")) {
    return "the configuration lists exporters without posthog: nothing is sent to PostHog";
  }
  if (section !== "history" || part !== "clickhouse") return undefined;
  const elsewhere =
    nodeAt(files, ["history", "embedded"])?.kind === "map" || textAt(files, ["history", "off"]) === "true";
  return elsewhere ? "the configuration keeps its history elsewhere, or keeps none" : undefined;
}

function at(source: string): SourcePosition {
  return { file: source, line: undefined, column: undefined };
}

function problem(source: string, variable: EnvironmentVariable, message: string): ConfigProblem {
  return { ...at(source), path: variable.path.join("."), message, suggestion: undefined };
}
