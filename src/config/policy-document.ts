/**
 * The policy document: JSON, written by LipService itself, by its API and by people who keep it in a ConfigMap. Strict:
 * an unknown key is a document of another version, and serving half of it would be worse than the last good one.
 * Bounded by MAX_POLICY_BYTES and by the number of its rules, patterns and aliases.
 */
import { z } from "zod";
import type { PolicyDocument, SamplingRule } from "../model/policy.ts";
import { POLICY_AUTHORS } from "../model/policy.ts";
import { policyProblems } from "./policy-problems.ts";
import { oneLine } from "./problem.ts";
import {
  isRfc3339,
  MAX_MATCH_ATTRIBUTES,
  MAX_MATCH_TEXT,
  MAX_RULE_REASON,
  MAX_RULES,
  MAX_SEVERITY_NUMBER,
  PATTERN_ID,
  RULE_ID,
  RULE_KINDS,
  SEVERITY_NAMES,
} from "./sections/rules.ts";

/** A million patterns' templates do not fit; the 50,000 of the default table do, several times. */
export const MAX_POLICY_BYTES: number = 64 * 1024 * 1024;
const MAX_PATTERNS = 1_000_000;
const MAX_EVIDENCE = 100_000;
/** Errors listed for one document: the first tell what it is. */
const MAX_ERRORS = 50;

export type PolicyParse =
  | { readonly ok: true; readonly document: PolicyDocument }
  /** Sentences, each with the path of what it is about. */
  | { readonly ok: false; readonly errors: readonly string[] };

/** @param text JSON, as read from a file, a URL or a request; never throws */
export function parsePolicyDocument(text: string): PolicyParse {
  if (text.length > MAX_POLICY_BYTES)
    return refused(`the policy document has ${text.length} characters; wanted at most ${MAX_POLICY_BYTES}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused(`the policy document is not JSON${placeOf(error, text)}; wanted one JSON object`);
  }
  if (/"__proto__"\s*:/.test(text)) return refused("the policy document has the key __proto__, which is not allowed");
  return checkPolicyDocument(value);
}

/** As parsePolicyDocument, for JSON that was parsed already: the body of an API request. */
export function checkPolicyDocument(value: unknown): PolicyParse {
  const schema = policyDocumentSchema();
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    return { ok: false, errors: policyProblems(parsed.error.issues, value, schema).slice(0, MAX_ERRORS) };
  return { ok: true, document: parsed.data };
}

function refused(sentence: string): PolicyParse {
  return { ok: false, errors: [oneLine(sentence)] };
}

/** " (line 3, column 7)" when the parser says where; its message is not passed on, because it quotes the text. */
function placeOf(error: unknown, text: string): string {
  const match = error instanceof Error ? /position (\d+)/.exec(error.message) : null;
  if (match === null) return "";
  const before = text.slice(0, Number(match[1]));
  const line = before.split("\n").length;
  return ` (line ${line}, column ${before.length - before.lastIndexOf("\n")})`;
}

/** The schema of the whole document; its errors are put into words by policy-problems.ts. */
function policyDocumentSchema(): z.ZodType<PolicyDocument> {
  return z.strictObject({
    version: version(),
    parent: z.union([version(), z.null()], { error: "a version's name, or null" }),
    author: z.enum(POLICY_AUTHORS, { error: POLICY_AUTHORS.join(", ") }),
    created: time(),
    expires: z.union([time(), z.null()], { error: "a time in RFC 3339, or null" }),
    rules: z
      .array(ruleSchema(), { error: "a list of rules" })
      .max(MAX_RULES, { error: `at most ${MAX_RULES} rules` })
      .refine((rules) => new Set(rules.map(({ id }) => id)).size === rules.length, { error: "rules with unique ids" }),
    patterns: bounded(patternId(), patternSchema(), MAX_PATTERNS),
    aliases: bounded(patternId(), patternId(), MAX_PATTERNS),
    baseline_bytes_per_second: bounded(z.string(), amount(), MAX_PATTERNS),
    evidence: z
      .array(evidenceSchema(), { error: "a list" })
      .max(MAX_EVIDENCE, { error: `at most ${MAX_EVIDENCE} entries` }),
  });
}

function ruleSchema(): z.ZodType<SamplingRule> {
  return z
    .strictObject({
      id: z
        .string({ error: "text" })
        .regex(RULE_ID, { error: "1 to 64 letters, digits, dots, hyphens or underscores" }),
      match: z.strictObject({
        service: condition().exactOptional(),
        severity_min: severity().exactOptional(),
        pattern: patternId().exactOptional(),
        attributes: bounded(
          z.string(),
          z.string({ error: "text" }).max(MAX_MATCH_TEXT),
          MAX_MATCH_ATTRIBUTES,
        ).exactOptional(),
        body_contains: condition().exactOptional(),
      }),
      kind: z.enum(RULE_KINDS, { error: RULE_KINDS.join(", ") }),
      value: z.number({ error: "a number above 0" }).positive({ error: "a number above 0" }).exactOptional(),
      expires: time().exactOptional(),
      reason: z
        .string({ error: "text" })
        .max(MAX_RULE_REASON, { error: `at most ${MAX_RULE_REASON} characters` })
        .exactOptional(),
    })
    .refine((rule) => (rule.kind === "floor" || rule.kind === "cap") === (rule.value !== undefined), {
      path: ["value"],
      error: "a value for floor (lines a minute) and cap (bytes a second), none for pin and mute",
    });
}

function patternSchema(): z.ZodType<PolicyDocument["patterns"][string]> {
  return z.strictObject({
    template: z.string({ error: "text" }).max(65_536, { error: "at most 65536 characters" }),
    service: z.string({ error: "text" }),
    severity: z.string({ error: "text" }),
    value: amount().exactOptional(),
    floor_per_minute: amount().exactOptional(),
    family: z.string({ error: "text" }).exactOptional(),
    baseline: amount().exactOptional(),
  });
}

function evidenceSchema(): z.ZodType<PolicyDocument["evidence"][number]> {
  return z.strictObject({
    pattern: z.string({ error: "text" }),
    change: z.string({ error: "text" }),
    because: z.string({ error: "text" }),
    numbers: z.record(z.string(), z.number({ error: "a number" })),
  });
}

function bounded<Key extends z.core.$ZodRecordKey, Value extends z.ZodType>(
  key: Key,
  value: Value,
  most: number,
): z.ZodRecord<Key, Value> {
  return z
    .record(key, value)
    .refine((entries) => Object.keys(entries).length <= most, { error: `at most ${most} entries` });
}

function version(): z.ZodString {
  const wanted = "a version's name of 1 to 64 letters, digits, dots, hyphens or underscores";
  return z.string({ error: wanted }).regex(RULE_ID, { error: wanted });
}

function patternId(): z.ZodString {
  const wanted = "a pattern id of 12 letters, digits, hyphens or underscores";
  return z.string({ error: wanted }).regex(PATTERN_ID, { error: wanted });
}

function condition(): z.ZodString {
  const wanted = `text of 1 to ${MAX_MATCH_TEXT} characters`;
  return z.string({ error: wanted }).min(1, { error: wanted }).max(MAX_MATCH_TEXT, { error: wanted });
}

function severity(): z.ZodType<string | number> {
  const wanted = `${SEVERITY_NAMES.join(", ")}, or a SeverityNumber from 1 to ${MAX_SEVERITY_NUMBER}`;
  const number = z.number().int().min(1).max(MAX_SEVERITY_NUMBER);
  return z.union([z.enum([...SEVERITY_NAMES]), number], { error: wanted });
}

function time(): z.ZodString {
  const wanted = "a time in RFC 3339, such as 2030-01-31T12:00:00Z";
  return z.string({ error: wanted }).refine(isRfc3339, { error: wanted });
}

function amount(): z.ZodNumber {
  return z.number({ error: "a number of at least 0" }).min(0, { error: "a number of at least 0" });
}
