/**
 * Schemas of what the API answers, by the names that routes use. For the API document and for tests, which hold every
 * real answer against them; loaded when first asked for, because schemas take memory and the sidecar's is small.
 * Each is annotated with its interface: the compiler refuses a schema that says something else.
 */
import { z } from "zod";
import type { Bypass } from "../shapes/bypass.ts";
import type { Health, Readiness, ReloadResult, VersionInfo } from "../shapes/health.ts";
import type { LedgerNumbers, Savings, Stats } from "../shapes/stats.ts";
import { explanationSchema } from "./explain-schemas.ts";
import { pageOf } from "./page-schema.ts";
import { patternDetailSchema, patternRowSchema } from "./pattern-schemas.ts";
import { changedRuleSchema, policyDocumentSchema, ruleRowSchema } from "./policy-schemas.ts";
import { serviceDetailSchema, servicePolicySchema, serviceRowSchema } from "./service-schemas.ts";

/** @returns name of Route.answers → schema */
export function answerSchemas(): Readonly<Record<string, z.ZodType>> {
  return {
    Alive: z.strictObject({ status: z.literal("ok") }),
    Readiness: readinessSchema(),
    Health: healthSchema(),
    VersionInfo: versionSchema(),
    Stats: statsSchema(),
    Savings: savingsSchema(),
    PatternPage: pageOf(patternRowSchema()),
    PatternDetail: patternDetailSchema(),
    ServicePage: pageOf(serviceRowSchema()),
    ServiceDetail: serviceDetailSchema(),
    ServicePolicy: servicePolicySchema(),
    PolicyDocument: policyDocumentSchema(),
    RulePage: pageOf(ruleRowSchema()),
    ChangedRule: changedRuleSchema(),
    Bypass: bypassSchema(),
    BypassPage: pageOf(bypassSchema()),
    EndedBypasses: z.strictObject({ ended: z.int().min(0) }),
    Explanation: explanationSchema(),
    Configuration: z.record(z.string(), z.unknown()),
    Reloaded: reloadedSchema(),
  };
}

function readinessSchema(): z.ZodType<Readiness> {
  return z.strictObject({ ready: z.boolean(), waiting_for: z.array(z.string()) });
}

function healthSchema(): z.ZodType<Health> {
  const state = z.enum(["ok", "degraded", "failing"]);
  return z.strictObject({
    status: state,
    ready: z.boolean(),
    version: z.string(),
    uptime_seconds: z.number().min(0),
    components: z.array(z.strictObject({ id: z.string(), state, message: z.exactOptional(z.string()) })),
  });
}

function versionSchema(): z.ZodType<VersionInfo> {
  return z.strictObject({ version: z.string(), node: z.string() });
}

function statsSchema(): z.ZodType<Stats> {
  const counts = z.record(z.string(), z.number());
  return z.strictObject({
    instance: z.string(),
    version: z.string(),
    started: z.iso.datetime({ offset: true }),
    uptime_seconds: z.number().min(0),
    mode: z.enum(["enforce", "observe"]),
    mode_exceptions: z.record(z.string(), z.enum(["enforce", "observe"])),
    ledger: ledgerSchema(),
    rates: z.strictObject({
      received_records_per_second: z.number(),
      kept_records_per_second: z.number(),
      received_bytes_per_second: z.number(),
      kept_bytes_per_second: z.number(),
    }),
    kept: counts,
    dropped: counts,
    bytes: z.strictObject({ received: z.number(), exported: z.number() }),
    budget: z.strictObject({
      bytes_per_second: z.number().nullable(),
      reserve_bytes: z.number(),
      states: z.record(z.string(), z.boolean()),
      errors_sampled: z.boolean(),
      over_budget_bytes: counts,
    }),
    queue: z.strictObject({
      records: z.number(),
      bytes: z.number(),
      max_bytes: z.number(),
      oldest_age_seconds: z.number(),
    }),
    exporters: z.array(exporterSchema()),
    patterns: z.strictObject({ active: z.number(), created: z.number(), evicted: z.number() }),
    policy: z.strictObject({ version: z.string(), author: z.string(), age_seconds: z.number() }),
    bypasses: z.array(bypassSchema()),
    event_loop_lag_seconds: z.number(),
    memory_pressure: z.number(),
  });
}

function ledgerSchema(): z.ZodType<LedgerNumbers> {
  return z.strictObject({
    received: z.number(),
    recovered: z.number(),
    generated: z.number(),
    forwarded: z.number(),
    sampled_out: z.number(),
    rejected: z.number(),
    dropped: z.number(),
    held: z.number(),
    queued: z.number(),
    error: z.number(),
  });
}

function exporterSchema(): z.ZodType<Stats["exporters"][number]> {
  return z.strictObject({
    id: z.string(),
    mode: z.enum(["sending", "retrying", "holding", "stopped"]),
    message: z.string(),
    consecutive_failures: z.number(),
    in_flight: z.number(),
  });
}

function savingsSchema(): z.ZodType<Savings> {
  const flow = { received_bytes: z.number(), kept_bytes: z.number() };
  return z.strictObject({
    since: z.iso.datetime({ offset: true }),
    ...flow,
    saved_bytes: z.number(),
    saved_ratio: z.number().max(1),
    price_per_gb: z.number().nullable(),
    saved_money: z.number().nullable(),
    projected_saved_bytes_per_month: z.number(),
    by_service: z.array(z.strictObject({ service: z.string(), ...flow })),
  });
}

function bypassSchema(): z.ZodType<Bypass> {
  return z.strictObject({ service: z.string().nullable(), until: z.iso.datetime({ offset: true }) });
}

function reloadedSchema(): z.ZodType<Extract<ReloadResult, { reloaded: true }>> {
  return z.strictObject({ reloaded: z.literal(true), restart_required: z.array(z.string()) });
}
