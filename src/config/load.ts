/**
 * Sources → one resolved configuration, or every error at once. Order of strength: --set, then files (the last beats
 * the first), then the environment's variables, then defaults. zod and yaml are loaded when they are needed: a start
 * from the environment alone parses no YAML.
 */
import { checkConfig } from "./checks/checks.ts";
import type { Config, ModeOrigin } from "./config.ts";
import type { ConfigHost } from "./config-host.ts";
import { inactiveSettings } from "./not-active.ts";
import type { ConfigProblem } from "./problem.ts";
import { resolveConfig } from "./resolve.ts";
import { toPlain } from "./source/source-node.ts";
import { readTree } from "./source/source-tree.ts";

export interface ConfigRequest {
  /** Paths of YAML files, or env:NAME for YAML in a variable; merged by key in this order. */
  readonly sources: readonly string[];
  /** a.b=c, each. */
  readonly overrides: readonly string[];
  /** run: a destination is needed. offline: replay, explain and the like need none. */
  readonly purpose: "run" | "offline";
}

export type ConfigResult =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly modeOrigin: ModeOrigin;
      readonly warnings: readonly ConfigProblem[];
    }
  | { readonly ok: false; readonly errors: readonly ConfigProblem[]; readonly warnings: readonly ConfigProblem[] };

/** Never throws for anything that a source, a variable or an argument holds. */
export async function loadConfig(request: ConfigRequest, host: ConfigHost): Promise<ConfigResult> {
  const { root, complete, problems, warnings } = await readTree(request, host);
  const { configSchema } = await import("./schema.ts");
  const schema = configSchema();
  // Compiling the schema to code pays off over many parses; this is one.
  const parsed = schema.safeParse(toPlain(root), { jitless: true });
  const errors = [...problems];
  if (!parsed.success) {
    const { problemsOf } = await import("./issues.ts");
    errors.push(...problemsOf(parsed.error.issues, root, schema));
  }
  const doubts = [...warnings];
  // While a source is missing, what seems to be missing may stand in it.
  if (complete) {
    const findings = checkConfig(root, { needsExporter: request.purpose === "run" });
    errors.push(...findings.errors);
    doubts.push(...findings.warnings, ...inactiveSettings(root));
  }
  const order = [...request.sources];
  if (errors.length > 0 || !parsed.success) {
    return { ok: false, errors: tidy(errors, problems, order), warnings: tidy(doubts, problems, order) };
  }
  const resolved = resolveConfig(parsed.data, request.purpose);
  return { ok: true, ...resolved, warnings: tidy(doubts, problems, order) };
}

/**
 * In the order of sources and lines, each once. What follows from a failed substitution is left out: that a setting
 * whose variable is not set is not set either.
 */
function tidy(
  found: readonly ConfigProblem[],
  causes: readonly ConfigProblem[],
  sources: readonly string[],
): ConfigProblem[] {
  const failed = new Set(causes.map(({ path }) => path).filter((path) => path !== ""));
  const kept = new Map<string, ConfigProblem>();
  for (const problem of found) {
    if (failed.has(problem.path) && !causes.includes(problem)) continue;
    kept.set(JSON.stringify([problem.file, problem.line, problem.column, problem.path, problem.message]), problem);
  }
  const rank = ({ file }: ConfigProblem): number => (sources.includes(file) ? sources.indexOf(file) : sources.length);
  return [...kept.values()].sort(
    (left, right) =>
      rank(left) - rank(right) || (left.line ?? 0) - (right.line ?? 0) || (left.column ?? 0) - (right.column ?? 0),
  );
}
