import { describe, expect, it } from "vitest";
import { newRuleSchema } from "../../../../src/admin/http/rule-schema.ts";

const PIN = { match: { service: "payments" }, kind: "pin" };

describe("newRuleSchema", () => {
  it.each([
    PIN,
    { ...PIN, id: "a.rule-1_x", reason: "audit", expires: "2030-01-31T12:00:00Z" },
    { match: {}, kind: "mute" },
    { match: { severity_min: "warn" }, kind: "floor", value: 2.5 },
    { match: { severity_min: 17, pattern: "1AbCdEfGhIjK", body_contains: "x" }, kind: "cap", value: 10_240 },
    { match: { attributes: { "http.route": "/pay", env: "" } }, kind: "pin" },
  ])("takes %j as it is", (rule) => {
    expect(newRuleSchema().parse(rule)).toEqual(rule);
  });

  it.each([
    ["an id with a space", { ...PIN, id: "a rule" }],
    ["an id of nothing", { ...PIN, id: "" }],
    ["an undefined id", { ...PIN, id: undefined }],
    ["an unknown key", { ...PIN, regex: ".*" }],
    ["an unknown condition", { match: { host: "a" }, kind: "pin" }],
    ["an unknown kind", { match: {}, kind: "drop" }],
    ["no match", { kind: "pin" }],
    ["a floor without a value", { match: {}, kind: "floor" }],
    ["a pin with a value", { ...PIN, value: 1 }],
    ["a value of 0", { match: {}, kind: "cap", value: 0 }],
    ["a value as text", { match: {}, kind: "cap", value: "10KiB" }],
    ["an infinite value", { match: {}, kind: "cap", value: Number.POSITIVE_INFINITY }],
    ["a severity above 24", { match: { severity_min: 25 }, kind: "pin" }],
    ["a severity of no class", { match: { severity_min: "loud" }, kind: "pin" }],
    ["a pattern that is no id", { match: { pattern: "short" }, kind: "pin" }],
    ["an empty body text", { match: { body_contains: "" }, kind: "pin" }],
    ["a body text too long", { match: { body_contains: "x".repeat(1_025) }, kind: "pin" }],
    ["a date that does not exist", { ...PIN, expires: "2030-02-30T12:00:00Z" }],
    ["a reason too long", { ...PIN, reason: "x".repeat(501) }],
    [
      "too many attributes",
      { match: { attributes: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, "v"])) }, kind: "pin" },
    ],
  ])("refuses %s", (_, rule) => {
    expect(newRuleSchema().safeParse(rule).success).toBe(false);
  });
});
