/** limits: what the process may use. */
import type { z } from "zod";
import { section } from "../fields/group.ts";
import { autoOrBytes } from "../fields/number.ts";

export interface LimitsConfig {
  /** Bytes. */
  readonly memory: "auto" | number;
}

export function limitsSection(): z.ZodType<LimitsConfig> {
  return section("What the process may use.", {
    memory: autoOrBytes({
      about: "Memory limit from which the other limits are derived; auto takes the container's.",
      why: "The kernel kills the process at the container's limit.",
      default: "auto",
      min: "64MiB",
      max: "1TiB",
    }),
  });
}
