/** service: LipService about itself. */
import type { z } from "zod";
import { choice } from "../fields/choice.ts";
import { section } from "../fields/group.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ServiceConfig {
  readonly telemetry: { readonly logs: { readonly level: LogLevel } };
}

export function serviceSection(): z.ZodType<ServiceConfig> {
  return section("LipService about itself.", {
    telemetry: section("What it tells.", {
      logs: section("Its own log, JSON lines on standard output.", {
        level: choice({
          about: "Lowest level that is written.",
          why: "Starts, stops and changes, no line for a request.",
          default: "info",
          values: LOG_LEVELS,
          alsoKnown: { warning: "warn", trace: "debug", verbose: "debug", fatal: "error", critical: "error" },
        }),
      }),
    }),
  });
}
