/**
 * --set a.b=c: one setting of the effective configuration. A value in [ ] or { } is read as YAML, everything else is
 * the text itself, an endpoint such as [::1]:4318 too. Keys with dots in them are quoted: --set
 * 'sampling.services."api.v2".mode=observe'.
 */
import type { ConfigProblem, SourcePosition } from "../problem.ts";
import type { SourceNode } from "./source-node.ts";
import { textScalar, wrap } from "./source-node.ts";

export type Override =
  | {
      readonly ok: true;
      readonly path: readonly string[];
      /** The whole tree down to the value. */
      readonly node: SourceNode;
      /** The value is, or holds, a reference to a variable or a file. */
      readonly hasReference: boolean;
    }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** @param argument what followed --set; never echoed as a whole, because its value may be a secret */
export async function readOverride(argument: string): Promise<Override> {
  const equals = argument.indexOf("=");
  if (equals < 0) return refused("", "--set has no equals sign; wanted a.b=value");
  const path = splitPath(argument.slice(0, equals));
  if (path === undefined || path.includes("__proto__"))
    return refused("", "--set has no valid path before the equals sign; wanted a.b=value");
  const name = path.join(".");
  const source: SourcePosition = { file: `--set ${name}`, line: undefined, column: undefined };
  const value = argument.slice(equals + 1).trim();
  const hasReference = value.includes("${");
  if (!isYamlLike(value)) return { ok: true, path, node: wrap(path, textScalar(value, source)), hasReference };
  const { readYaml } = await import("./yaml-source.ts");
  const { root, problems } = readYaml(value, source.file);
  if (root === undefined) return { ok: false, problems: problems.map((problem) => ({ ...problem, path: name })) };
  return { ok: true, path, node: wrap(path, root), hasReference };
}

/** In brackets from end to end, or a bracket that was never closed: a mistake to be told, no text. */
function isYamlLike(value: string): boolean {
  const closing = value.startsWith("[") ? "]" : "}";
  return /^[[{]/.test(value) && (value.endsWith(closing) || !value.includes(closing));
}

/** a.b."c.d" → [a, b, c.d]; undefined when a part is empty or a quote is not closed. */
function splitPath(text: string): readonly string[] | undefined {
  if (!/^("[^"]+"|[^".[\]\s]+)(\.("[^"]+"|[^".[\]\s]+))*$/.test(text)) return undefined;
  return [...text.matchAll(/"([^"]+)"|[^".]+/g)].map((match) => match[1] ?? match[0]);
}

function refused(path: string, message: string): Override {
  return {
    ok: false,
    problems: [{ file: "--set", line: undefined, column: undefined, path, message, suggestion: undefined }],
  };
}
