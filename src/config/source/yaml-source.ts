/**
 * YAML text → SourceNode, by way of the `yaml` package's document tree, which keeps positions. Everything that is wrong
 * with the text is reported at once. Bounded: MAX_NODES nodes and MAX_DEPTH levels after aliases are followed, so that
 * a small file cannot unfold into a large one.
 */

import type { Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { ConfigProblem, SourcePosition } from "../problem.ts";
import type { SourceEntry, SourceNode } from "./source-node.ts";

/** A policy with thousands of rules fits many times over. */
const MAX_NODES = 100_000;
/** The schema is 7 levels deep. */
const MAX_DEPTH = 32;

export interface YamlSource {
  /** undefined when the text holds nothing, or when it cannot be read at all. */
  readonly root: SourceNode | undefined;
  readonly problems: readonly ConfigProblem[];
}

export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const reserved = text.search(/[\uFDD0-\uFDD6]/);
  if (reserved >= 0) {
    const line = text.slice(0, reserved).split("\n").length;
    const at = { file, line, column: reserved - text.lastIndexOf("\n", reserved - 1) };
    return {
      root: undefined,
      problems: [problemAt(at, "the text holds a character that Unicode reserves (U+FDD0 to U+FDD6)")],
    };
  }
  // The failsafe schema leaves scalars as text; prettyErrors would copy source lines, secrets included, into messages.
  const document = parseDocument(maskReferences(text), {
    schema: "failsafe",
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    merge: false,
    logLevel: "error",
  });
  const faults = [...document.errors, ...document.warnings].map((fault) =>
    problemAt(placeOf(lines, file, fault.pos[0]), yamlMessage(fault.code)),
  );
  if (faults.length > 0) return { root: undefined, problems: faults };
  return new TreeReader(document, lines, file).read();
}

/** YAML's indicators, and the noncharacters that stand for them inside a reference. */
const MASKS: readonly (readonly [string, string])[] = [
  ["{", "\uFDD0"],
  ["}", "\uFDD1"],
  ["[", "\uFDD2"],
  ["]", "\uFDD3"],
  [",", "\uFDD4"],
  [":", "\uFDD5"],
  ["#", "\uFDD6"],
];

/** Lets ${env:NAME} stand unquoted inside { } too, where its braces would end the map. Lengths, so positions, stay. */
function maskReferences(text: string): string {
  return text.replace(/\$\{[^{}\n]*\}/g, (reference) =>
    MASKS.reduce((masked, [indicator, mask]) => masked.replaceAll(indicator, mask), reference),
  );
}

function unmask(text: string): string {
  return MASKS.reduce((plain, [indicator, mask]) => plain.replaceAll(mask, indicator), text);
}

/** Sentences of our own: the parser's quote the text around the fault, which may be a secret. */
function yamlMessage(code: string): string {
  const known: Readonly<Record<string, string>> = {
    ALIAS_PROPS: "an alias cannot have an anchor or a tag",
    BAD_ALIAS: "an alias names no anchor before it",
    BAD_COLLECTION_TYPE: "a tag does not fit the kind of value after it",
    BAD_DIRECTIVE: "a % directive is not understood",
    BAD_DQ_ESCAPE: "a double-quoted text has an unknown \\ escape; wanted single quotes, or \\\\",
    BAD_INDENT: "the indentation does not fit the lines before it, or a bracket before it is not closed",
    BAD_PROP_ORDER: "an anchor or tag stands in the wrong place",
    BAD_SCALAR_START: "a text cannot start with this character; wanted quotes around it",
    BLOCK_AS_IMPLICIT_KEY:
      "a value stands where a key is wanted: two colons in one line, or a line that is indented too far",
    BLOCK_IN_FLOW: "a block of lines stands inside [ ] or { }",
    DUPLICATE_KEY: "the key is already set in the same map",
    IMPOSSIBLE: "the text cannot be read as YAML",
    KEY_OVER_1024_CHARS: "a key is longer than 1024 characters",
    MISSING_CHAR: "a closing quote, bracket or separator is missing",
    MULTILINE_IMPLICIT_KEY: "a key runs over several lines: its colon may be missing",
    MULTIPLE_ANCHORS: "a value has more than one anchor",
    MULTIPLE_DOCS: "the source has several YAML documents; wanted one",
    MULTIPLE_TAGS: "a value has more than one tag",
    NON_STRING_KEY: "a key is no text",
    RESOURCE_EXHAUSTION: "the document is nested too deep or too large",
    TAB_AS_INDENT: "a tab is used for indentation; wanted spaces",
    TAG_RESOLVE_FAILED: "a tag (!…) is not understood; wanted the plain value",
    UNEXPECTED_TOKEN: "something stands where YAML allows nothing",
  };
  return `is not valid YAML: ${known[code] ?? "the text cannot be read"}`;
}

function placeOf(lines: LineCounter, file: string, offset: number): SourcePosition {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(1, line), column: Math.max(1, col) };
}

function problemAt(at: SourcePosition, message: string): ConfigProblem {
  return { ...at, path: "", message, suggestion: undefined };
}

class TreeReader {
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #file: string;
  readonly #problems: ConfigProblem[] = [];
  #nodes = 0;

  constructor(document: Document.Parsed, lines: LineCounter, file: string) {
    this.#document = document;
    this.#lines = lines;
    this.#file = file;
  }

  read(): YamlSource {
    const contents: Node | null = this.#document.contents;
    if (contents === null) return { root: undefined, problems: [] };
    const root = this.#node(contents, 0);
    return { root: this.#problems.length > 0 ? undefined : root, problems: this.#problems };
  }

  /** `depth` grows through aliases too, so an alias that contains itself ends at MAX_DEPTH. */
  #node(node: Node, depth: number): SourceNode {
    const at = this.#at(node);
    this.#nodes++;
    if (this.#nodes > MAX_NODES || depth > MAX_DEPTH) {
      if (this.#problems.length === 0) {
        const limit = depth > MAX_DEPTH ? `more than ${MAX_DEPTH} levels` : `more than ${MAX_NODES} values`;
        this.#problems.push(problemAt(at, `the document has ${limit}, aliases counted`));
      }
      return { kind: "list", at, items: [] };
    }
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target !== undefined) return this.#node(target, depth + 1);
      this.#problems.push(problemAt(at, yamlMessage("BAD_ALIAS")));
      return this.#scalar(undefined, at);
    }
    if (isMap<Node, Node | null>(node)) return this.#map(node, at, depth);
    if (isSeq<Node>(node)) return this.#list(node, at, depth);
    return this.#scalar(isScalar(node) ? node : undefined, at);
  }

  #map(map: YAMLMap<Node, Node | null>, at: SourcePosition, depth: number): SourceNode {
    const entries = new Map<string, SourceEntry>();
    for (const pair of map.items) {
      const keyAt = this.#at(pair.key);
      const key = this.#key(pair, keyAt);
      if (key === undefined) continue;
      const value = pair.value === null ? this.#scalar(undefined, keyAt) : this.#node(pair.value, depth + 1);
      if (key === "<<") this.#mergeKey(entries, value, keyAt);
      else entries.set(key, { keyAt, value });
    }
    return { kind: "map", at, entries };
  }

  #key(pair: Pair<Node, Node | null>, keyAt: SourcePosition): string | undefined {
    const key = isScalar(pair.key) && typeof pair.key.value === "string" ? unmask(pair.key.value) : undefined;
    if (key === undefined) this.#problems.push(problemAt(keyAt, "a key is a list, a map or an alias; wanted text"));
    // Objects would take it for their prototype, and validation would never see it.
    if (key !== "__proto__") return key;
    this.#problems.push(problemAt(keyAt, "a key is __proto__, which is not allowed"));
    return undefined;
  }

  /** YAML's merge key: what the map says itself, before or after, beats what is merged into it. */
  #mergeKey(entries: Map<string, SourceEntry>, value: SourceNode, keyAt: SourcePosition): void {
    const maps = value.kind === "list" ? value.items : [value];
    for (const merged of maps) {
      if (merged.kind !== "map") {
        this.#problems.push(
          problemAt(keyAt, "a merge key (<<) is given something else than a map; wanted an alias of one"),
        );
        return;
      }
      for (const [key, entry] of merged.entries) if (!entries.has(key)) entries.set(key, entry);
    }
  }

  #list(list: YAMLSeq<Node>, at: SourcePosition, depth: number): SourceNode {
    const items: SourceNode[] = [];
    for (const item of list.items) if (!isPair(item)) items.push(this.#node(item, depth + 1));
    return { kind: "list", at, items };
  }

  #scalar(scalar: Scalar | undefined, at: SourcePosition): SourceNode {
    const plain = scalar === undefined || scalar.type === "PLAIN" || scalar.type === undefined;
    const text = typeof scalar?.value === "string" ? unmask(scalar.value) : undefined;
    const nothing = plain && (text === undefined || text === "" || text === "~" || text === "null");
    return { kind: "scalar", at, text: nothing ? undefined : text, plain, reference: undefined, file: undefined };
  }

  #at(node: Node): SourcePosition {
    return placeOf(this.#lines, this.#file, node.range?.[0] ?? 0);
  }
}
