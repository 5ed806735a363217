/** fleet: what instances share. */
import type { z } from "zod";
import { optional, section } from "../fields/group.ts";
import { integer } from "../fields/number.ts";
import { secretAddress } from "../fields/secret.ts";
import type { Secret } from "../secret.ts";

export interface FleetConfig {
  /** Empty: the instance is alone. */
  readonly redis_url: Secret;
  /** Undefined: unknown. */
  readonly expected_instances: number | undefined;
}

export function fleetSection(): z.ZodType<FleetConfig> {
  return section("What several instances share.", {
    redis_url: secretAddress(
      {
        about: "Address of Redis, redis:// or rediss://, with a password if the server requires one.",
        why: "A single instance needs no Redis; REDIS_URL sets it too.",
        default: "",
      },
      ["redis", "rediss"],
    ),
    expected_instances: optional(
      integer({
        about:
          "Number of instances that share a budget of `scope: fleet`; each takes an equal part of the absolute ceilings.",
        why: "Without shared state an instance cannot count the others. A number too low spends more than the budget, a number too high less.",
        min: 1,
        max: 100_000,
      }),
    ),
  });
}
