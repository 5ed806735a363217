import { describe, expect, it } from "vitest";
import { FileText, nodeAt, toPlain } from "../../../../src/config/source/source-node.ts";
import { substitute } from "../../../../src/config/source/substitution.ts";
import { readYaml } from "../../../../src/config/source/yaml-source.ts";
import { configHost } from "../../../kit/config-host.ts";

const HOST = configHost(
  { NAME: "value", EMPTY: "", NESTED: `\${env:NAME}`, YAML: "a: [1]\nb: 2" },
  { "/key": "from file\n", "/dollar": `$$ \${env:NAME}`, "/open": { text: "x", worldReadable: true } },
);

function substituted(text: string): ReturnType<typeof substitute> {
  return substitute(readYaml(text, "c.yaml").root!, HOST);
}

function readScalar(scalar: string): unknown {
  const { node, problems } = substituted(`a: ${scalar}\n`);
  expect(problems).toEqual([]);
  const plain = toPlain(nodeAt(node, ["a"])!);
  return plain instanceof FileText ? plain.text : plain;
}

describe("substitute", () => {
  it.each([
    [`\${env:NAME}`, "value"],
    [`before \${env:NAME} after`, "before value after"],
    [`\${env:NAME}\${env:NAME}`, "valuevalue"],
    [`'\${env:NAME}'`, "value"],
    [`\${env:MISSING:-fallback}`, "fallback"],
    [`\${env:EMPTY:-fallback}`, "fallback"],
    [`\${env:NAME:-fallback}`, "value"],
    [`\${env:MISSING:-}`, undefined],
    [`'\${env:MISSING:-}'`, ""],
    [`\${env:EMPTY}`, undefined],
    [`\${file:/key}`, "from file"],
    ["$$", "$"],
    [`'$\${env:NAME}'`, `\${env:NAME}`],
    ["5$ and $5", "5$ and $5"],
  ])("reads %s", (scalar, value) => {
    expect(readScalar(scalar)).toBe(value);
  });

  it("substitutes nothing twice, and lets no value add keys", () => {
    expect(readScalar(`\${env:NESTED}`)).toBe(`\${env:NAME}`);
    expect(readScalar(`\${file:/dollar}`)).toBe(`$$ \${env:NAME}`);
    expect(readScalar(`\${env:YAML}`)).toBe("a: [1]\nb: 2");
  });

  it("reaches into lists and maps, and leaves keys alone", () => {
    const { node } = substituted(`a: { b: [\${env:NAME}] }\n'\${env:NAME}': 1\n`);

    expect(toPlain(node)).toEqual({ a: { b: ["value"] }, [`\${env:NAME}`]: "1" });
  });

  it("remembers the reference without its default, and the file of a whole value", () => {
    const { node } = substituted(`a: x\${env:MISSING:-canary}\nb: \${file:/key}\nc: x\${file:/key}\n`);
    const [a, b, c] = ["a", "b", "c"].map((key) => nodeAt(node, [key]));

    expect(a).toMatchObject({ text: "xcanary", reference: `\${env:MISSING}` });
    expect(b).toMatchObject({ reference: `\${file:/key}`, file: "/key" });
    expect(c).toMatchObject({ file: undefined });
  });

  it.each([
    [`\${env:MISSING}`, "a refers to the environment variable MISSING, which is not set"],
    [`\${env:}`, `a has a reference without a valid variable name; wanted \${env:NAME}`],
    [`\${env:1X}`, `a has a reference without a valid variable name; wanted \${env:NAME}`],
    [`\${file:/missing}`, "a refers to the file /missing, which cannot be read: it does not exist"],
    [`\${file:key}`, `a refers to a file by a relative path; wanted \${file:/path}`],
    [`'\${env:A:-\${env:B}}'`, "a has a reference inside a reference; wanted one level"],
    [`'\${env:NAME'`, `a has a reference without its closing brace; wanted \${env:NAME}`],
    [`\${NAME}`, expect.stringContaining(`a has a reference of an unknown kind; wanted \${env:NAME}`)],
  ])("refuses %s with its place", (scalar, message) => {
    const { problems } = substituted(`x: 1\na: ${scalar}\n`);

    expect(problems).toEqual([expect.objectContaining({ line: 2, column: 4, path: "a", message })]);
  });

  it("suggests the scheme that is missing, and a default", () => {
    expect(substituted(`a: \${NAME}\n`).problems[0]?.suggestion).toBe(`did you mean \${env:NAME}?`);
    expect(substituted(`a: \${env:MISSING}\n`).problems[0]?.suggestion).toBe(
      `set it, or write \${env:MISSING:-default}`,
    );
  });

  it("warns about a file that everybody can read", () => {
    expect(substituted(`a: \${file:/open}\n`).warnings).toEqual([
      expect.objectContaining({ line: 1, message: expect.stringContaining("every user of this machine can read") }),
    ]);
  });
});
