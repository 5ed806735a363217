/** What the management port accepts, checked: the same shapes the programmatic interface takes. */
import { z } from "zod";
import type { FaultRule } from "../fault-plan.ts";
import type { LiveSwitches } from "../settings.ts";

/** A rule as JSON; unknown keys are refused, so that a misspelt fault is not a fault that never fires. */
export type FaultRulesSchema = z.ZodType<readonly FaultRule[]>;
export type SwitchesSchema = z.ZodType<Partial<LiveSwitches>>;

const MAX_RULES = 100;

export function faultRulesSchema(): FaultRulesSchema {
  const count = z.number().int().nonnegative();
  const retryAfter = z.union([
    z.strictObject({ seconds: z.number().nonnegative() }),
    z.strictObject({ dateInSeconds: z.number() }),
    z.strictObject({ raw: z.string().max(100) }),
  ]);
  const fault = z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("status"),
      status: z.number().int().min(200).max(599),
      retryAfter: retryAfter.exactOptional(),
      body: z.string().exactOptional(),
    }),
    z.strictObject({ kind: z.literal("delay"), delayMs: z.number().nonnegative().max(3_600_000) }),
    z.strictObject({ kind: z.literal("hang") }),
    z.strictObject({ kind: z.literal("reset_before_body") }),
    z.strictObject({ kind: z.literal("reset_after_body"), stored: z.boolean() }),
    z.strictObject({ kind: z.literal("reset_mid_response") }),
  ]);
  const rule = z.strictObject({
    fault,
    times: count.exactOptional(),
    after: count.exactOptional(),
    probability: z.number().min(0).max(1).exactOptional(),
  });
  return z.array(rule).max(MAX_RULES);
}

export function switchesSchema(): SwitchesSchema {
  const tokens = z.array(z.string().max(200)).max(1_000).exactOptional();
  return z.strictObject({
    projectTokens: tokens,
    unknownTokens: z.enum(["accept", "reject"]).exactOptional(),
    quota: z.enum(["ignore", "429"]).exactOptional(),
    overQuotaTokens: tokens,
    droppedTokens: tokens,
    rateLimit: z.boolean().exactOptional(),
  });
}
