/**
 * Files, variables and --set → one tree. Substitution is done on what people wrote, before the environment's variables
 * come in beneath it: a key with a dollar sign in it stays what it is.
 */
import type { ConfigHost } from "../config-host.ts";
import type { ConfigProblem } from "../problem.ts";
import { readEnvironment } from "./environment-variables.ts";
import type { Override } from "./override.ts";
import { readOverride } from "./override.ts";
import type { SourceEntry, SourceNode } from "./source-node.ts";
import { emptyMap, mergeNodes, nodeAt, wrap } from "./source-node.ts";
import { substitute } from "./substitution.ts";

/** A configuration is some KiB; what the product learns lives in the policy document. */
export const MAX_SOURCE_BYTES: number = 1024 * 1024;

export interface SourceTree {
  readonly root: SourceNode;
  /** False when a source could not be read: what is not in the tree may be in that source. */
  readonly complete: boolean;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

interface TreeRequest {
  readonly sources: readonly string[];
  readonly overrides: readonly string[];
}

const PROTOCOLS = ["receivers", "otlp", "protocols"] as const;

export async function readTree(request: TreeRequest, host: ConfigHost): Promise<SourceTree> {
  const files = await readFiles(request.sources, host);
  const overrides = await Promise.all(request.overrides.map(readOverride));
  const written = substitute(fillListed(applyOverrides(files.root, overrides)), host);
  const environment = readEnvironment(host, files.root);
  const refused = overrides.flatMap((override) => (override.ok ? [] : override.problems));
  return {
    root: mergeNodes(environment.root, written.node, "over"),
    complete: files.problems.length === 0 && refused.length === 0,
    problems: [...files.problems, ...refused, ...environment.problems, ...written.problems],
    warnings: [...environment.warnings, ...written.warnings, ...overrides.flatMap(exposedSecret)],
  };
}

async function readFiles(
  sources: readonly string[],
  host: ConfigHost,
): Promise<{ readonly root: SourceNode; readonly problems: readonly ConfigProblem[] }> {
  const problems: ConfigProblem[] = [];
  const first = sources[0];
  const line = first === undefined ? undefined : 1;
  let merged: SourceNode = emptyMap({ file: first ?? "the configuration", line, column: line });
  for (const source of sources) {
    const read = readSource(source, host);
    if (!read.ok) {
      const message = `the configuration cannot be read: ${read.reason}`;
      problems.push({ file: source, line: undefined, column: undefined, path: "", message, suggestion: undefined });
      continue;
    }
    const { readYaml } = await import("./yaml-source.ts");
    const yaml = readYaml(read.text, source);
    problems.push(...yaml.problems);
    if (yaml.root?.kind === "map") merged = mergeNodes(merged, yaml.root);
    else if (yaml.root?.kind === "list" || yaml.root?.text !== undefined) {
      const message = `the configuration is ${yaml.root.kind === "list" ? "a list" : "text"}; wanted a map of settings`;
      problems.push({ ...yaml.root.at, path: "", message, suggestion: undefined });
    }
  }
  return { root: merged, problems };
}

type SourceText = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };

function readSource(source: string, host: ConfigHost): SourceText {
  if (!source.startsWith("env:")) return host.readText(source, MAX_SOURCE_BYTES);
  const text = host.env[source.slice("env:".length)];
  return text === undefined ? { ok: false, reason: "the environment variable is not set" } : { ok: true, text };
}

/** --set changes a setting of what would be in force: both protocols, when no file chose among them. */
function applyOverrides(files: SourceNode, overrides: readonly Override[]): SourceNode {
  let root = files;
  for (const override of overrides) {
    if (!override.ok) continue;
    const inside =
      override.path.length > PROTOCOLS.length && PROTOCOLS.every((key, index) => override.path[index] === key);
    if (inside && nodeAt(root, PROTOCOLS)?.kind !== "map") {
      const { at } = override.node;
      const both = new Map(
        ["grpc", "http"].map((name): [string, SourceEntry] => [name, { keyAt: at, value: emptyMap(at) }]),
      );
      root = mergeNodes(root, wrap(PROTOCOLS, { kind: "map", at, entries: both }));
    }
    root = mergeNodes(root, override.node);
  }
  return root;
}

/** `debug:` and `grpc:` with nothing after them are listed, with their defaults. */
function fillListed(root: SourceNode): SourceNode {
  return [["exporters"], PROTOCOLS].reduce<SourceNode>((tree, path) => {
    const group = nodeAt(tree, path);
    if (group?.kind !== "map") return tree;
    const entries = new Map<string, SourceEntry>();
    for (const [key, { keyAt, value }] of group.entries) {
      const listed = value.kind === "scalar" && value.text === undefined;
      entries.set(key, { keyAt, value: listed ? emptyMap(value.at) : value });
    }
    return mergeNodes(tree, wrap(path, { ...group, entries }));
  }, root);
}

/** Arguments are visible to every user of the machine. */
function exposedSecret(override: Override): ConfigProblem[] {
  if (!override.ok) return [];
  const path = override.path.join(".");
  const secret = /(^|\.)(api_key|token|seed|password|redis_url|bearer_tokens|headers)(\.|$)/.test(path);
  if (!secret || override.hasReference) return [];
  const message = `${path} is given on the command line, where every user of the machine can read it; wanted a variable or a file`;
  return [{ ...override.node.at, path, message, suggestion: undefined }];
}
