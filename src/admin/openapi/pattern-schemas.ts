/** Schemas of patterns in answers. */
import { z } from "zod";
import { PATTERN_ID } from "../../config/sections/rules.ts";
import type { PatternDetail, PatternRow } from "../shapes/patterns.ts";

export function patternRowSchema(): z.ZodType<PatternRow> {
  return z.strictObject(rowFields());
}

export function patternDetailSchema(): z.ZodType<PatternDetail> {
  return z.strictObject({
    ...rowFields(),
    weighted_records: z.number().min(0),
    weighted_records_plus_minus: z.number().min(0),
    value: z.number(),
    floor_per_minute: z.number(),
    baseline_per_second: z.number().nullable(),
    family: z.string().nullable(),
    aliases: z.array(z.string().regex(PATTERN_ID)),
    because: z.array(z.string()),
  });
}

function rowFields(): { [Key in keyof PatternRow]: z.ZodType<PatternRow[Key]> } {
  return {
    id: z.string().regex(PATTERN_ID),
    template: z.string(),
    service: z.string(),
    severity: z.string(),
    state: z.enum(["new", "steady", "anomalous", "quiet"]),
    records: z.number(),
    bytes: z.number(),
    kept: z.number(),
    records_per_second: z.number(),
    bytes_per_second: z.number(),
    probability: z.number().min(0).max(1),
    reason: z.string(),
    rule: z.string().nullable(),
    first_seen: z.iso.datetime({ offset: true }),
    last_seen: z.iso.datetime({ offset: true }),
  };
}
