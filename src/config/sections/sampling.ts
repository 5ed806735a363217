/** sampling: what is kept. */
import type { z } from "zod";
import type { SamplingRule } from "../../model/policy.ts";
import { choice, flag } from "../fields/choice.ts";
import { dictionary, optional, section } from "../fields/group.ts";
import { bytes, decimal, duration, integer } from "../fields/number.ts";
import { secret } from "../fields/secret.ts";
import type { Secret } from "../secret.ts";
import { rulesField } from "./rules.ts";

export const SAMPLING_MODES = ["enforce", "observe"] as const;
export type SamplingMode = (typeof SAMPLING_MODES)[number];
export const STAMPS = ["minimal", "full", "none"] as const;
export type Stamp = (typeof STAMPS)[number];
export const BUDGET_SCOPES = ["instance", "fleet"] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/**
 * The keep ratio that mode observe reports with when no budget is configured: what a budget of a fifth would keep. It
 * drops nothing.
 */
export const OBSERVE_KEEP_RATIO = 0.2;

export interface SamplingConfig {
  readonly budget: BudgetConfig;
  /** Resolved by loading; undefined only before. */
  readonly mode: SamplingMode | undefined;
  readonly services: Readonly<Record<string, ServiceSamplingConfig>>;
  readonly rules: readonly SamplingRule[];
  readonly max_patterns: number;
  readonly max_services: number;
  /** Empty: random per instance. */
  readonly seed: Secret;
  readonly trust_trace_ids: boolean;
  readonly stamp: Stamp;
  readonly summaries: {
    /** Milliseconds. */
    readonly interval: number;
    readonly max_budget_share: number;
  };
  readonly context: {
    /** Bytes; 0 keeps no context. */
    readonly max_bytes: number;
    /** Milliseconds. */
    readonly window: number;
  };
}

export interface CeilingsConfig {
  /** Share of input bytes, (0, 1]. */
  readonly keep_ratio: number | undefined;
  /** Bytes a second. */
  readonly bytes_per_second: number | undefined;
  /** 10^9 bytes a day. */
  readonly gb_per_day: number | undefined;
}

export interface BudgetConfig extends CeilingsConfig {
  /** Money for 10^9 bytes: for reports only. */
  readonly price_per_gb: number | undefined;
  readonly scope: BudgetScope;
}

export interface ServiceSamplingConfig {
  readonly mode: SamplingMode | undefined;
  readonly budget: CeilingsConfig;
}

/** True when at least one ceiling is set. */
export function hasCeiling(ceilings: CeilingsConfig): boolean {
  return [ceilings.keep_ratio, ceilings.bytes_per_second, ceilings.gb_per_day].some((value) => value !== undefined);
}

export function samplingSection(): z.ZodType<SamplingConfig> {
  return section("Which records are kept, within which budget.", {
    budget: section(
      "How many bytes may be sent. Without a limit nothing is dropped; of several limits the lowest holds.",
      {
        ...ceilingFields(
          "Absolute ceiling in GB (10^9 bytes) a UTC day, spread over the day by the shape of earlier days.",
        ),
        price_per_gb: optional(
          decimal({
            about: "Price of one GB sent; with it savings are reported in money.",
            why: "Prices differ.",
            min: 0,
            max: 1_000_000,
          }),
        ),
        scope: choice({
          about: "instance: the absolute ceilings are of this instance. fleet: the instances of a fleet share them.",
          why: "An instance without others to share with has its own ceilings.",
          default: "instance",
          values: BUDGET_SCOPES,
        }),
      },
    ),
    mode: optional(modeField()),
    services: dictionary(
      "Settings of single services, by `service.name`.",
      section("One service.", {
        mode: optional(modeField()),
        budget: section(
          "Limits of this service inside the whole budget.",
          ceilingFields("Absolute ceiling in GB (10^9 bytes) a day, spread evenly over the day."),
        ),
      }),
    ),
    rules: rulesField(),
    ...boundFields(),
    summaries: summariesSection(),
    context: contextSection(),
  });
}

function ceilingFields(perDay: string): { [Key in keyof CeilingsConfig]: z.ZodType<CeilingsConfig[Key]> } {
  return {
    keep_ratio: optional(
      decimal({
        about: "Share of the input bytes to keep; 1 keeps everything that no rule caps or mutes.",
        why: "Only the operator knows what a byte is worth.",
        min: 0,
        aboveMin: true,
        max: 1,
      }),
    ),
    bytes_per_second: optional(
      bytes({
        about: "Absolute ceiling in bytes a second.",
        why: "Without it there is no absolute ceiling.",
        min: "1KiB",
        max: "100GiB",
      }),
    ),
    gb_per_day: optional(
      decimal({
        about: perDay,
        why: "Without it there is no daily ceiling.",
        min: 0,
        aboveMin: true,
        max: 1_000_000,
      }),
    ),
  };
}

function modeField(): z.ZodType<SamplingMode> {
  return choice({
    about: "enforce: drop what does not fit the budget. observe: forward everything, and report the decisions.",
    why: "Left out: enforce when a budget is configured, else observe, so that nothing is dropped by default.",
    values: SAMPLING_MODES,
    alsoKnown: { dry_run: "observe", dryrun: "observe", "dry-run": "observe", off: "observe", on: "enforce" },
  });
}

function boundFields(): {
  [Key in "max_patterns" | "max_services" | "seed" | "trust_trace_ids" | "stamp"]: z.ZodType<SamplingConfig[Key]>;
} {
  return {
    max_patterns: integer({
      about: "Patterns in the table; beyond it one that came once is evicted, or the one that was silent longest.",
      why: "About 520 bytes each: 26 MB, and more patterns than even large services have.",
      default: 50_000,
      min: 10,
      max: 1_000_000,
    }),
    max_services: integer({
      about: "Services with a share of their own; all others share the row `other`.",
      why: "A gateway for a cluster stays below it, and a sender that invents names cannot exceed it.",
      default: 1_000,
      min: 1,
      max: 100_000,
    }),
    seed: secret({
      about:
        "Secret that the random draw depends on: one for all instances, or empty for a random one in each instance.",
      why: "A random seed is safe; with a shared seed all instances keep the same traces.",
      default: "",
    }),
    trust_trace_ids: flag({
      about: "Use the trace id itself as randomness, so that sampling nests with OpenTelemetry's head sampling.",
      why: "Callers choose trace ids, so they could choose which records are kept.",
      default: false,
    }),
    stamp: choice({
      about:
        "Attributes added to kept records: minimal (pattern, weight), full (everything that explains the decision), none (weight only).",
      why: "Added attributes are billed; queries need pattern and weight.",
      default: "minimal",
      values: STAMPS,
    }),
  };
}

function summariesSection(): z.ZodType<SamplingConfig["summaries"]> {
  return section("Exact counts of each pattern, sent as records of weight 0.", {
    interval: duration({
      about: "Time between summaries of a pattern.",
      why: "Charts commonly have a resolution of one minute.",
      default: "60s",
      min: "1s",
      max: "1h",
    }),
    max_budget_share: decimal({
      about:
        "Share of the budget that summaries may take; beyond it the interval grows and the smallest rows are folded into `other`.",
      why: "Summaries must leave the budget to the records.",
      default: 0.05,
      min: 0,
      max: 0.5,
    }),
  });
}

function contextSection(): z.ZodType<SamplingConfig["context"]> {
  return section(
    "Sampled-out records held in memory for a while, and forwarded when a new ERROR pattern appears in their trace or service.",
    {
      max_bytes: bytes({
        about: "Memory for held records; never more than 15 % of the memory limit. 0 holds none.",
        why: "Holds 30 seconds of 1 MiB a second.",
        default: "32MiB",
        min: "0",
        max: "16GiB",
      }),
      window: duration({
        about: "How long a record is held.",
        why: "Causes are usually logged seconds before the error.",
        default: "30s",
        min: "1s",
        max: "10m",
      }),
    },
  );
}
