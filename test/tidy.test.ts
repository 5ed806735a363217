/**
 * The rules of the house that no other tool checks, as tests over the files of the repository.
 * Every rule lists what it found, so that a failure names file and line.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import {
  longFunctions,
  longParameterLists,
  missingHeader,
  parseSource,
  stackedDocs,
  unexplainedAssertions,
} from "./kit/source-measures.ts";

const ROOT: string = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const NOT_OURS: ReadonlySet<string> = new Set([".git", "node_modules", "dist", "coverage"]);
const MAX_LINES = 300;
/** More files than this cannot be read from a listing: a folder is then two. */
const MAX_FILES_A_FOLDER = 25;
const MAX_PARAMETERS = 5;
/** From the first line of the signature to the closing brace, comments and blank lines included. */
const MAX_FUNCTION_LINES = 60;

/** The walk over a record's fields: split, its locals would move to memory, which costs a third of the index's speed. */
const LONG_BY_MEASUREMENT: readonly RegExp[] = [/^src\/core\/otlp\/index\/index-record\.ts:\d+: index spans/];

/** Paths of the repository's files, relative to its root, with forward slashes. */
function listFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (NOT_OURS.has(entry.name)) return [];
    return entry.isDirectory() ? listFiles(path) : entry.isFile() ? [path] : [];
  });
}

const files: readonly string[] = listFiles("");
const code: readonly string[] = files.filter((path) => /^(src|cmd|tools|test)\/.*\.(ts|tsx|mjs)$/.test(path));
const product: readonly string[] = code.filter((path) => !path.startsWith("test/"));
const core: readonly string[] = code.filter((path) => path.startsWith("src/core/"));

function read(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** "path:line: text" of every line of these files that matches. */
function findLines(paths: readonly string[], pattern: RegExp): string[] {
  return paths.flatMap((path) =>
    read(path)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}

describe("source", () => {
  it("is found at all: a rule over no files would hold for nothing", () => {
    expect(product.length).toBeGreaterThan(10);
    expect(core.length).toBeGreaterThan(0);
  });

  it("keeps files short", () => {
    const long = code.filter((path) => read(path).trimEnd().split("\n").length > MAX_LINES);

    expect(long).toEqual([]);
  });

  it("keeps folders short enough to be read from a listing", () => {
    const count = new Map<string, number>();
    for (const path of code) count.set(dirname(path), (count.get(dirname(path)) ?? 0) + 1);

    expect([...count].filter(([, found]) => found > MAX_FILES_A_FOLDER)).toEqual([]);
  });

  it("reads no clock and no randomness in the core", () => {
    expect(findLines(core, /\bMath\.random\b|\bnew Date\b|\bDate\.(now|parse|UTC)\b|\bDate\(|\bglobalThis\b/)).toEqual(
      [],
    );
  });

  it("keeps no mutable state in modules", () => {
    const mutableBinding = /^(export )?(let|var) /;
    const emptyContainer =
      /^(export )?const \w+(: (?!Readonly|readonly)[^=]+)? = (new (Map|Set|WeakMap|WeakSet)\b(<.*>)?\(\)|\[\]|\{\});$/;

    expect(findLines(product, mutableBinding)).toEqual([]);
    expect(findLines(product, emptyContainer)).toEqual([]);
  });

  it("postpones nothing in comments", () => {
    expect(findLines(code, /\b(TO[D]O|FIX[M]E)\b/)).toEqual([]);
  });

  it("casts through nothing", () => {
    expect(findLines(product, /\bas unknown as\b|@ts-(ignore|nocheck|expect-error)/)).toEqual([]);
  });

  it("leaves the process only from cmd/", () => {
    const inside = product.filter((path) => !path.startsWith("cmd/"));

    expect(findLines(inside, /\bprocess\.(exit|abort)\b/)).toEqual([]);
  });
});

describe("syntax", () => {
  const sources = product.map((path) => parseSource(path, read(path)));

  it("is measured at all: each rule sees the line that breaks it", () => {
    const source = parseSource(
      "a.ts",
      "import b from 'b';\n/** File. */\n\n/** c */\nconst c = (d, e) => {\n  d as B;\n};",
    );

    expect(longParameterLists(source, 1)).toEqual(["a.ts:5: a function takes 2 parameters"]);
    expect(longFunctions(source, 2)).toEqual(["a.ts:5: a function spans 3 lines"]);
    expect(unexplainedAssertions(source)).toEqual(["a.ts:6: d as B"]);
    expect(stackedDocs(source)).toEqual(["a.ts:4: a doc comment follows another"]);
    expect(missingHeader(source)).toEqual(["a.ts"]);
  });

  it("has at most 5 parameters a function outside of the wire readers, which pass positions and lengths", () => {
    const found = sources
      .filter(({ path }) => !path.startsWith("src/core/otlp/"))
      .flatMap((source) => longParameterLists(source, MAX_PARAMETERS));

    expect(found).toEqual([]);
  });

  it("has functions that fit on a screen", () => {
    const found = sources.flatMap((source) => longFunctions(source, MAX_FUNCTION_LINES));
    const unmeasured = found.filter((line) => !LONG_BY_MEASUREMENT.some((known) => known.test(line)));

    expect(unmeasured).toEqual([]);
  });

  it("asserts a type only with a comment that says why the compiler cannot see it", () => {
    expect(sources.flatMap(unexplainedAssertions)).toEqual([]);
  });

  it("stacks no doc comment on another", () => {
    expect(sources.flatMap(stackedDocs)).toEqual([]);
  });

  it("opens every file with what it is", () => {
    expect(sources.flatMap(missingHeader)).toEqual([]);
  });
});

describe("repository", () => {
  const texts = files.filter((path) =>
    /\.(ts|tsx|mjs|js|json|ya?ml|md|proto|sh|css|html)$|^\.|Dockerfile|\/run$/.test(path),
  );

  it("names no directory of anyone's machine", () => {
    expect(findLines(texts, /(?<![\w.$}-])\/(?:work|home|Users|root)\/\w/)).toEqual([]);
  });

  it("locks versions and hashes, and no registry's address", () => {
    const packages: Record<string, { resolved?: string; integrity?: string }> = JSON.parse(
      read("package-lock.json"),
    ).packages;
    const installed = Object.entries(packages).filter(([path]) => path !== "");

    expect(installed.length).toBeGreaterThan(10);
    expect(installed.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
    expect(installed.filter(([, entry]) => entry.integrity === undefined).map(([path]) => path)).toEqual([]);
    expect(findLines([".npmrc"], /registry\s*=/)).toEqual([]);
  });
});

/** GitHub's anchor of a heading: lower case, punctuation dropped, spaces as hyphens. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[`*]/g, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

/** Markdown outside of fenced code, where brackets mean links. */
function proseOf(path: string): string {
  return read(path).replace(/^(```|~~~)[\s\S]*?^\1/gm, "");
}

/** Relative links of a document that point to no file, or to no heading of it. */
function brokenLinks(path: string): string[] {
  const targets = [...proseOf(path).matchAll(/\]\(([^()\s]+(?:\([^()\s]*\))?)(?:\s+"[^"]*")?\)/g)].map(
    (match) => match[1]!,
  );
  return targets
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))
    .filter((target) => {
      const [file = "", anchor] = target.split("#");
      const absolute = file === "" ? join(ROOT, path) : resolve(ROOT, dirname(path), decodeURIComponent(file));
      const inside = relative(ROOT, absolute);
      if (inside.startsWith("..") || !existsSync(absolute)) return true;
      if (anchor === undefined || !absolute.endsWith(".md")) return false;
      const headings = [...proseOf(inside.split(sep).join("/")).matchAll(/^#{1,6} (.+)$/gm)];
      return !headings.some((heading) => anchorOf(heading[1]!) === anchor);
    })
    .map((target) => `${path}: ${target}`);
}

describe("documents", () => {
  const documents = files.filter((path) => path.endsWith(".md"));

  it("link only to files and headings that exist", () => {
    expect(documents.length).toBeGreaterThan(0);
    expect(documents.flatMap(brokenLinks)).toEqual([]);
  });
});
