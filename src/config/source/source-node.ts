/**
 * Configuration before it has types: a tree of maps, lists and text that remembers where each part was written.
 * Scalars stay text, whatever they look like: the type of the setting decides how text is read, so a service named
 * "on" or a seed of digits means the same in a file, in a variable and after --set.
 */
import type { PathSegment, SourcePosition } from "../problem.ts";

export type SourceNode = SourceMap | SourceList | SourceScalar;

export interface SourceMap {
  readonly kind: "map";
  readonly at: SourcePosition;
  readonly entries: ReadonlyMap<string, SourceEntry>;
}

export interface SourceEntry {
  /** Position of the key. */
  readonly keyAt: SourcePosition;
  readonly value: SourceNode;
}

export interface SourceList {
  readonly kind: "list";
  readonly at: SourcePosition;
  readonly items: readonly SourceNode[];
}

export interface SourceScalar {
  readonly kind: "scalar";
  readonly at: SourcePosition;
  /** undefined: nothing was written (`key:`, null, ~), which means "the default". */
  readonly text: string | undefined;
  /** Written without quotes. */
  readonly plain: boolean;
  /** The reference as written (${env:NAME}) when `text` was substituted: shown in place of the value. */
  readonly reference: string | undefined;
  /** File that the whole text was read from by ${file:…} or NAME_FILE. */
  readonly file: string | undefined;
}

export function emptyMap(at: SourcePosition): SourceMap {
  return { kind: "map", at, entries: new Map() };
}

export function textScalar(text: string | undefined, at: SourcePosition, file?: string): SourceScalar {
  return { kind: "scalar", at, text, plain: true, reference: undefined, file };
}

/**
 * Maps merge by key, deep; lists and scalars of `over` replace; an empty value in `over` leaves a map as it is.
 * @param places whose position a merged map keeps: that of what is there first, unless that is the weaker source
 */
export function mergeNodes(
  base: SourceNode | undefined,
  over: SourceNode,
  places: "base" | "over" = "base",
): SourceNode {
  if (base?.kind !== "map") return over;
  if (over.kind === "scalar" && over.text === undefined) return base;
  if (over.kind !== "map") return over;
  const entries = new Map(base.entries);
  for (const [key, { keyAt, value }] of over.entries) {
    const before = entries.get(key);
    const place = places === "base" && before !== undefined ? before.keyAt : keyAt;
    entries.set(key, { keyAt: place, value: mergeNodes(before?.value, value, places) });
  }
  return { kind: "map", at: places === "base" ? base.at : over.at, entries };
}

/** A tree of maps with `value` at its end, to be merged: wrap(["a", "b"], v) is { a: { b: v } }. */
export function wrap(path: readonly string[], value: SourceNode): SourceNode {
  return path.reduceRight<SourceNode>(
    (inner, key) => ({ kind: "map", at: inner.at, entries: new Map([[key, { keyAt: inner.at, value: inner }]]) }),
    value,
  );
}

export function nodeAt(root: SourceNode | undefined, path: readonly PathSegment[]): SourceNode | undefined {
  return path.reduce<SourceNode | undefined>((node, segment) => {
    if (node?.kind === "map") return node.entries.get(String(segment))?.value;
    if (node?.kind === "list" && typeof segment === "number") return node.items[segment];
    return undefined;
  }, root);
}

/** The text of a scalar, trimmed; undefined for anything else, and for empty text. */
export function textAt(root: SourceNode | undefined, path: readonly PathSegment[]): string | undefined {
  const node = nodeAt(root, path);
  const text = node?.kind === "scalar" ? node.text?.trim() : undefined;
  return text === "" ? undefined : text;
}

/** What may be shown of a scalar that is no secret: its text, or the reference that brought it in. */
export function shownAt(root: SourceNode | undefined, path: readonly PathSegment[]): string {
  const node = nodeAt(root, path);
  return node?.kind === "scalar" ? (node.reference ?? node.text?.trim() ?? "") : "";
}

/** Where a path is written, or the nearest place above it that is. */
export function positionOf(root: SourceNode, path: readonly PathSegment[]): SourcePosition {
  for (let length = path.length; length > 0; length--) {
    const node = nodeAt(root, path.slice(0, length));
    if (node !== undefined) return node.at;
  }
  return root.at;
}

/** Where the key of a map is written: what an unknown key is reported at. */
export function keyPositionOf(root: SourceNode, path: readonly PathSegment[], key: string): SourcePosition {
  const parent = nodeAt(root, path);
  const entry = parent?.kind === "map" ? parent.entries.get(key) : undefined;
  return entry?.keyAt ?? positionOf(root, path);
}

/**
 * Plain values for the schema: maps as objects without a prototype, so that no key can reach one; scalars as their
 * nodes' text with the node beside it, for leaves that need to know the file they came from.
 */
export function toPlain(node: SourceNode): unknown {
  if (node.kind === "list") return node.items.map(toPlain);
  if (node.kind === "scalar") return node.text === undefined ? undefined : scalarValue(node);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of node.entries) object[key] = toPlain(entry.value);
  return object;
}

/** Text together with the file it was read from: what a secret needs to be read again after a rotation. */
export class FileText {
  readonly text: string;
  readonly file: string;

  constructor(text: string, file: string) {
    this.text = text;
    this.file = file;
  }
}

function scalarValue(node: SourceScalar): string | FileText {
  const text = node.text ?? "";
  return node.file === undefined ? text : new FileText(text, node.file);
}
