/** service: LipService's own telemetry. */
import type { z } from "zod";
import { choice } from "../fields/choice.ts";
import { section } from "../fields/group.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface ServiceConfig {
  readonly telemetry: { readonly logs: { readonly level: LogLevel } };
}

export function serviceSection(): z.ZodType<ServiceConfig> {
  return section("LipService's own telemetry.", {
    telemetry: section("Telemetry about LipService itself.", {
      logs: section("LipService's own log: JSON lines on standard output.", {
        level: choice({
          about: "Lowest level that is written.",
          why: "info covers starts, stops and changes, without a line for each request.",
          default: "info",
          values: LOG_LEVELS,
          alsoKnown: { warning: "warn", trace: "debug", verbose: "debug", fatal: "error", critical: "error" },
        }),
      }),
    }),
  });
}
