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
      about: "Memory limit that the other bounds are shares of; auto takes the container's.",
      why: "The container's limit is the one that kills.",
      default: "auto",
      min: "64MiB",
      max: "1TiB",
    }),
  });
}
