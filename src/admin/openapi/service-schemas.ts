/** Schemas of services in answers. */
import { z } from "zod";
import type { ServiceDetail, ServicePolicy, ServiceRow } from "../shapes/services.ts";
import { ruleSchema } from "./policy-schemas.ts";

export function serviceRowSchema(): z.ZodType<ServiceRow> {
  return z.strictObject(rowFields());
}

export function serviceDetailSchema(): z.ZodType<ServiceDetail> {
  return z.strictObject({
    ...rowFields(),
    budget_bytes_per_second: z.number().nullable(),
    baseline_bytes_per_second: z.number().nullable(),
    first_seen: z.iso.datetime({ offset: true }),
    last_seen: z.iso.datetime({ offset: true }),
    bypassed_until: z.iso.datetime({ offset: true }).nullable(),
  });
}

export function servicePolicySchema(): z.ZodType<ServicePolicy> {
  const probability = z.number().min(0).max(1);
  return z.strictObject({
    service: z.string(),
    policy_version: z.string(),
    mode: z.enum(["enforce", "observe"]),
    refresh_seconds: z.number().positive(),
    severity_probability: z.record(z.string(), probability),
    patterns: z.record(z.string(), z.strictObject({ probability, floor_per_minute: z.number() })),
    rules: z.array(ruleSchema()),
  });
}

function rowFields(): { [Key in keyof ServiceRow]: z.ZodType<ServiceRow[Key]> } {
  return {
    service: z.string(),
    mode: z.enum(["enforce", "observe"]),
    records: z.number(),
    bytes: z.number(),
    kept_records: z.number(),
    kept_bytes: z.number(),
    records_per_second: z.number(),
    bytes_per_second: z.number(),
    patterns: z.number(),
    errors_sampled: z.boolean(),
  };
}
