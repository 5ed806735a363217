/** Limits the cost of a new keep reason to one file under `steps/` and one row of the table in `keep-order.ts`. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const SOURCE = fileURLToPath(new URL("../../../../../src/", import.meta.url));
const STEPS = `${SOURCE}core/sampling/decide/steps/`;
/** The contract of steps, and `observe`, which replaces decisions after they are made and is no step. */
const NO_STEPS = ["step.ts", "observe.ts"];

const sources = new Map(
  readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts"))
    .map((path) => [path, readFileSync(SOURCE + path, "utf8")]),
);
const steps = readdirSync(STEPS)
  .filter((file) => !NO_STEPS.includes(file))
  .map((file) => {
    const text = sources.get(`core/sampling/decide/steps/${file}`) ?? "";
    return { file, text, name: /export class (\w+Step) implements KeepStep/.exec(text)?.[1] ?? "" };
  });

describe("the file of a decision step", () => {
  it.each(steps)("$file decides, undoes and explains", ({ name, text }) => {
    expect(name).not.toBe("");
    for (const method of ["decide(", "undo(", "explain(", "standing("]) expect(text).toContain(`\n  ${method}`);
  });

  it.each(steps)("$file is imported by the order of decision only", ({ file, name }) => {
    const places = [...sources].filter(([, text]) => new RegExp(`\\b${name}\\b`).test(text)).map(([path]) => path);

    expect(places.sort()).toEqual([`core/sampling/decide/keep-order.ts`, `core/sampling/decide/steps/${file}`].sort());
  });

  it.each(steps)("$file takes one row of the order of decision", ({ name }) => {
    const text = sources.get("core/sampling/decide/keep-order.ts") ?? "";
    const uses = text
      .split("\n")
      .filter((line) => new RegExp(`\\b${name}\\b`).test(line) && !line.startsWith("import"));

    expect(uses.map((line) => line.trim())).toEqual([`${name},`]);
  });
});
