/**
 * The effective configuration as people write it: sizes and durations with their units, secrets as their masks, every
 * default spelled out. What is printed can be read again (but for the secrets).
 */
import { z } from "zod";
import type { Config } from "./config.ts";
import { configSchema } from "./schema.ts";

/** Plain JSON values, redacted: what the admin port answers at /api/v1/config. */
export function effectiveConfig(config: Config): Record<string, unknown> {
  return { ...Object(JSON.parse(JSON.stringify(z.encode(configSchema(), config)))) };
}

export async function printConfig(config: Config): Promise<string> {
  const { stringify } = await import("yaml");
  return stringify(effectiveConfig(config), { lineWidth: 0 });
}
