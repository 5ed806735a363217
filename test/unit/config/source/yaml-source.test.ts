import { describe, expect, it } from "vitest";
import type { SourceNode } from "../../../../src/config/source/source-node.ts";
import { nodeAt, toPlain } from "../../../../src/config/source/source-node.ts";
import { readYaml } from "../../../../src/config/source/yaml-source.ts";

function read(text: string): SourceNode {
  const { root, problems } = readYaml(text, "c.yaml");
  expect(problems).toEqual([]);
  return root!;
}

function faults(text: string): string[] {
  return readYaml(text, "c.yaml").problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe("readYaml", () => {
  it("keeps scalars as the text that was written", () => {
    const root = read("a: 1e3\nb: yes\nc: 0x10\nd: 'null'\ne: \"tab\\t\"\nf: 2030-01-01\ng: 007\n");

    expect(toPlain(root)).toEqual({ a: "1e3", b: "yes", c: "0x10", d: "null", e: "tab\t", f: "2030-01-01", g: "007" });
  });

  it("takes nothing, null and ~ for nothing", () => {
    expect(toPlain(read("a:\nb: null\nc: ~\nd: ''\n"))).toEqual({ a: undefined, b: undefined, c: undefined, d: "" });
  });

  it("remembers where keys and values are written", () => {
    const root = read("a:\n  - x\n  -   b: 1\n");
    const value = nodeAt(root, ["a", 1, "b"]);
    const owner = nodeAt(root, ["a", 1]);

    expect(value?.at).toEqual({ file: "c.yaml", line: 3, column: 10 });
    expect(owner?.kind === "map" && owner.entries.get("b")?.keyAt).toEqual({ file: "c.yaml", line: 3, column: 7 });
  });

  it("lets a reference stand unquoted inside braces and brackets", () => {
    const root = read(`a: { b: \${env:A}, c: [\${env:B:-x, y: #z}, \${file:/k}] }\n\${d}: 1\n`);

    expect(toPlain(root)).toEqual({ a: { b: `\${env:A}`, c: [`\${env:B:-x, y: #z}`, `\${file:/k}`] }, [`\${d}`]: "1" });
  });

  it("follows anchors, aliases and merge keys; what a map says itself wins", () => {
    const root = read("base: &b { x: 1, y: 2 }\none: { y: 3, <<: *b }\ntwo: { <<: [*b, { z: 9, x: 8 }] }\nthree: *b\n");

    expect(toPlain(root)).toEqual({
      base: { x: "1", y: "2" },
      one: { x: "1", y: "3" },
      two: { x: "1", y: "2", z: "9" },
      three: { x: "1", y: "2" },
    });
  });

  it("gives nothing for an empty text or comments alone", () => {
    expect(readYaml("", "c").root).toBeUndefined();
    expect(readYaml("# nothing\n", "c").root).toBeUndefined();
    expect(readYaml("# nothing\n", "c").problems).toEqual([]);
  });

  it.each([
    ["a: 1\na: 2\n", "2:1 is not valid YAML: the key is already set in the same map"],
    [
      "a: [1, 2\n",
      "2:1 is not valid YAML: the indentation does not fit the lines before it, or a bracket before it is not closed",
    ],
    ["a: 'x\n", "2:1 is not valid YAML: a closing quote, bracket or separator is missing"],
    ["a: *nope\n", "1:4 is not valid YAML: an alias names no anchor before it"],
    [
      "a: b: c\n",
      "1:4 is not valid YAML: a value stands where a key is wanted: two colons in one line, or a line that is indented too far",
    ],
    ["a: 1\n---\nb: 2\n", "2:1 is not valid YAML: the source has several YAML documents; wanted one"],
    ["? [x]\n: 1\n", "1:3 a key is a list, a map or an alias; wanted text"],
    ["a:\n  __proto__: 1\n", "2:3 a key is __proto__, which is not allowed"],
    ["a: !!int 5\n", "1:4 is not valid YAML: a tag (!…) is not understood; wanted the plain value"],
    ["a: &x { b: *x }\n", "1:7 the document has more than 32 levels, aliases counted"],
    ["a: { <<: 5 }\n", "1:6 a merge key (<<) is given something else than a map; wanted an alias of one"],
    ["a: \ufdd0\n", "1:4 the text holds a character that Unicode reserves (U+FDD0 to U+FDD6)"],
  ])("tells what is wrong with %j, and where", (text, fault) => {
    expect(faults(text)).toContain(fault);
  });

  it("tells all faults of a text, none quoting it", () => {
    const found = faults("key: 1\nkey: 2\nother: 'canary\n  - phc_canary: [\n");

    expect(found.length).toBeGreaterThan(1);
    expect(found.join("\n")).not.toContain("canary");
  });

  it("stops unfolding aliases at its bound", () => {
    const levels = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 9; level++) {
      levels.push(`l${level}: &l${level} [${Array.from({ length: 10 }, () => `*l${level - 1}`).join(", ")}]`);
    }

    expect(faults(`${levels.join("\n")}\n`)).toEqual([expect.stringContaining("more than 100000 values")]);
  });
});
