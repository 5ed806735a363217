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
 * What observe decides by when no budget is configured: the report then tells what a fifth would look like. Nothing is
 * dropped by it.
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
  return section("What is kept, and by how much.", {
    budget: section("How many bytes may be sent. Without a ceiling nothing is dropped; of several the lowest holds.", {
      ...ceilingFields("Absolute ceiling in GB (10^9 bytes) a UTC day, paced over it by the shape that days have had."),
      price_per_gb: optional(
        decimal({
          about: "Price of a GB sent, to report savings in money.",
          why: "Prices differ.",
          min: 0,
          max: 1_000_000,
        }),
      ),
      scope: choice({
        about: "Whether the absolute ceilings are for this instance or shared by the fleet.",
        why: "An instance alone can hold its own ceilings only.",
        default: "instance",
        values: BUDGET_SCOPES,
      }),
    }),
    mode: optional(modeField()),
    services: dictionary(
      "Exceptions for services, by `service.name`.",
      section("One service.", {
        mode: optional(modeField()),
        budget: section(
          "Ceilings of this service inside the whole budget.",
          ceilingFields("Absolute ceiling in GB (10^9 bytes) a day, spread evenly over its seconds."),
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
        about: "Share of the input's bytes to keep; 1 keeps everything that no rule caps or mutes.",
        why: "Only the operator knows what a byte is worth.",
        min: 0,
        aboveMin: true,
        max: 1,
      }),
    ),
    bytes_per_second: optional(
      bytes({
        about: "Absolute ceiling in bytes a second.",
        why: "None unless asked for.",
        min: "1KiB",
        max: "100GiB",
      }),
    ),
    gb_per_day: optional(
      decimal({
        about: perDay,
        why: "None unless asked for.",
        min: 0,
        aboveMin: true,
        max: 1_000_000,
      }),
    ),
  };
}

function modeField(): z.ZodType<SamplingMode> {
  return choice({
    about: "enforce: drop what the budget does not hold. observe: forward everything, decide and report.",
    why: "Left out: enforce when a budget is configured, else observe; nothing is dropped that nobody asked to drop.",
    values: SAMPLING_MODES,
    alsoKnown: { dry_run: "observe", dryrun: "observe", "dry-run": "observe", off: "observe", on: "enforce" },
  });
}

function boundFields(): {
  [Key in "max_patterns" | "max_services" | "seed" | "trust_trace_ids" | "stamp"]: z.ZodType<SamplingConfig[Key]>;
} {
  return {
    max_patterns: integer({
      about: "Patterns known at a time; the rarest and oldest give way.",
      why: "About 256 bytes each: 13 MB, and more patterns than even large services have.",
      default: 50_000,
      min: 10,
      max: 1_000_000,
    }),
    max_services: integer({
      about: "Services with a share of their own; the rest share one.",
      why: "A gateway for a cluster stays below it; a sender that invents names cannot grow it.",
      default: 1_000,
      min: 1,
      max: 100_000,
    }),
    seed: secret({
      about: "Secret of the fleet that drawing depends on; the same everywhere, or empty: random for each instance.",
      why: "Random is safe; a shared seed makes all instances keep the same traces.",
      default: "",
    }),
    trust_trace_ids: flag({
      about: "Draw by the trace id itself, so that sampling nests with OpenTelemetry's head sampling.",
      why: "Callers choose trace ids, and could choose what is kept.",
      default: false,
    }),
    stamp: choice({
      about:
        "What kept records carry: minimal (pattern, weight), full (all that explains the decision), none (weight only).",
      why: "Stamps are billed bytes; pattern and weight are what queries need.",
      default: "minimal",
      values: STAMPS,
    }),
  };
}

function summariesSection(): z.ZodType<SamplingConfig["summaries"]> {
  return section("Exact counts for each pattern, sent as records of weight 0.", {
    interval: duration({
      about: "Time between summaries of a pattern.",
      why: "Charts have minutes.",
      default: "60s",
      min: "1s",
      max: "1h",
    }),
    max_budget_share: decimal({
      about: "Share of the budget that summaries may take; beyond it the interval grows and the rarest are folded.",
      why: "Counts must not crowd out what they count.",
      default: 0.05,
      min: 0,
      max: 0.5,
    }),
  });
}

function contextSection(): z.ZodType<SamplingConfig["context"]> {
  return section("Dropped records kept in memory for a while, sent when an incident starts beside them.", {
    max_bytes: bytes({
      about: "Memory for them; never more than 15 % of the memory limit. 0 keeps none.",
      why: "30 seconds of 1 MiB a second.",
      default: "32MiB",
      min: "0",
      max: "16GiB",
    }),
    window: duration({
      about: "How far back an incident reaches.",
      why: "Causes are usually logged seconds before the error.",
      default: "30s",
      min: "1s",
      max: "10m",
    }),
  });
}
