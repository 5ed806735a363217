/**
 * Settings that this version reads and checks but does not serve yet: one sentence for each that is set, so that nobody
 * relies on what is not there. A row leaves this table with the change that serves it.
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
    instead: "the queue is kept in memory, and what waits in it is lost when the process ends",
  },
  { path: ["history", "clickhouse", "url"], isSet: written, instead: "no history is kept" },
  { path: ["history", "embedded"], isSet: present, instead: "no history is kept" },
  { path: ["fleet", "redis_url"], isSet: written, instead: "every instance works alone" },
  {
    path: ["sampling", "budget", "scope"],
    isSet: (root, path) => is(/^fleet$/)(root, path) && !written(root, ["fleet", "expected_instances"]),
    instead: "every instance holds the whole budget by itself, until fleet.expected_instances says how many there are",
  },
  { path: ["policy", "source"], isSet: is(/^(redis$|url:)/), instead: "the policy is read from policy.path only" },
  { path: ["recluster", "enabled"], isSet: is(/^true$/i), instead: "the policy changes by hand only" },
  { path: ["recluster", "llm", "base_url"], isSet: written, instead: "no model is asked" },
];

export function inactiveSettings(root: SourceNode): ConfigProblem[] {
  return INACTIVE.filter(({ path, isSet }) => isSet(root, path)).map(({ path, instead }) => {
    const name = formatPath(path);
    const message = `${name} is set, but not active in this version: ${instead}`;
    return { ...positionOf(root, path), path: name, message, suggestion: undefined };
  });
}
