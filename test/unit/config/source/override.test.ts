import { describe, expect, it } from "vitest";
import { readOverride } from "../../../../src/config/source/override.ts";
import { toPlain } from "../../../../src/config/source/source-node.ts";

async function plain(argument: string): Promise<unknown> {
  const override = await readOverride(argument);
  expect(override.ok).toBe(true);
  return override.ok ? toPlain(override.node) : undefined;
}

describe("readOverride", () => {
  it.each([
    ["a=1", { a: "1" }],
    ["a.b.c=x", { a: { b: { c: "x" } } }],
    ["a= x = y ", { a: "x = y" }],
    ["a=", { a: "" }],
    ["a=null", { a: "null" }],
    ["a=[::1]:4318", { a: "[::1]:4318" }],
    ["a={x} y", { a: "{x} y" }],
    ['services."api.v2".mode=observe', { services: { "api.v2": { mode: "observe" } } }],
    ["a=[1, {b: 2}]", { a: ["1", { b: "2" }] }],
    [`a={ b: \${env:X} }`, { a: { b: `\${env:X}` } }],
  ])("reads %s", async (argument, tree) => {
    expect(await plain(argument)).toEqual(tree);
  });

  it.each(["a.b", "=1", ".a=1", "a..b=1", "a b=1", 'a."b=1', "rules[0].id=x", "__proto__.x=1"])(
    "refuses %j without repeating it",
    async (argument) => {
      const override = await readOverride(argument);

      expect(override).toMatchObject({ ok: false, problems: [{ file: "--set" }] });
      expect(JSON.stringify(override)).not.toContain(JSON.stringify(argument));
    },
  );

  it("refuses YAML that does not close, without repeating it", async () => {
    const override = await readOverride("a=[canary");

    expect(override).toMatchObject({ ok: false, problems: [{ file: "--set a", path: "a" }] });
    expect(JSON.stringify(override)).not.toContain("canary");
  });

  it("tells whether the value is a reference", async () => {
    expect(await readOverride(`a=\${env:X}`)).toMatchObject({ hasReference: true });
    expect(await readOverride("a=x")).toMatchObject({ hasReference: false });
  });
});
