/** A rule as a client sends it; the same bounds as sampling.rules of the configuration. */
import { z } from "zod";
import {
  isRfc3339,
  MAX_MATCH_ATTRIBUTES,
  MAX_MATCH_TEXT,
  MAX_RULE_REASON,
  MAX_SEVERITY_NUMBER,
  PATTERN_ID,
  RULE_ID,
  RULE_KINDS,
  SEVERITY_NAMES,
} from "../../config/sections/rules.ts";
import type { NewRule } from "../shapes/rules.ts";

/** Attribute keys are short everywhere; the configuration file, which only the operator writes, does not check them. */
const MAX_ATTRIBUTE_KEY = 256;

export function newRuleSchema(): z.ZodType<NewRule> {
  return z
    .strictObject({
      id: z.exactOptional(z.string().regex(RULE_ID, "is not 1 to 64 letters, digits, dots, hyphens or underscores")),
      match: matchSchema(),
      kind: z.enum(RULE_KINDS, { error: `is none of ${RULE_KINDS.join(", ")}` }),
      value: z.exactOptional(
        z.number("is not a number").positive("is not above 0").max(Number.MAX_SAFE_INTEGER, "is too large"),
      ),
      expires: z.exactOptional(z.string().refine(isRfc3339, "is not a time in RFC 3339, such as 2030-01-31T12:00:00Z")),
      reason: z.exactOptional(z.string().max(MAX_RULE_REASON, `is longer than ${MAX_RULE_REASON} characters`)),
    })
    .superRefine(({ kind, value }, context) => {
      const needsValue = kind === "floor" || kind === "cap";
      if (needsValue === (value !== undefined)) return;
      const message = needsValue
        ? "is absent; floor needs lines a minute, cap bytes a second"
        : "is set; pin and mute have none";
      context.addIssue({ code: "custom", path: ["value"], message });
    });
}

function matchSchema(): z.ZodType<NewRule["match"]> {
  const text = (): z.ZodType<string> =>
    z.string().min(1, "is empty").max(MAX_MATCH_TEXT, `is longer than ${MAX_MATCH_TEXT} characters`);
  return z.strictObject({
    service: z.exactOptional(text()),
    severity_min: z.exactOptional(
      z.union(
        [z.string().refine((name) => SEVERITY_NAMES.includes(name)), z.int().min(1).max(MAX_SEVERITY_NUMBER)],
        `is none of ${SEVERITY_NAMES.join(", ")}, and no SeverityNumber from 1 to ${MAX_SEVERITY_NUMBER}`,
      ),
    ),
    pattern: z.exactOptional(z.string().regex(PATTERN_ID, "is no pattern id")),
    attributes: z.exactOptional(
      z
        .record(z.string().min(1).max(MAX_ATTRIBUTE_KEY), z.string().max(MAX_MATCH_TEXT))
        .refine(
          (attributes) => Object.keys(attributes).length <= MAX_MATCH_ATTRIBUTES,
          `are more than ${MAX_MATCH_ATTRIBUTES}`,
        ),
    ),
    body_contains: z.exactOptional(text()),
  });
}
