import { describe, expect, it } from "vitest";
import { errorsOf } from "../../../kit/config-host.ts";

/** One rule each, as an item of sampling.rules on line 1, column 21. */
const RULE_REFUSALS: readonly (readonly [string, string])[] = [
  [
    "{ match: {}, kind: pin }",
    "sampling.rules[0].id is not set; wanted 1 to 64 letters, digits, dots, hyphens or underscores",
  ],
  [
    "{ id: 'a b', match: {}, kind: pin }",
    'sampling.rules[0].id is "a b"; wanted 1 to 64 letters, digits, dots, hyphens or underscores',
  ],
  ["{ id: a, kind: pin }", "sampling.rules[0].match is not set; wanted a map of settings"],
  ["{ id: a, match: {} }", "sampling.rules[0].kind is not set; wanted pin, floor, cap or mute"],
  [
    "{ id: a, match: {}, kind: drop }",
    "sampling.rules[0].kind is drop; wanted pin, floor, cap or mute (did you mean mute?)",
  ],
  [
    "{ id: a, match: {}, kind: floor }",
    "sampling.rules[0].value is not set; wanted lines a minute, because the rule is a floor",
  ],
  [
    "{ id: a, match: {}, kind: cap }",
    "sampling.rules[0].value is not set; wanted bytes a second, because the rule is a cap",
  ],
  [
    "{ id: a, match: {}, kind: mute, value: 1 }",
    "sampling.rules[0].value is set, but a mute has no value; wanted none",
  ],
  [
    "{ id: a, match: {}, kind: floor, value: 1KiB }",
    "sampling.rules[0].value is a size, but a floor counts lines a minute; wanted a plain number",
  ],
  [
    "{ id: a, match: {}, kind: cap, value: -1 }",
    "sampling.rules[0].value is -1; wanted a number above 0 (lines a minute for floor), or a size such as 10KiB (bytes a second for cap)",
  ],
  [
    "{ id: a, match: { severity_min: critical }, kind: pin }",
    "sampling.rules[0].match.severity_min is critical; wanted trace, debug, info, warn, error or fatal, or a SeverityNumber from 1 to 24 (did you mean fatal?)",
  ],
  [
    "{ id: a, match: { severity_min: eror }, kind: pin }",
    "sampling.rules[0].match.severity_min is eror; wanted trace, debug, info, warn, error or fatal, or a SeverityNumber from 1 to 24 (did you mean error?)",
  ],
  [
    "{ id: a, match: { severity_min: 25 }, kind: pin }",
    "sampling.rules[0].match.severity_min is 25; wanted trace, debug, info, warn, error or fatal, or a SeverityNumber from 1 to 24",
  ],
  [
    "{ id: a, match: { pattern: short }, kind: pin }",
    "sampling.rules[0].match.pattern is short; wanted a pattern id of 12 letters, digits, hyphens or underscores",
  ],
  [
    "{ id: a, match: { body_contains: '' }, kind: pin }",
    'sampling.rules[0].match.body_contains is ""; wanted text of 1 to 1024 characters',
  ],
  [
    "{ id: a, match: { body_matches: x }, kind: pin }",
    '"body_matches" is not a setting of sampling.rules[0].match; wanted one of service, severity_min, pattern, attributes, body_contains',
  ],
  [
    "{ id: a, match: {}, kind: pin, expires: tomorrow }",
    "sampling.rules[0].expires is tomorrow; wanted a time in RFC 3339, such as 2030-01-31T12:00:00Z",
  ],
  [
    "{ id: a, match: {}, kind: pin, expires: 2030-02-30T00:00:00Z }",
    'sampling.rules[0].expires is "2030-02-30T00:00:00Z"; wanted a time in RFC 3339, such as 2030-01-31T12:00:00Z',
  ],
  [
    "{ id: a, match: {}, kind: pin, expires: 2030-01-31 }",
    'sampling.rules[0].expires is "2030-01-31"; wanted a time in RFC 3339, such as 2030-01-31T12:00:00Z',
  ],
];

describe("sampling.rules", () => {
  it("bounds the attributes of a rule", async () => {
    const attributes = Array.from({ length: 17 }, (_, index) => `a${index}: x`).join(", ");

    expect(
      await errorsOf(`sampling: { rules: [{ id: a, kind: pin, match: { attributes: { ${attributes} } } }] }`),
    ).toEqual(["1:62: sampling.rules[0].match.attributes has more entries; wanted at most 16 entries"]);
  });

  it.each(RULE_REFUSALS)("refuses the rule %s", async (rule, message) => {
    const errors = await errorsOf(`sampling: { rules: [${rule}] }`);

    expect(errors.map((error) => error.replace(/^1:\d+: /, ""))).toEqual([message]);
  });

  it("wants ids of rules to be unique", async () => {
    const rules = [
      "{ id: a, kind: pin, match: { service: x } }",
      "{ id: b, kind: flor, match: { service: x } }",
      "{ id: a, kind: pin, match: { service: y } }",
    ];

    expect(await errorsOf(`sampling:\n  rules:\n${rules.map((rule) => `    - ${rule}\n`).join("")}`)).toEqual([
      "4:22: sampling.rules[1].kind is flor; wanted pin, floor, cap or mute (did you mean floor?)",
      "5:13: sampling.rules[2].id is a, as sampling.rules[0].id is; wanted unique ids",
    ]);
  });
});
