/** What the checks across settings share: the written tree, and where findings go. */
import type { PathSegment } from "../problem.ts";
import type { SourceNode } from "../source/source-node.ts";
import { nodeAt, textAt } from "../source/source-node.ts";

/** Reports at a path, where it or the nearest thing above it is written. */
export type Report = (path: readonly PathSegment[], message: string, suggestion?: string) => void;

export interface CheckContext {
  readonly root: SourceNode;
  readonly error: Report;
  readonly warn: Report;
}

export function listLength(context: CheckContext, path: readonly PathSegment[]): number {
  const node = nodeAt(context.root, path);
  return node?.kind === "list" ? node.items.length : 0;
}

export function isTrue(context: CheckContext, path: readonly PathSegment[]): boolean {
  return textAt(context.root, path)?.toLowerCase() === "true";
}
