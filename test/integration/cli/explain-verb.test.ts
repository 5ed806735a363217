import { describe, expect, it } from "vitest";
import type { ExplainInput, ExplainTrace } from "../../../src/admin/shapes/explain.ts";
import type { AdminSources } from "../../../src/admin/sources.ts";
import { adminCommand } from "../../kit/product/admin-command.ts";
import { PATTERN_ID_OF_TEST } from "../../kit/product/admin-sources.ts";

const admin = adminCommand();

describe("lipservice explain", () => {
  const TRACE: ExplainTrace = {
    pattern: PATTERN_ID_OF_TEST,
    template: "user <num> logged in",
    masked: "user <*> logged in",
    aliases: ["1LmNoPqRsTuV"],
    known: true,
    service: "auth",
    severity: "info",
    tokens: [
      { text: "user", mask: null },
      { text: "42", mask: "<num>" },
    ],
    steps: [
      { step: "bypass", matched: false, rule: null, because: "no bypass is in force" },
      { step: "sampled", matched: true, rule: null, because: "the draw was 0.7" },
    ],
    keep: false,
    reason: "sampled",
    probability: 0.25,
    weight: 0,
    policy_version: "7",
  };

  function explaining(seen: ExplainInput[]): Partial<AdminSources> {
    return {
      explain: (input) => {
        seen.push(input);
        return { kind: "explained", items: [TRACE] };
      },
    };
  }

  it("tells pattern, masks, decision and steps of a line of text", async () => {
    const seen: ExplainInput[] = [];
    const result = await admin.run(
      ["explain", "--service", "auth", "--severity", "warn"],
      { sources: explaining(seen) },
      { stdin: "user 42 logged in\r\n" },
    );

    expect(seen).toEqual([
      { format: "ndjson", record: { body: "user 42 logged in", service: "auth", severity_text: "warn" } },
    ]);
    expect(result.stdout).toMatch(/^pattern +1AbCdEfGhIjK \(known\)$/m);
    expect(result.stdout).toMatch(/^masks +42 is <num>$/m);
    expect(result.stdout).toMatch(/^merges +merged from 1LmNoPqRsTuV; its own template is "user <\*> logged in"$/m);
    expect(result.stdout).toMatch(/^decision +dropped: sampled$/m);
    expect(result.stdout).toMatch(
      /^counting +.*the sum of 30 such weights is within 31 % of the true count, of 1,000 within 5 % \(95 %\)$/m,
    );
    expect(result.stdout).toMatch(/^ {2}sampled +yes +- +the draw was 0\.7$/m);
  });

  it("takes ndjson, OTLP/JSON and text for what they are", async () => {
    const seen: ExplainInput[] = [];
    const request = { resourceLogs: [{ scopeLogs: [] }] };
    const stdin = `{"body":"a","service":"s"}\n\n${JSON.stringify(request)}\n{"msg":"json text"}\n`;
    const result = await admin.run(["explain", "-", "--output", "json"], { sources: explaining(seen) }, { stdin });

    expect(seen).toEqual([
      { format: "ndjson", record: { body: "a", service: "s" } },
      { format: "otlp-json", request },
      { format: "ndjson", record: { body: '{"msg":"json text"}' } },
    ]);
    expect(JSON.parse(result.stdout).items).toEqual([TRACE, TRACE, TRACE]);
  });

  it("fails with a sentence on what is no input", async () => {
    expect(await admin.run(["explain"])).toMatchObject({
      code: 1,
      stderr: "lipservice: the input has no record; wanted one per line\n",
    });
    expect((await admin.run(["explain", "/nonexistent"])).stderr).toBe(
      "lipservice: /nonexistent cannot be read: it does not exist\n",
    );
    expect((await admin.run(["explain", "--format", "ndjson"], {}, { stdin: "text\n" })).stderr).toContain(
      "line 1 is not a JSON object",
    );
  });
});
