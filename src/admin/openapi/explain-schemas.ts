/** Schema of explanations in answers. */
import { z } from "zod";
import type { ExplainTrace } from "../shapes/explain.ts";
import type { Page } from "../shapes/page.ts";
import { pageOf } from "./page-schema.ts";

export function explanationSchema(): z.ZodType<Page<ExplainTrace>> {
  return pageOf(traceSchema());
}

function traceSchema(): z.ZodType<ExplainTrace> {
  return z.strictObject({
    pattern: z.string(),
    template: z.string(),
    masked: z.string(),
    aliases: z.array(z.string()),
    known: z.boolean(),
    service: z.string(),
    severity: z.string(),
    tokens: z.array(z.strictObject({ text: z.string(), mask: z.string().nullable() })),
    steps: z.array(
      z.strictObject({ step: z.string(), matched: z.boolean(), rule: z.string().nullable(), because: z.string() }),
    ),
    keep: z.boolean(),
    reason: z.string(),
    probability: z.number().min(0).max(1),
    weight: z.number().min(0),
    policy_version: z.string(),
  });
}
