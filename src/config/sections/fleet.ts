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
        about: "Redis, redis:// or rediss://, with its password if it has one.",
        why: "One instance needs none; also REDIS_URL.",
        default: "",
      },
      ["redis", "rediss"],
    ),
    expected_instances: optional(
      integer({
        about:
          "How many instances hold a budget of `scope: fleet` together: each takes an equal share of its absolute ceilings.",
        why: "Nobody can count the others without shared state. Too low a number spends more than the budget, too high a number less.",
        min: 1,
        max: 100_000,
      }),
    ),
  });
}
