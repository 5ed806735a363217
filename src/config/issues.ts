/**
 * zod's issues → problems with a place, the current value and what is wanted. The current value is shown only when it
 * was written as such: never that of a secret, never one that a reference brought in, never that of a group, which may
 * hold secrets.
 */
import type { z } from "zod";
import type { LeafIssue } from "./fields/leaf.ts";
import type { ConfigProblem, PathSegment } from "./problem.ts";
import { formatPath } from "./problem.ts";
import { knownSettings } from "./setting-table.ts";
import type { SourceNode } from "./source/source-node.ts";
import { keyPositionOf, nodeAt, positionOf } from "./source/source-node.ts";
import { nearest } from "./suggest.ts";

/** Longer values are cut: an error is one line. */
const MAX_SHOWN = 60;
/** Beyond this a list of keys helps nobody. */
const MAX_LISTED_KEYS = 12;

export function problemsOf(issues: readonly z.core.$ZodIssue[], root: SourceNode, schema: z.ZodType): ConfigProblem[] {
  return issues.flatMap((issue) => {
    const path = issue.path.map((segment) => (typeof segment === "symbol" ? String(segment) : segment));
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, path, root, schema));
    if (issue.code === "custom") return [leafProblem(path, root, issue.params)];
    if (issue.code === "too_big") return [problem(path, root, `has more than ${issue.maximum} entries`)];
    const wanted = issue.code === "invalid_type" && issue.expected === "array" ? "a list" : "a map of settings";
    const node = nodeAt(root, path);
    return [problem(path, root, `${node?.kind === "scalar" ? "is text" : describe(node, true)}; wanted ${wanted}`)];
  });
}

function leafProblem(
  path: readonly PathSegment[],
  root: SourceNode,
  params: Readonly<Record<string, unknown>> | undefined,
): ConfigProblem {
  const leaf: Partial<LeafIssue> = params ?? {};
  const state = leaf.because ?? describe(nodeAt(root, path), leaf.secret !== false);
  return problem(path, root, `${state}; wanted ${leaf.wanted ?? "another value"}`, leaf.suggestion);
}

/** "is 7", "is not set", "is a map", "is taken from ${env:NAME}, whose value does not fit". */
function describe(node: SourceNode | undefined, hidden: boolean): string {
  if (node === undefined) return "is not set";
  if (node.kind !== "scalar") return node.kind === "map" ? "is a map" : "is a list";
  if (node.reference !== undefined) return `is taken from ${node.reference}, whose value does not fit`;
  if (node.text === undefined) return "is not set";
  if (hidden) return "has a value that does not fit";
  return `is ${quote(node.text)}`;
}

/** A word as it is, anything else in quotes; cut, and without what looks like a credential. */
function quote(text: string): string {
  const harmless = withoutCredentials(text);
  const shown = harmless.length > MAX_SHOWN ? `${harmless.slice(0, MAX_SHOWN)}…` : harmless;
  return /^-?[\w.]+$/.test(shown) ? shown : JSON.stringify(shown);
}

/** What people paste into the wrong place: passwords and queries of addresses, and PostHog's keys of any kind. */
function withoutCredentials(text: string): string {
  return text
    .replace(/\/\/[^/@\s]*@/g, "//[redacted]@")
    .replace(/(:\/\/[^\s?#]*)[?#].*/g, "$1?[redacted]")
    .replace(/\bph[a-z]_\w+/g, "[redacted]");
}

function unknownKey(key: string, path: readonly PathSegment[], root: SourceNode, schema: z.ZodType): ConfigProblem {
  const shown = withoutCredentials(key).slice(0, MAX_SHOWN);
  const settings = knownSettings(schema);
  const here = formatPath(path);
  const siblings = settings.keysOf(path);
  const near = nearest(key, siblings);
  const elsewhere = near === undefined ? settings.placesOf(key) : [];
  const suggestion =
    near !== undefined
      ? `did you mean ${JSON.stringify(near)}?`
      : elsewhere[0] !== undefined
        ? `did you mean ${elsewhere[0]}?`
        : undefined;
  const listed =
    siblings.length <= MAX_LISTED_KEYS && siblings.length > 0 ? `; wanted one of ${siblings.join(", ")}` : "";
  const place = here === "" ? "the configuration" : here;
  return {
    ...keyPositionOf(root, path, key),
    path: formatPath([...path, shown]),
    message: `${JSON.stringify(shown)} is not a setting of ${place}${listed}`,
    suggestion,
  };
}

function problem(path: readonly PathSegment[], root: SourceNode, state: string, suggestion?: string): ConfigProblem {
  const name = formatPath(path);
  const subject = name === "" ? "the configuration" : name;
  return { ...positionOf(root, path), path: name, message: `${subject} ${state}`, suggestion };
}
