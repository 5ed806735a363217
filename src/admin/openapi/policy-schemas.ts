/** Schemas of the policy and its rules in answers. */
import { z } from "zod";
import type { PolicyDocument, SamplingRule } from "../../model/policy.ts";
import { POLICY_AUTHORS } from "../../model/policy.ts";
import type { RuleRow } from "../shapes/rules.ts";

export function ruleSchema(): z.ZodType<SamplingRule> {
  const text = z.exactOptional(z.string());
  return z.strictObject({
    id: z.string(),
    match: z.strictObject({
      service: text,
      severity_min: z.exactOptional(z.union([z.string(), z.number()])),
      pattern: text,
      attributes: z.exactOptional(z.record(z.string(), z.string())),
      body_contains: text,
    }),
    kind: z.enum(["pin", "floor", "cap", "mute"]),
    value: z.exactOptional(z.number()),
    expires: text,
    reason: text,
  });
}

export function ruleRowSchema(): z.ZodType<RuleRow> {
  return z.strictObject({ rule: ruleSchema(), source: z.enum(["configuration", "policy"]) });
}

export function changedRuleSchema(): z.ZodType<{ readonly rule: SamplingRule; readonly policy_version: string }> {
  return z.strictObject({ rule: ruleSchema(), policy_version: z.string() });
}

export function policyDocumentSchema(): z.ZodType<PolicyDocument> {
  const evidence = z.strictObject({
    pattern: z.string(),
    change: z.string(),
    because: z.string(),
    numbers: z.record(z.string(), z.number()),
  });
  return z.strictObject({
    version: z.string(),
    parent: z.string().nullable(),
    author: z.enum(POLICY_AUTHORS),
    created: z.string(),
    expires: z.string().nullable(),
    rules: z.array(ruleSchema()),
    patterns: z.record(z.string(), patternSchema()),
    aliases: z.record(z.string(), z.string()),
    baseline_bytes_per_second: z.record(z.string(), z.number()),
    evidence: z.array(evidence),
  });
}

function patternSchema(): z.ZodType<PolicyDocument["patterns"][string]> {
  return z.strictObject({
    template: z.string(),
    service: z.string(),
    severity: z.string(),
    value: z.exactOptional(z.number()),
    floor_per_minute: z.exactOptional(z.number()),
    family: z.exactOptional(z.string()),
    baseline: z.exactOptional(z.number()),
  });
}
