/**
 * Settings that this version reads and checks but does not implement yet. Each one that is set gives a warning, so that
 * no user relies on it. The change that implements a setting removes its row.
 */
import type { ConfigProblem, PathSegment } from "./problem.ts";
import { formatPath } from "./problem.ts";
import type { SourceNode } from "./source/source-node.ts";
import { nodeAt, positionOf, textAt } from "./source/source-node.ts";

export interface Inactive {
  readonly path: readonly PathSegment[];
  /** Whether the setting is used in a way that this version does not serve. */
  readonly isSet: (root: SourceNode, path: readonly PathSegment[]) => boolean;
  /** What happens instead. */
  readonly instead: string;
}

const written = (root: SourceNode, path: readonly PathSegment[]): boolean => textAt(root, path) !== undefined;
const present = (root: SourceNode, path: readonly PathSegment[]): boolean => nodeAt(root, path) !== undefined;
const is =
  (pattern: RegExp) =>
  (root: SourceNode, path: readonly PathSegment[]): boolean =>
    pattern.test(textAt(root, path) ?? "");

export const INACTIVE: readonly Inactive[] = [
  {
    path: ["queue", "directory"],
    isSet: written,
    instead: "the queue is in memory, and its records are lost when the process ends",
  },
  { path: ["history", "clickhouse", "url"], isSet: written, instead: "no history is kept" },
  { path: ["history", "embedded"], isSet: present, instead: "no history is kept" },
  { path: ["fleet", "redis_url"], isSet: written, instead: "each instance works alone" },
  {
    path: ["sampling", "budget", "scope"],
    isSet: (root, path) => is(/^fleet$/)(root, path) && !written(root, ["fleet", "expected_instances"]),
    instead: "each instance takes the whole budget until fleet.expected_instances is set",
  },
  { path: ["policy", "source"], isSet: is(/^(redis$|url:)/), instead: "the policy is read from policy.path only" },
  {
    path: ["recluster", "enabled"],
    isSet: is(/^true$/i),
    instead: "the policy changes only through commands and the API",
  },
  { path: ["recluster", "llm", "base_url"], isSet: written, instead: "no model is used" },
];

export function inactiveSettings(root: SourceNode): ConfigProblem[] {
  return INACTIVE.filter(({ path, isSet }) => isSet(root, path)).map(({ path, instead }) => {
    const name = formatPath(path);
    const message = `${name} is set, but not active in this version: ${instead}`;
    return { ...positionOf(root, path), path: name, message, suggestion: undefined };
  });
}
