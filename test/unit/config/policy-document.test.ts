import { describe, expect, it } from "vitest";
import { parsePolicyDocument } from "../../../src/config/policy-document.ts";
import type { PolicyDocument } from "../../../src/model/policy.ts";

const DOCUMENT: PolicyDocument = {
  version: "7",
  parent: "6",
  author: "recluster",
  created: "2030-01-31T12:00:00Z",
  expires: null,
  rules: [
    { id: "pay", match: { service: "pay", severity_min: "warn", attributes: { code: "500" } }, kind: "pin" },
    { id: "cap", match: { severity_min: 9, pattern: "1abcdefghijk" }, kind: "cap", value: 1024, reason: "noisy" },
  ],
  patterns: {
    "1abcdefghijk": { template: "user <*> logged in", service: "auth", severity: "info", value: 0.5, baseline: 12.5 },
  },
  aliases: { "1zzzzzzzzzzz": "1abcdefghijk" },
  baseline_bytes_per_second: { auth: 1000 },
  evidence: [{ pattern: "1abcdefghijk", change: "value 1 to 0.5", because: "frequent", numbers: { rate: 12.5 } }],
};

/** The document with one part changed, as JSON. */
function changed(change: Record<string, unknown>): string {
  return JSON.stringify({ ...DOCUMENT, ...change });
}

function errorsOf(text: string): readonly string[] {
  const parse = parsePolicyDocument(text);
  return parse.ok ? [] : parse.errors;
}

describe("parsePolicyDocument", () => {
  it("reads a whole document as it was written", () => {
    expect(parsePolicyDocument(JSON.stringify(DOCUMENT, undefined, 2))).toEqual({ ok: true, document: DOCUMENT });
  });

  it.each([
    [{ rulez: [] }, '"rulez" is not a key of a policy document in this version (did you mean "rules"?)'],
    [{ version: 7 }, "version is 7; wanted a version's name of 1 to 64 letters, digits, dots, hyphens or underscores"],
    [
      { version: undefined },
      "version is not set; wanted a version's name of 1 to 64 letters, digits, dots, hyphens or underscores",
    ],
    [{ parent: 6 }, "parent is 6; wanted a version's name, or null"],
    [{ author: "me" }, 'author is "me"; wanted user, recluster, llm, rollback'],
    [{ created: "today" }, 'created is "today"; wanted a time in RFC 3339, such as 2030-01-31T12:00:00Z'],
    [{ expires: 5 }, "expires is 5; wanted a time in RFC 3339, or null"],
    [{ rules: {} }, "rules is an object; wanted a list of rules"],
    [{ rules: [DOCUMENT.rules[0], DOCUMENT.rules[0]] }, "rules is a list; wanted rules with unique ids"],
    [{ rules: [{ ...DOCUMENT.rules[0], kind: "keep" }] }, 'rules[0].kind is "keep"; wanted pin, floor, cap, mute'],
    [
      { rules: [{ ...DOCUMENT.rules[0], value: 1 }] },
      "rules[0].value is 1; wanted a value for floor (lines a minute) and cap (bytes a second), none for pin and mute",
    ],
    [{ rules: [{ ...DOCUMENT.rules[1], value: -1 }] }, "rules[0].value is -1; wanted a number above 0"],
    [
      { rules: [{ ...DOCUMENT.rules[0], match: { severity_min: "loud" } }] },
      'rules[0].match.severity_min is "loud"; wanted trace, debug, info, warn, error, fatal, or a SeverityNumber from 1 to 24',
    ],
    [
      { rules: [{ ...DOCUMENT.rules[0], match: { regex: "a+" } }] },
      '"regex" is not a key of rules[0].match in this version',
    ],
    [{ rules: [{ ...DOCUMENT.rules[0], match: undefined }] }, "rules[0].match is not set; wanted a JSON object"],
    [
      { patterns: { short: DOCUMENT.patterns["1abcdefghijk"] } },
      "patterns.short is an object; wanted a pattern id of 12 letters, digits, hyphens or underscores",
    ],
    [
      { patterns: { "1abcdefghijk": { template: "t", service: "s" } } },
      'patterns["1abcdefghijk"].severity is not set; wanted text',
    ],
    [
      { aliases: { "1zzzzzzzzzzz": "x" } },
      'aliases["1zzzzzzzzzzz"] is "x"; wanted a pattern id of 12 letters, digits, hyphens or underscores',
    ],
    [{ baseline_bytes_per_second: { a: -1 } }, "baseline_bytes_per_second.a is -1; wanted a number of at least 0"],
    [
      { evidence: [{ pattern: "p", change: "c", because: "b", numbers: { n: "1" } }] },
      'evidence[0].numbers.n is "1"; wanted a number',
    ],
  ])("refuses %j with a sentence", (change, sentence) => {
    expect(errorsOf(changed(change))).toEqual([sentence]);
  });

  it.each([
    ["", "the policy document is not JSON"],
    ["{\n  oops\n}", "the policy document is not JSON (line 2, column 3)"],
    ["[]", "the policy document is a list; wanted a JSON object"],
    ["null", "the policy document is null; wanted a JSON object"],
    ['{ "patterns": { "__proto__": {} } }', "the policy document has the key __proto__, which is not allowed"],
  ])("refuses %j", (text, sentence) => {
    expect(errorsOf(text)[0]).toContain(sentence);
  });

  it("tells all that is wrong at once", () => {
    expect(errorsOf(changed({ version: 1, author: "x", extra: 1 }))).toHaveLength(3);
  });
});
