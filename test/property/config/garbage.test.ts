import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePolicyDocument } from "../../../src/config/policy-document.ts";
import { formatProblem } from "../../../src/config/problem.ts";
import { load } from "../../kit/config-host.ts";

/** Text made of what configurations are made of, so that it often gets far before it fails. */
const pieces = fc.constantFrom(
  ..."{ } [ ] , : # & * ! | > ' \" % @ ` - ? ~ $ \\ \n \t".split(" "),
  ..."\n|\n  |\n    |: |- |receivers|sampling|budget|keep_ratio|rules|id|match|kind|exporters|posthog|api_key|&a|*a|<<".split(
    "|",
  ),
  ...`null|true|0.5|64MiB|30s|\${env:A}|\${env:|\${file:/k}|$\${|!!int|---|...|%YAML 1.2|\u0000|\ufeff|\ufdd0|🦀`.split(
    "|",
  ),
);
const garbage = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join("")),
);

const json = fc.oneof(
  fc.json(),
  fc.string({ maxLength: 100 }),
  fc
    .dictionary(fc.constantFrom("version", "parent", "rules", "patterns", "aliases", "evidence", "x"), fc.jsonValue())
    .map((value) => JSON.stringify(value)),
);

describe("loadConfig", () => {
  it("answers any text with a configuration or with errors of one line each, and never throws", async () => {
    await fc.assert(
      fc.asyncProperty(garbage, fc.array(garbage, { maxLength: 2 }), async (yaml, overrides) => {
        const result = await load(yaml, { overrides, env: { A: "a", POSTHOG_API_KEY: "phc_a" }, files: { "/k": "k" } });
        const lines = [...(result.ok ? [] : result.errors), ...result.warnings].map(formatProblem);

        expect(result.ok || result.errors.length > 0).toBe(true);
        for (const line of lines) expect(line).not.toMatch(/[\n\r\0]/);
      }),
      { numRuns: 200 },
    );
  });

  it("answers any tree of values the same way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.object({ key: fc.oneof(fc.string(), pieces), maxDepth: 4 }), async (tree) => {
        const result = await load(JSON.stringify(tree) ?? "");

        expect(result.ok || result.errors.length > 0).toBe(true);
      }),
      { numRuns: 80 },
    );
  });
});

describe("parsePolicyDocument", () => {
  it("answers any text with a document or with sentences, and never throws", () => {
    fc.assert(
      fc.property(json, (text) => {
        const parse = parsePolicyDocument(text);

        expect(parse.ok || parse.errors.length > 0).toBe(true);
        for (const sentence of parse.ok ? [] : parse.errors) expect(sentence).not.toMatch(/[\n\r\0]/);
      }),
      { numRuns: 300 },
    );
  });
});
