/** fleet: what instances share. */
import type { z } from "zod";
import { section } from "../fields/group.ts";
import { secretAddress } from "../fields/secret.ts";
import type { Secret } from "../secret.ts";

export interface FleetConfig {
  /** Empty: the instance is alone. */
  readonly redis_url: Secret;
}

export function fleetSection(): z.ZodType<FleetConfig> {
  return section("What several instances share.", {
    redis_url: secretAddress(
      {
        about: "Redis, redis:// or rediss://, with its password if it has one.",
        why: "One instance needs none; also REDIS_URL.",
        default: "",
      },
      ["redis", "rediss"],
    ),
  });
}
